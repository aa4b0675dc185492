/** Pins that what the cluster can never keep is in nobody's way: it is refused, dropped or not retained, and what others say is kept on. */

import { expect, it } from 'vitest';
import type { BrokerPacket, Level } from '../../../../src/brokers/embedded/packets/packet.ts';
import type { MemoryClient } from '../../../support/brokers/memory-broker.ts';
import { connectOf, kept, publishOf, subscribeOf, willOf } from '../../../support/brokers/memory-peer.ts';
import { type MemoryBridge, memoryBridges } from '../../../support/cluster/memory-bridges.ts';

const MOST_BYTES = 10_000;
const QUOTA_EXCEEDED = 0x97;
const CLIENT_ID_NOT_VALID = 0x85;
const LARGE = 'x'.repeat(MOST_BYTES);

type Login = NonNullable<Parameters<typeof connectOf>[1]>;

async function twoBridges() {
  const bridges = memoryBridges({}, MOST_BYTES);
  const [here, there] = [await bridges.join(), await bridges.join()];

  async function say(client: MemoryClient, ...packets: Parameters<MemoryClient['send']>): Promise<BrokerPacket[]> {
    client.send(...packets);
    await bridges.settle();
    return client.take();
  }

  async function comeTo(bridge: MemoryBridge, login: Login, level: Level = 5) {
    const client = bridge.connect(level);
    const answers = await say(client, connectOf(level, login));
    return { client, answers, say: (...packets: Parameters<MemoryClient['send']>) => say(client, ...packets) };
  }

  /** Whether something that must be kept is acknowledged. */
  async function isWell(bridge: MemoryBridge): Promise<boolean> {
    const { say } = await comeTo(bridge, { clientId: 'probe' });
    const answers = await say(publishOf('probe', 'x', { qos: 1, retain: true }));
    return answers.some(({ kind }) => kind === 'puback');
  }

  const areWell = async () => (await isWell(here)) && (await isWell(there));
  return { bridges, here, there, comeTo, areWell };
}

const texts = (packets: readonly BrokerPacket[]) =>
  packets.flatMap((packet) => (packet.kind === 'publish' ? [packet.payload.toString()] : []));
const codes = (packets: readonly BrokerPacket[]) =>
  packets.flatMap((packet) => (packet.kind === 'suback' ? packet.reasonCodes : []));

it('delivers a message that is too large to be retained, and does not retain it', async () => {
  const { here, there, comeTo, areWell } = await twoBridges();
  const reader = await comeTo(here, { clientId: 'reader' });
  await reader.say(subscribeOf(['news']));
  const writer = await comeTo(here, { clientId: 'writer' });
  const answers = await writer.say(publishOf('news', LARGE, { qos: 1, retain: true }));
  expect(answers.map(({ kind }) => kind)).toEqual(['puback']);
  expect(texts(await reader.say())).toEqual([LARGE]);
  for (const bridge of [here, there]) {
    const late = await comeTo(bridge, { clientId: `late ${bridge === here}` });
    expect(texts(await late.say(subscribeOf(['news'])))).toEqual([]);
  }
  expect(await areWell()).toBe(true);
});

it('drops a message that is too large for the queue of a kept session, as where that is full', async () => {
  const { bridges, here, there, comeTo, areWell } = await twoBridges();
  const first = await comeTo(here, kept(5, 'reader'));
  await first.say(subscribeOf(['news']));
  first.client.cut();
  await bridges.settle();
  const writer = await comeTo(here, { clientId: 'writer' });
  const answers = await writer.say(
    publishOf('news', LARGE, { qos: 1, packetId: 1 }),
    publishOf('news', 'small', { qos: 1, packetId: 2 }),
  );
  expect(answers.map(({ kind }) => kind)).toEqual(['puback', 'puback']);
  const second = await comeTo(there, kept(5, 'reader'));
  expect(texts(second.answers)).toEqual(['small']);
  await bridges.pass(60_000);
  const dropped = here.log.lines.filter(({ message }) => message.startsWith('messages were dropped'));
  expect(dropped.map(({ fields }) => fields['messages'])).toEqual([1]);
  expect(await areWell()).toBe(true);
});

it.each(['a'.repeat(5000), '\u00fc'.repeat(700)])('clears nothing on a topic that is too long (%#)', async (topic) => {
  const { here, comeTo, areWell } = await twoBridges();
  const writer = await comeTo(here, { clientId: 'writer' });
  for (const [packetId, text] of [
    [1, 'said'],
    [2, ''],
  ] as const) {
    const answers = await writer.say(publishOf(topic, text, { qos: 1, retain: true, packetId }));
    expect(answers.map(({ kind }) => kind)).toEqual(['puback']);
  }
  expect(await areWell()).toBe(true);
});

it.each<readonly [Level, number]>([
  [5, CLIENT_ID_NOT_VALID],
  [4, 2],
])('refuses a client id that is too long, at version %i with %i', async (level, reasonCode) => {
  const { here, comeTo, areWell } = await twoBridges();
  for (const login of [kept(level, '\u00fc'.repeat(501)), { clientId: 'a'.repeat(1001), will: willOf() }]) {
    const { answers, client } = await comeTo(here, login, level);
    expect(answers).toMatchObject([{ kind: 'connack', reasonCode }]);
    client.cut();
  }
  expect((await comeTo(here, kept(level, '\u00fc'.repeat(500)), level)).answers).toMatchObject([{ reasonCode: 0 }]);
  expect(await areWell()).toBe(true);
});

it('refuses filters that are more together than a kept session may have, and no others', async () => {
  const { bridges, here, there, comeTo, areWell } = await twoBridges();
  const filters = Array.from({ length: 8 }, (_, i) => `${i}${'f'.repeat(1000)}`);
  const reader = await comeTo(here, kept(5, 'reader'));
  const granted = codes(await reader.say(subscribeOf(filters, { qos: 1 })));
  expect(granted).toEqual([1, 1, 1, 1, ...Array.from({ length: 4 }, () => QUOTA_EXCEEDED)]);
  // One that it has, and one in the place of another.
  expect(codes(await reader.say(subscribeOf([filters[0] ?? ''], { qos: 0 })))).toEqual([0]);
  await reader.say({ kind: 'unsubscribe', packetId: 9, filters: [filters[0] ?? ''], userProperties: [] });
  expect(codes(await reader.say(subscribeOf([filters[7] ?? ''], { qos: 1 })))).toEqual([1]);
  reader.client.cut();
  await bridges.settle();
  const writer = await comeTo(here, { clientId: 'writer' });
  await writer.say(...filters.map((filter, i) => publishOf(filter, `${i}`, { qos: 1, packetId: i + 1 })));
  expect(texts((await comeTo(there, kept(5, 'reader'))).answers)).toEqual(['1', '2', '3', '7']);
  const passing = await comeTo(here, { clientId: 'passing' });
  expect(codes(await passing.say(subscribeOf(filters, { qos: 1 })))).toEqual(filters.map(() => 1));
  expect(await areWell()).toBe(true);
});
