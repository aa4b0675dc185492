/**
 * Owns how many filters or properties one packet may have. MQTT sets no bound, but a packet is read in one go: a packet of 2 MB could
 * have half a million of them, and everybody else would wait for it.
 */

import { PacketError } from '../packet-error.ts';
import { REASON } from '../reason-codes.ts';

/** Read in 2 ms or so; far more than anybody has a use for. */
const MAX_ITEMS = 10_000;

/** @throws PacketError when there are more */
export function checkItems(count: number, what: string): void {
  if (count <= MAX_ITEMS) return;
  throw new PacketError(REASON.quotaExceeded, '4.13.1', `more than ${MAX_ITEMS} ${what} in one packet`);
}
