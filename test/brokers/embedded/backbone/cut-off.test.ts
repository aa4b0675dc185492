/** Pins what a bridge that is cut off acknowledges: nothing, until it knows who has begun a session elsewhere meanwhile and must have it. */

import { expect, it } from 'vitest';
import type { MemoryClient } from '../../../support/brokers/memory-broker.ts';
import { connectOf, publishOf } from '../../../support/brokers/memory-peer.ts';
import { memoryBridges } from '../../../support/cluster/memory-bridges.ts';
import { sessionClient } from '../../../support/cluster/session-client.ts';

const acksAt = (writer: MemoryClient) =>
  writer.take().flatMap((packet) => (packet.kind === 'puback' || packet.kind === 'pubrec' ? [packet.kind] : []));

/** A publisher at a bridge that is cut off, and a session that was begun at another one since. */
async function cutOff() {
  const bridges = memoryBridges();
  const [here, there] = [await bridges.join(), await bridges.join()];
  const writer = here.connect(5);
  writer.send(connectOf(5, { clientId: 'writer' }));
  await bridges.settle();
  writer.take();
  here.cutOff('is not done');
  const reader = sessionClient('reader');
  reader.connect(there, false);
  await bridges.pass(1000);
  reader.subscribe('news');
  await bridges.settle();
  reader.look();
  expect(reader.isSubscribed).toBe(true);
  reader.drop();
  await bridges.settle();
  writer.send(publishOf('news', 'once', { qos: 1, packetId: 1 }));
  writer.send(publishOf('news', 'exactly', { qos: 2, packetId: 2 }));
  await bridges.pass(2000);
  return { bridges, here, there, writer, reader };
}

it('acknowledges when what is said is in the queues of those who have come since', async () => {
  const { bridges, here, there, writer, reader } = await cutOff();
  expect(acksAt(writer)).toEqual([]);
  here.reach();
  await bridges.pass(1000);
  expect(acksAt(writer)).toEqual([]);
  here.way.again();
  here.way.failNext(2);
  await bridges.settle();
  expect(acksAt(writer)).toEqual([]);
  await bridges.pass(500);
  expect(acksAt(writer)).toEqual(['puback', 'pubrec']);
  here.kill();
  reader.connect(there, false);
  await bridges.settle();
  reader.look();
  expect(reader.got.map(({ text }) => text)).toEqual(['once', 'exactly']);
});

it('gives it to one of them that comes to this bridge before that has read the sessions again', async () => {
  const { bridges, here, writer, reader } = await cutOff();
  here.reach();
  reader.connect(here, false);
  await bridges.settle();
  reader.look();
  expect(reader.isIn).toBe(false);
  here.way.again();
  await bridges.settle();
  reader.look();
  expect(acksAt(writer)).toEqual(['puback', 'pubrec']);
  expect(reader.got.map(({ text }) => text)).toEqual(['once', 'exactly']);
});

it('acknowledges nothing to a publisher who has gone meanwhile', async () => {
  const { bridges, here, there, writer, reader } = await cutOff();
  writer.cut();
  await bridges.settle();
  here.reach();
  here.way.again();
  await bridges.pass(1000);
  expect(acksAt(writer)).toEqual([]);
  reader.connect(there, false);
  await bridges.settle();
  reader.look();
  expect(reader.got).toHaveLength(2);
});
