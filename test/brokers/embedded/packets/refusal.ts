/** Owns how a suite hears why a packet is refused, whichever way it goes. */

import { PacketError } from '../../../../src/brokers/embedded/packets/packet-error.ts';

export function refusal(act: () => unknown): PacketError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof PacketError) return error;
    throw error;
  }
}
