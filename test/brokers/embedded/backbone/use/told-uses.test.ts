/** Pins what is known of the use of other brokers: the last word of each counts, old words do not, and what is told is bounded. */

import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AccountUses } from '../../../../../src/brokers/embedded/accounts/account-uses.ts';
import { tellUses } from '../../../../../src/brokers/embedded/backbone/use/telling.ts';
import { ToldUses } from '../../../../../src/brokers/embedded/backbone/use/told-uses.ts';
import { limitsWith } from '../../../../../src/brokers/embedded/limits.ts';
import type { Account } from '../../../../../src/core/accounts/accounts.ts';
import { type MemoryExchanges, memoryExchanges } from '../../../../support/cluster/memory-exchange.ts';
import { type ManualClock, manualClock } from '../../../../support/manual-clock.ts';

it('whatever was told in whatever order: the sum of the last words of all brokers that are still there', () => {
  const word = fc.record({
    from: fc.constantFrom('b1', 'b2', 'b3'),
    account: fc.constantFrom('anna', 'bert'),
    connections: fc.nat(5),
    perSecond: fc.constantFrom(0, 7),
    isLost: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 60 }), (words) => {
      const told = new ToldUses();
      const last = new Map<string, number>();
      for (const { from, account, connections, perSecond, isLost } of words) {
        if (isLost) {
          told.forget(from);
          for (const name of ['anna', 'bert']) last.delete(`${from} ${name}`);
        } else {
          told.hear(from, [[account, connections, perSecond, 0]], 0);
          last.set(`${from} ${account}`, connections);
        }
      }
      for (const account of ['anna', 'bert']) {
        const sum = ['b1', 'b2', 'b3'].reduce((all, from) => all + (last.get(`${from} ${account}`) ?? 0), 0);
        expect(told.connections(account, 0)).toBe(sum);
      }
    }),
  );
});

it('work that is told of no more is none, and a broker that says nothing has nobody in the end', () => {
  const told = new ToldUses();
  told.hear('b1', [['anna', 3, 500, 0]], 0);
  expect([told.connections('anna', 3000), told.work('anna', 3000)]).toMatchObject([3, [{ perSecond: 500 }]]);
  expect([told.connections('anna', 3001), told.work('anna', 3001)]).toEqual([3, []]);
  expect(told.connections('anna', 45_001)).toBe(0);
});

it('who tells of ever new accounts fills no memory, and what is known of others goes on', () => {
  const told = new ToldUses();
  told.hear('b1', [['anna', 1, 0, 0]], 0);
  for (let i = 0; i < 210_000; i += 1) told.hear('b2', [[`a${i}`, 1, 0, 0]], 0);
  told.hear('b1', [['anna', 2, 0, 0]], 0);
  expect([told.connections('a209999', 0), told.connections('a9', 0), told.connections('anna', 0)]).toEqual([0, 1, 2]);
});

const LIMIT = 1000;
const MS = 1000;
let clock: ManualClock;
let exchanges: MemoryExchanges;
let ends: (() => void)[];
beforeEach(() => {
  clock = manualClock();
  exchanges = memoryExchanges();
  ends = [];
});
afterEach(() => {
  for (const end of ends) end();
});

const ACCOUNT: Account = { key: 'instance:anna', kind: 'instance', username: 'anna', generation: 1, owner: 'o' };

function broker(id: string) {
  const limits = limitsWith({ tenant: { workPerSecond: LIMIT, workBurst: LIMIT } });
  const uses = new AccountUses(limits, clock.monotonicMs);
  const said: string[] = [];
  const exchange = exchanges.join(id);
  const here = { connections: 0, learned: -1 };
  const say: typeof exchange.say = (channel, bytes) => {
    said.push(Buffer.from(bytes).toString());
    exchange.say(channel, bytes);
  };
  const loud = Object.defineProperty({ ...exchange, say }, 'others', { get: () => exchange.others });
  const learn = (_account: Account, count: number) => {
    here.learned = count;
  };
  ends.push(tellUses({ exchange: loud, clock, uses, connected: () => here.connections, learn }));
  /** How much it may do in a second from now on. */
  const allowed = () => {
    const { rate } = uses.open(ACCOUNT).lane;
    const nowMs = clock.monotonicMs();
    rate.charge(rate.allowance(nowMs));
    return Math.round(rate.allowance(nowMs + 500)) * 2;
  };
  return { uses, here, said, allowed, work: (count: number) => uses.open(ACCOUNT).lane.rate.charge(count) };
}

it('what an account does at one broker is not left to it at another, and is again when it stops', () => {
  const [a, b] = [broker('a'), broker('b')];
  a.work(300);
  b.work(1);
  clock.advance(MS);
  expect(b.allowed()).toBe(700);
  clock.advance(2 * MS);
  expect(b.allowed()).toBe(LIMIT);
});

it('an account that comes to a second broker is let no more than the first one leaves, a second later at the latest', () => {
  const [a, b] = [broker('a'), broker('b')];
  a.work(600);
  clock.advance(MS);
  a.work(600);
  b.uses.open(ACCOUNT);
  clock.advance(MS);
  // Less than half is not asked of anybody.
  expect(b.allowed()).toBe(500);
});

it('how many connections it has elsewhere is known within a second, and told anew where somebody has missed it', () => {
  const [a, b] = [broker('a'), broker('b')];
  a.uses.open(ACCOUNT);
  b.uses.open(ACCOUNT);
  a.here.connections = 3;
  exchanges.cutOff('a');
  clock.advance(MS);
  exchanges.reach('a');
  clock.advance(MS);
  expect(b.here.learned).toBe(0);
  clock.advance(15 * MS);
  expect(b.here.learned).toBe(3);
  exchanges.lose('a');
  clock.advance(MS);
  expect(b.here.learned).toBe(0);
});

it('of who is quiet nothing is said, and of who is gone once', () => {
  const [a] = [broker('a'), broker('b')];
  const use = a?.uses.open(ACCOUNT);
  if (a === undefined || use === undefined) throw new Error('there is one');
  a.here.connections = 1;
  clock.advance(MS);
  expect(a.said).toHaveLength(1);
  clock.advance(10 * MS);
  expect(a.said).toHaveLength(1);
  a.uses.release(use);
  clock.advance(MS);
  expect(a.said).toHaveLength(2);
  clock.advance(20 * MS);
  expect(a.said).toHaveLength(2);
});
