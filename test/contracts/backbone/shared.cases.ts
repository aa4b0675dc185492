/** Owns what the contract says of shared subscriptions: a group gets each message once in all, wherever its members are. */

import { expect, it } from 'vitest';
import type { TestClient } from '../../support/brokers/mqtt-client.ts';
import { eventually } from '../../support/eventually.ts';
import type { Scene } from './under-test.ts';

export function sharedCases(scene: () => Scene): void {
  const heard = (members: readonly TestClient[]) =>
    members.flatMap(({ received }) => received.filter(({ topic }) => topic === 'alice/job').map(({ text }) => text));
  const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, n) => String(from + n));
  const sorted = (texts: readonly string[]) => texts.toSorted((one, other) => Number(one) - Number(other));

  async function members(count: number): Promise<TestClient[]> {
    const all: TestClient[] = [];
    while (all.length < count) {
      const member = await scene().client('alice');
      expect(await member.subscribe(['$share/workers/alice/job', 'alice/last'], { qos: 1 })).toEqual([1, 1]);
      all.push(member);
    }
    return all;
  }

  async function send(texts: readonly string[], qos: 0 | 1 | 2 = 1): Promise<void> {
    const [one, other] = [await scene().client('alice'), await scene().client('alice')];
    await Promise.all(texts.map((text, n) => (n % 2 === 0 ? one : other).publish('alice/job', text, { qos })));
  }

  /** All that was said before has come to them. */
  async function settled(all: readonly TestClient[]): Promise<void> {
    const writers = [await scene().client('alice'), await scene().client('alice')];
    for (const writer of writers) await writer.publish('alice/last', 'x', { qos: 1 });
    await Promise.all(all.flatMap((member) => writers.map(() => member.next('alice/last'))));
  }

  it.each([0, 1, 2] as const)(
    'give each message of QoS %i to one of their members, and all of them some',
    async (qos) => {
      const all = await members(6);
      await send(numbers(120), qos);
      await eventually(() => heard(all).length >= 120, 'the group has all of it');
      await settled(all);
      expect(sorted(heard(all))).toEqual(numbers(120));
      for (const member of all) expect(heard([member]).length).toBeGreaterThan(0);
    },
  );

  it('give each message to each group, and to who has asked for it alone', async () => {
    const [one, other, alone] = [
      await scene().client('alice'),
      await scene().client('alice'),
      await scene().client('alice'),
    ];
    await one.subscribe(['$share/workers/alice/job', 'alice/last'], { qos: 1 });
    await other.subscribe(['$share/others/alice/#', 'alice/last'], { qos: 1 });
    await alone.subscribe('alice/#', { qos: 1 });
    await send(numbers(10));
    for (const reader of [one, other, alone]) {
      await eventually(() => heard([reader]).length >= 10, 'it has all of it');
      expect(sorted(heard([reader]))).toEqual(numbers(10));
    }
  });

  it('lose and double nothing of QoS 1 when members give up their subscription in the middle of it', async () => {
    const all = await members(6);
    const [, , ...stay] = all;
    const [first, second] = all;
    const sent = send(numbers(300));
    await Promise.all([first, second].map((member) => member?.unsubscribe('$share/workers/alice/job')));
    await sent;
    await send(numbers(50, 300));
    await eventually(() => heard(all).length >= 350, 'the group has all of it');
    await settled(stay);
    expect(sorted(heard(all))).toEqual(numbers(350));
  });
}
