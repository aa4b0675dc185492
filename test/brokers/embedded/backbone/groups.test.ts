/** Pins what brokers know of one another's groups of shared subscriptions, and which of them serves a group with a message. */

import { expect, it } from 'vitest';
import { ALONE } from '../../../../src/brokers/embedded/backbone/alone.ts';
import { type Groups, openGroups } from '../../../../src/brokers/embedded/backbone/groups/groups.ts';
import { readMessage } from '../../../../src/brokers/embedded/backbone/live-message.ts';
import { startEmbeddedBroker } from '../../../../src/brokers/embedded/embedded.ts';
import { KEEPS_NOTHING } from '../../../../src/brokers/embedded/kept/keeper.ts';
import { Message } from '../../../../src/brokers/embedded/message.ts';
import { ShareChoice } from '../../../../src/brokers/embedded/routes/share-choice.ts';
import type { Answers } from '../../../../src/core/cluster/exchange.ts';
import { topicsOf } from '../../../../src/protocol/topics.ts';
import { tenants } from '../../../support/brokers/directory.ts';
import { connectClient } from '../../../support/brokers/mqtt-client.ts';
import { memoryExchanges } from '../../../support/cluster/memory-exchange.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { recordingLog } from '../../../support/recording-log.ts';
import { systemClock } from '../../../support/system-clock.ts';

const GROUP = 'instance:alice\n$share/workers/alice/+';
const settle = () => new Promise((resolve) => setImmediate(resolve));

function brokers() {
  const clock = manualClock();
  const exchanges = memoryExchanges();
  return {
    ...exchanges,
    clock,
    join(id: string) {
      const exchange = exchanges.join(id);
      const groups = openGroups(exchange, clock, recordingLog());
      const have = async (members: number) => {
        groups.count({ bucket: 'alice', group: GROUP, members });
        await groups.told();
      };
      return { exchange, groups, have };
    },
    /** What is due of it, a second after the other. */
    async pass(seconds: number) {
      for (let second = 0; second < seconds; second += 1) {
        clock.advance(1000);
        await settle();
      }
    },
  };
}

function turns({ choose }: Groups, count: number): (string | undefined)[] {
  return Array.from({ length: count }, () => choose('alice', 'alice/job')?.chosen.get(GROUP));
}

const message = (facts: Partial<Message>) =>
  new Message({
    ...facts,
    topic: 'alice/job',
    payload: Buffer.from('x'),
    qos: facts.qos ?? 1,
    retain: false,
    properties: {},
    account: 'alice',
  });

it('chooses each broker as often as it has members, as soon as they are told', async () => {
  const { join } = brokers();
  const [one, other, third] = [join('one'), join('other'), join('third')];
  await one.have(1);
  await other.have(3);
  for (const { groups } of [one, other, third]) {
    const all = turns(groups, 8);
    expect([all.filter((turn) => turn === 'one').length, all.filter((turn) => turn === 'other').length]).toEqual([
      2, 6,
    ]);
  }
  await other.have(0);
  expect(turns(third.groups, 2)).toEqual(['one', 'one']);
  await one.have(0);
  expect(third.groups.choose('alice', 'alice/job')).toBeUndefined();
});

it('lets a member wait for its SUBACK until the others have heard of it', async () => {
  const directory = tenants();
  let resolve = () => {};
  const told = new Promise<void>((now) => {
    resolve = now;
  });
  const company = { keeper: KEEPS_NOTHING, join: () => ({ ...ALONE, counted: () => told }) };
  const listen = { host: '127.0.0.1', port: 0 };
  const setup = { topics: topicsOf('nestmtx'), directory, log: recordingLog(), clock: systemClock, company, listen };
  const broker = await startEmbeddedBroker(setup);
  const options = { url: `mqtt://127.0.0.1:${broker.port}`, username: 'alice', password: 'alice' };
  const client = await connectClient(options);
  const order: string[] = [];
  const shared = client.subscribe('$share/workers/alice/job').then(() => order.push('shared'));
  await client.subscribe('alice/#').then(() => order.push('plain'));
  order.push('told');
  resolve();
  await shared;
  expect(order).toEqual(['plain', 'told', 'shared']);
  await client.end();
  await broker.close();
});

