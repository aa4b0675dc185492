/** Owns which MQTT version the next attempt speaks: 5 first, 3.1.1 for a broker that does not know it. */

import type { Ending } from './session.ts';

/** As in the CONNECT packet: 4 is MQTT 3.1.1. */
export type ProtocolVersion = 4 | 5;

/**
 * @param worked whether this version was ever accepted: a broker that hangs up then is restarting, not old
 */
export function nextVersion(version: ProtocolVersion, worked: boolean, ending: Ending): ProtocolVersion {
  const isDoubtful = ending.versionRefused || (ending.hungUp && !worked);
  if (!isDoubtful) return version;
  return version === 5 ? 4 : 5;
}
