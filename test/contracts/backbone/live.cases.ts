/** Owns what the contract says of messages on their way: they reach whoever of the account listens, in their order, and nobody else. */

import { generate } from 'mqtt-packet';
import { expect, it } from 'vitest';
import { connectClient } from '../../support/brokers/mqtt-client.ts';
import { connectRaw } from '../../support/brokers/raw-mqtt.ts';
import { comesTrue } from '../../support/patience.ts';
import type { Scene } from './under-test.ts';

/** Several times what one broker keeps for readers of the house. */
const MANY = 40_000;

export function liveCases(scene: () => Scene): void {
  it.each([4, 5] as const)('reach a subscriber of version %i as soon as it has its SUBACK', async (version) => {
    const reader = await scene().client('alice', { version });
    const writer = await scene().client('alice', { version });
    expect(await reader.subscribe('alice/#')).toEqual([1]);
    await writer.publish('alice/a.b*c>d e/ä', 'hello', { qos: 0 });
    expect(await reader.next('alice/a.b*c>d e/ä')).toMatchObject({ text: 'hello', qos: 0, retain: false });
    await writer.publish('alice/x', 'again', { qos: 1 });
    expect(await reader.next('alice/x')).toMatchObject({ text: 'again', qos: 1 });
  });

  it('reach each subscriber once, in the order of their publisher', async () => {
    const readers = [await scene().client('alice'), await scene().client('alice'), await scene().client('alice')];
    const writer = await scene().client('alice');
    for (const reader of readers) await reader.subscribe(['alice/#', 'alice/n/+']);
    const sent = Array.from({ length: 900 }, (_, n) => String(n));
    await Promise.all(sent.map((n) => writer.publish('alice/n/x', n, { qos: 1 })));
    await writer.publish('alice/last', 'x', { qos: 1 });
    for (const reader of readers) {
      await reader.next('alice/last');
      expect(reader.received.map(({ text }) => text)).toEqual([...sent, 'x']);
    }
  });

  it('are not lost where more is said than can be given to readers at once: who says it is held meanwhile', async () => {
    const [first, last] = [scene().brokers[0], scene().brokers.at(-1)];
    const reader = await connectClient({ url: last?.url ?? '', username: 'root', password: 'root', version: 4 });
    await reader.subscribe('house/#');
    const writer = await connectRaw(Number(new URL(first?.url ?? '').port), { username: 'root', version: 4 });
    const said = Array.from({ length: MANY }, (_, n) =>
      generate({ cmd: 'publish', topic: 'house/n', payload: String(n), qos: 0, dup: false, retain: false }),
    );
    writer.sendBytes(Buffer.concat(said));
    await comesTrue(() => expect(reader.received.length).toBe(MANY));
    expect(reader.received.every(({ text }, n) => text === String(n))).toBe(true);
    writer.destroy();
    await reader.end();
  });

  it('carry what their publisher has said about them', async () => {
    const [reader, writer] = [await scene().client('alice'), await scene().client('alice')];
    await reader.subscribe('alice/#');
    const properties = {
      contentType: 'text/plain',
      responseTopic: 'alice/answers',
      correlationData: Buffer.from([0, 1, 255]),
      userProperties: { colour: 'blue' },
      messageExpiryInterval: 60,
      payloadFormatIndicator: true,
    };
    await writer.publish('alice/x', Buffer.alloc(100_000, 7), { qos: 1, properties });
    const { payload, properties: received } = await reader.next('alice/x');
    expect(payload.equals(Buffer.alloc(100_000, 7))).toBe(true);
    expect(received).toMatchObject({ ...properties, userProperties: { ...properties.userProperties } });
  });

  it('come back to their publisher where it listens, unless it does not want its own', async () => {
    const client = await scene().client('alice');
    await client.subscribe('alice/heard');
    await client.subscribe('alice/unheard', { nl: true });
    await client.publish('alice/unheard', 'x', { qos: 1 });
    await client.publish('alice/heard', 'x', { qos: 1 });
    await client.next('alice/heard');
    expect(client.received.map(({ topic }) => topic)).toEqual(['alice/heard']);
  });

  it('stay within their account, at whichever broker somebody listens', async () => {
    const strangers = [await scene().client('bob'), await scene().client('carol'), await scene().client('root')];
    const [reader, writer] = [await scene().client('alice'), await scene().client('alice')];
    for (const stranger of strangers) {
      expect(await stranger.subscribe('alice/#', { rh: 0 })).not.toContain(1);
    }
    await strangers[2]?.subscribe(['#', '+/+']);
    await reader.subscribe(['alice/#', '/alice/#']);
    await writer.publish('alice/x', 'mine');
    await writer.publish('/alice/x', 'mine', { qos: 1 });
    await reader.next('alice/x');
    await reader.next('/alice/x');
    for (const stranger of strangers) {
      expect(stranger.received.filter(({ topic }) => topic.includes('alice'))).toEqual([]);
    }
  });

  it('of the house reach everybody there who may read them', async () => {
    const [reader, writer] = [await scene().client('root'), await scene().client('root')];
    await reader.subscribe('house/#');
    await writer.publish('house/door', 'open');
    expect((await reader.next('house/door')).text).toBe('open');
  });

  it('include the will of a client that has gone without a word', async () => {
    const reader = await scene().client('alice');
    await reader.subscribe('alice/will');
    const will = { topic: 'alice/will', payload: Buffer.from('gone'), qos: 1, retain: false } as const;
    await (await scene().client('alice', { will })).destroy();
    expect((await reader.next('alice/will')).text).toBe('gone');
  });
}
