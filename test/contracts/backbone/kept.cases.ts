/** Owns what the contract says of kept sessions: a client finds its subscriptions and all that it missed, wherever it comes back. */

import { expect, it } from 'vitest';
import type { TestClient, TestClientOptions } from '../../support/brokers/mqtt-client.ts';
import type { Scene } from './under-test.ts';

const VERSIONS = [4, 5] as const;

export function keptCases(scene: () => Scene): void {
  let names = 0;

  function kept(version: 4 | 5 = 5): Partial<TestClientOptions> {
    names += 1;
    const session = { version, clientId: `kept-${names}`, clean: false };
    return version === 5 ? { ...session, properties: { sessionExpiryInterval: 600 } } : session;
  }

  /** What was sent twice is flagged. */
  const numbers = (client: TestClient) =>
    client.received.filter(({ topic, dup }) => topic === 'alice/n' && !dup).map(({ text }) => text);
  const texts = (count: number, from = 0) => Array.from({ length: count }, (_, n) => String(from + n));

  async function send(writers: readonly TestClient[], list: readonly string[], qos: 1 | 2 = 1): Promise<void> {
    for (const [at, text] of list.entries()) await writers[at % writers.length]?.publish('alice/n', text, { qos });
  }

  async function all(client: TestClient, count: number): Promise<string[]> {
    while (numbers(client).length < count) await client.next('alice/n');
    return numbers(client);
  }

  it.each(VERSIONS)('of version %i have what came while their client was away, in its order', async (version) => {
    const options = kept(version);
    const away = await scene().client('alice', options);
    await away.subscribe('alice/n', { qos: 1 });
    await away.end();
    const writers = [await scene().client('alice'), await scene().client('alice')];
    await send(writers, texts(20));
    const back = await scene().client('alice', options);
    expect(await all(back, 20)).toEqual(texts(20));
    // They were acknowledged: they do not come again.
    await back.publish('alice/n', '20', { qos: 1 });
    expect(await all(back, 21)).toEqual(texts(21));
    await back.end();
    const again = await scene().client('alice', options);
    await send(writers, ['last']);
    expect(await all(again, 1)).toEqual(['last']);
  });

  it.each([1, 2] as const)('have each message of QoS %i once while their client is there', async (qos) => {
    const options = kept();
    const reader = await scene().client('alice', options);
    await reader.subscribe('alice/n', { qos });
    const writers = [await scene().client('alice'), await scene().client('alice')];
    await send(writers, texts(30), qos);
    expect(await all(reader, 30)).toEqual(texts(30));
    await reader.end();
    const back = await scene().client('alice', options);
    await send(writers, ['last'], qos);
    expect(await all(back, 1)).toEqual(['last']);
  });

  it('go to the connection that takes them over, with what the former one did not acknowledge', async () => {
    const options = kept();
    const first = await scene().client('alice', options);
    await first.subscribe('alice/n', { qos: 1 });
    const writer = await scene().client('alice');
    await send([writer], texts(5));
    expect(await all(first, 5)).toEqual(texts(5));
    const second = await scene().client('alice', options);
    await first.closed;
    await send([writer], texts(5, 5));
    await all(second, 5);
    expect(numbers(second).slice(-5)).toEqual(texts(5, 5));
  });

  it('end where their client wants none any more, and nothing of them comes back', async () => {
    const options = kept();
    const away = await scene().client('alice', options);
    await away.subscribe('alice/n', { qos: 1 });
    await away.end();
    const writer = await scene().client('alice');
    await send([writer], ['lost']);
    const clean = await scene().client('alice', { ...options, clean: true });
    await clean.end();
    const back = await scene().client('alice', options);
    await send([writer], ['not subscribed']);
    await back.subscribe('alice/n', { qos: 1 });
    await send([writer], ['new']);
    expect(await all(back, 1)).toEqual(['new']);
  });

  it('give up the filters that were given up, and have no message of QoS 0', async () => {
    const options = kept();
    const away = await scene().client('alice', options);
    await away.subscribe(['alice/n', 'alice/other'], { qos: 1 });
    await away.unsubscribe('alice/other');
    await away.end();
    const writer = await scene().client('alice');
    await writer.publish('alice/other', 'given up', { qos: 1 });
    await writer.publish('alice/n', 'at most once', { qos: 0 });
    await writer.publish('alice/n', 'kept', { qos: 1 });
    const back = await scene().client('alice', options);
    expect((await back.next()).text).toBe('kept');
    expect(back.received).toHaveLength(1);
  });

  it('are of their account alone', async () => {
    const options = kept();
    const away = await scene().client('alice', options);
    await away.subscribe('alice/n', { qos: 1 });
    await away.end();
    const writer = await scene().client('alice');
    await send([writer], ['mine']);
    const thief = await scene().client('bob', options);
    await thief.subscribe('bob/#');
    await thief.publish('bob/x', 'own', { qos: 1 });
    await thief.next('bob/x');
    expect(thief.received.map(({ topic }) => topic)).toEqual(['bob/x']);
    expect(await all(await scene().client('alice', options), 1)).toEqual(['mine']);
  });

  it('go with their instance, and are counted', async () => {
    const { directory, client } = scene();
    directory.add('instance', 'erin');
    const options = kept();
    const away = await client('erin', options);
    await away.subscribe('erin/#', { qos: 1 });
    await away.end();
    await (await client('erin')).publish('erin/x', 'queued', { qos: 1 });
    directory.rekey('erin', 'nobody knows it');
    expect(await scene().any.evict('instance:erin', 'erin')).toMatchObject({ kicked: 1, offlineDropped: 1 });
    directory.remove('erin');
    directory.add('instance', 'erin');
    const heir = await client('erin', options);
    await heir.subscribe('erin/settled');
    await heir.publish('erin/x', 'x', { qos: 1 });
    await heir.publish('erin/settled', 'x', { qos: 1 });
    await heir.next('erin/settled');
    expect(heir.received).toHaveLength(1);
    directory.remove('erin');
  });
}