it('takes the others for told when they have answered', async () => {
  let resolve = (_: Answers) => {};
  const promise = new Promise<Answers>((now) => {
    resolve = now;
  });
  const exchange = { ...memoryExchanges().join('one'), ask: () => promise };
  const groups = openGroups(exchange, manualClock(), recordingLog());
  groups.count({ bucket: 'alice', group: GROUP, members: 1 });
  expect(groups.told()).toBeDefined();
  resolve({ answers: [], silent: [] });
  await settle();
  expect(groups.told()).toBeUndefined();
});

it('knows the groups of those who were there before it, however many they are', async () => {
  const { join } = brokers();
  const one = join('one');
  for (let n = 0; n < 1200; n += 1) one.groups.count({ bucket: 'alice', group: `a\n$share/${n}/alice/x`, members: 1 });
  const later = join('later');
  await later.groups.begin();
  expect(later.groups.choose('alice', 'alice/x')?.chosen.size).toBe(1200);
});

it('learns within a second what it has missed while it was cut off', async () => {
  const { join, cutOff, reach, pass } = brokers();
  const [one, other] = [join('one'), join('other')];
  await one.have(1);
  cutOff('one');
  await one.have(0);
  await one.have(2);
  await one.have(0);
  expect(turns(other.groups, 1)).toEqual(['one']);
  reach('one');
  await pass(1);
  expect(other.groups.choose('alice', 'alice/job')).toBeUndefined();
});

it('knows a broker again that it had taken for lost', async () => {
  const { join, lose, pass } = brokers();
  const [one, other] = [join('one'), join('other')];
  await one.have(1);
  lose('one');
  expect(other.groups.choose('alice', 'alice/job')).toBeUndefined();
  await pass(1);
  expect(turns(other.groups, 1)).toEqual(['one']);
});

it('passes a broker over that has said nothing for two and a half seconds, unless nobody else has members', async () => {
  const { join, cutOff, pass } = brokers();
  const [one, other, third] = [join('one'), join('other'), join('third')];
  await one.have(1);
  await other.have(1);
  cutOff('one');
  await pass(2);
  expect(new Set(turns(third.groups, 2))).toEqual(new Set(['one', 'other']));
  await pass(1);
  expect(turns(third.groups, 2)).toEqual(['other', 'other']);
  await other.have(0);
  expect(turns(third.groups, 1)).toEqual(['one']);
});

it('passes a message on that has come for members who have just gone, once', async () => {
  const { join } = brokers();
  const [one, other] = [join('one'), join('other')];
  await other.have(1);
  const heard: Message[] = [];
  other.exchange.listen('alice', (bytes) => heard.push(readMessage(bytes, 'other')));
  const choice = new ShareChoice('one', new Map([[GROUP, 'one']]));
  one.groups.passOn('alice', message({ choice }));
  expect(heard).toHaveLength(1);
  expect(heard[0]?.choice?.isHere(GROUP)).toBe(true);
  expect(heard[0]?.choice?.isHere('another group')).toBe(false);
  one.groups.passOn('alice', message({ choice, qos: 0 }));
  one.groups.passOn('alice', message({ choice: new ShareChoice('one', choice.chosen, true) }));
  await one.have(1);
  one.groups.passOn('alice', message({ choice }));
  expect(heard).toHaveLength(1);
});

it('tells of all groups in words that fit into a message each, however long filters are', async () => {
  const { join } = brokers();
  const { exchange, groups } = join('one');
  const filters = Array.from({ length: 40 }, (_, i) => `alice/${i}/${'x'.repeat(60_000)}`);
  for (const filter of filters) {
    groups.count({ bucket: 'alice', group: `instance:alice\n$share/workers/${filter}`, members: 1 });
  }
  await groups.told();
  const words: number[] = [];
  const { askPresent } = exchange;
  exchange.askPresent = (subject, question, patienceMs) => {
    words.push(question.length);
    return askPresent(subject, question, patienceMs);
  };
  const late = join('late');
  await late.groups.begin();
  expect(Math.max(...words)).toBeLessThan(512 * 1024);
  expect(filters.filter((filter) => late.groups.choose('alice', filter) === undefined)).toEqual([]);
});
