/** Owns what the contract says of retained messages: whoever subscribes later gets them, at whichever broker, and nobody else does. */

import { expect, it } from 'vitest';
import type { TestClient } from '../../support/brokers/mqtt-client.ts';
import type { Scene } from './under-test.ts';

const KEPT = { qos: 1, retain: true } as const;

export function retainedCases(scene: () => Scene): void {
  /** All that is retained there, as somebody who comes now gets it. */
  async function found(username: string, ...filters: string[]): Promise<string[]> {
    const reader = await scene().client(username);
    await reader.subscribe(filters);
    await settled(reader, username);
    return reader.received
      .filter(({ retain }) => retain)
      .map(({ topic, text }) => `${topic}=${text}`)
      .sort();
  }

  async function settled(client: TestClient, root: string): Promise<void> {
    await client.subscribe(`${root}/settled`);
    await client.publish(`${root}/settled`, 'x', { qos: 1 });
    await client.next(`${root}/settled`);
  }

  it('are found by who subscribes later, by name and by wildcards, under both roots', async () => {
    const writer = await scene().client('alice');
    for (const topic of ['alice/r', 'alice/r/a', '/alice/r/a', 'alice/r/ä.*>', 'alice/r//']) {
      await writer.publish(topic, 'kept', KEPT);
    }
    expect(await found('alice', 'alice/r/#')).toEqual([
      'alice/r//=kept',
      'alice/r/a=kept',
      'alice/r/ä.*>=kept',
      'alice/r=kept',
    ]);
    expect(await found('alice', '/alice/r/+')).toEqual(['/alice/r/a=kept']);
    expect(await found('bob', 'bob/#', '/bob/#')).toEqual([]);
  });

  it('are the last that was acknowledged, or none where that was empty', async () => {
    const [one, other] = [await scene().client('alice'), await scene().client('alice')];
    for (let n = 0; n < 20; n += 1) await (n % 2 === 0 ? one : other).publish('alice/turns', String(n), KEPT);
    await one.publish('alice/cleared', 'x', KEPT);
    await other.publish('alice/cleared', '', KEPT);
    expect(await found('alice', 'alice/turns', 'alice/cleared')).toEqual(['alice/turns=19']);
    expect(await found('alice', 'alice/turns', 'alice/cleared')).toEqual(['alice/turns=19']);
  });

  it('are kept on, however large or long is what somebody else wants to be kept', async () => {
    const [greedy, writer] = [await scene().client('root'), await scene().client('alice')];
    const away = await scene().client('root', { clientId: 'away', clean: false });
    await away.subscribe('large', { qos: 1 });
    await away.end();
    await greedy.publish('large', 'x'.repeat(1.5 * 1024 * 1024), KEPT);
    await greedy.publish(`long/${'x'.repeat(5000)}`, 'x', KEPT);
    await greedy.publish(`long/${'x'.repeat(5000)}`, '', KEPT);
    await writer.publish('alice/on', 'kept', KEPT);
    expect(await found('alice', 'alice/on')).toEqual(['alice/on=kept']);
  });

  it('are found at once by who subscribes at another broker when they are acknowledged', async () => {
    const [writer, reader] = [await scene().client('alice'), await scene().client('alice')];
    for (let n = 0; n < 40; n += 1) {
      const topic = `alice/at-once/${n}`;
      await writer.publish(topic, 'kept', KEPT);
      await reader.subscribe(topic);
      expect(await reader.next(topic)).toMatchObject({ text: 'kept', retain: true });
    }
  });

  it('are the same for everybody where two write at a time', async () => {
    const [one, other] = [await scene().client('alice'), await scene().client('alice')];
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => [
        one.publish('alice/race', `a${n}`, KEPT),
        other.publish('alice/race', `b${n}`, KEPT),
      ]).flat(),
    );
    const [first] = await found('alice', 'alice/race');
    expect(['alice/race=a49', 'alice/race=b49']).toContain(first);
    for (let n = 0; n < 3; n += 1) expect(await found('alice', 'alice/race')).toEqual([first]);
  });

  it('come with what their publisher has said about them', async () => {
    const writer = await scene().client('alice');
    const properties = { contentType: 'text/plain', userProperties: { colour: 'blue' }, messageExpiryInterval: 600 };
    await writer.publish('alice/said', 'x', { ...KEPT, properties });
    for (let n = 0; n < 2; n += 1) {
      const reader = await scene().client('alice');
      await reader.subscribe('alice/said');
      expect((await reader.next('alice/said')).properties).toMatchObject({ contentType: 'text/plain' });
    }
  });

  it('of the house are found by who may read them', async () => {
    await (await scene().client('root')).publish('house/lamp', 'on', KEPT);
    for (let n = 0; n < 2; n += 1) expect(await found('root', 'house/#')).toContain('house/lamp=on');
    expect(await (await scene().client('carol')).subscribe('house/lamp')).toEqual([0x87]);
  });

  it('go with their instance, counted once, and whoever has its name later finds none', async () => {
    const { directory, client } = scene();
    directory.add('instance', 'dave');
    const [one, other] = [await client('dave'), await client('dave')];
    for (let n = 0; n < 10; n += 1)
      await (n % 2 === 0 ? one : other).publish(`${n % 3 === 0 ? '/' : ''}dave/${n}`, 'x', KEPT);
    await one.publish('dave/1', '', KEPT);
    directory.rekey('dave', 'nobody knows it');
    expect(await scene().any.evict('instance:dave', 'dave')).toMatchObject({ kicked: 2, retainedPurged: 9 });
    directory.remove('dave');
    directory.add('instance', 'dave');
    for (let n = 0; n < 2; n += 1) expect(await found('dave', 'dave/#', '/dave/#')).toEqual([]);
    directory.remove('dave');
  });
}
