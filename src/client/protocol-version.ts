/**
 * Owns which MQTT version the next attempt speaks: 5 first, 3.1.1 for a broker that does not know it. Gives 5 up at the first hang-up,
 * where the service's own seat waits for a second one: somebody is waiting for this client.
 */

import type { ProtocolVersion } from '../connection/mqtt-options.ts';
import type { Ending } from './reasons/ending.ts';

/**
 * @param worked whether this version was ever accepted: a broker that hangs up then is restarting, not old
 */
export function nextVersion(version: ProtocolVersion, worked: boolean, ending: Ending): ProtocolVersion {
  const isDoubtful = ending.versionRefused || (ending.hungUp && !worked);
  if (!isDoubtful) return version;
  return version === 5 ? 4 : 5;
}
