/** Owns what the two properties of enhanced authentication need of each other (MQTT 5.0, 4.12). */

import { protocolError } from '../packet-error.ts';
import type { GivenValues } from './property-values.ts';

/** @throws PacketError for data of no method */
export function checkAuthentication({ authenticationMethod, authenticationData }: GivenValues): void {
  if (authenticationData === undefined || authenticationMethod !== undefined) return;
  throw protocolError('3.1.2.11.10', 'there is authentication data, but no authentication method');
}
