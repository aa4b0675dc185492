/** Owns two clients of a scene: a reader of `a` whose session is kept, and somebody else. */

import type { Level } from '../../../../src/brokers/embedded/packets/packet.ts';
import { kept, type Peer, type World } from '../../../support/brokers/memory-peer.ts';

export async function pair(world: World, level: Level, receiveMaximum?: number): Promise<{ reader: Peer; one: Peer }> {
  const asked = kept(level, 'reader');
  const properties = { ...asked.properties, ...(receiveMaximum !== undefined && { receiveMaximum }) };
  const reader = await world.client(level, { ...asked, properties });
  await reader.subscribe('a');
  return { reader, one: await world.client(level, { clientId: 'one' }) };
}
