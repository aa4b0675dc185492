/** Pins the row of the table that an account is told of, for each row (I-30, I-31): the REST API shows it. */

import { describe, expect, it } from 'vitest';
import { createAcl } from '../../src/brokers/acl.ts';
import type { Account } from '../../src/core/accounts/accounts.ts';
import { topicsOf } from '../../src/protocol/topics.ts';

const topics = topicsOf('nestmtx');
const acl = createAcl({
  topics,
  isInstanceRoot: (name) => ['alice', 'bob'].includes(name),
  topicsOf: () => ['tele/+'],
});

const account = (kind: Account['kind'], username: string): Account => ({
  key: username,
  kind,
  username,
  generation: 1,
});
const root = account('admin', 'root');
const carol = account('user', 'carol');
const alice = account('instance', 'alice');
const plug = account('device', 'plug');

describe('every account', () => {
  it('publishes under a name only', () => {
    for (const who of [root, carol, alice, plug]) {
      for (const topic of ['', 'a/+', 'a/#', 'a\0']) {
        expect(acl.publish(who, topic)).toEqual({ allowed: false, rule: 'not a topic name' });
      }
    }
  });

  it.each([
    { who: alice, topic: '/alice', allowed: true, rule: 'an instance owns its root' },
    { who: alice, topic: 'bob', allowed: false, rule: 'an instance stays within its root' },
    { who: root, topic: '$SYS/a', allowed: false, rule: 'the broker alone publishes $SYS' },
    { who: root, topic: 'nestmtx/state/a', allowed: false, rule: 'the service alone publishes here' },
    { who: root, topic: 'alice/a', allowed: false, rule: 'a root belongs to its instance alone' },
    { who: root, topic: 'home', allowed: true, rule: 'admins use every other topic' },
    { who: carol, topic: 'nestmtx/requests', allowed: true, rule: 'users publish requests' },
    { who: carol, topic: 'home', allowed: false, rule: 'users publish requests only' },
    { who: plug, topic: 'tele/x', allowed: true, rule: 'a device uses the topics that it was given' },
    { who: plug, topic: 'home', allowed: false, rule: 'a device uses only the topics that it was given' },
  ])('is told the row that decided: $who.kind publishes $topic, "$rule"', ({ who, topic, ...decision }) => {
    expect(acl.publish(who, topic)).toEqual(decision);
  });

  it.each([
    { who: alice, filter: 'alice/#', allowed: true, rule: 'an instance owns its root' },
    { who: alice, filter: 'bob/#', allowed: false, rule: 'an instance stays within its root' },
    { who: root, filter: 'a#', allowed: false, rule: 'not a topic filter' },
    { who: root, filter: '$share/g', allowed: false, rule: 'not a topic filter' },
    { who: root, filter: 'nestmtx/requests', allowed: false, rule: 'the service alone reads requests' },
    { who: root, filter: 'alice/#', allowed: false, rule: 'a root belongs to its instance alone' },
    { who: root, filter: '#', allowed: true, rule: 'admins use every other topic' },
    { who: carol, filter: 'nestmtx/state/#', allowed: true, rule: 'users read events and state' },
    { who: carol, filter: 'nestmtx/responses/a', allowed: true, rule: 'users read answers by request id' },
    { who: carol, filter: '#', allowed: false, rule: 'users read the service only' },
    { who: plug, filter: 'tele/x', allowed: true, rule: 'a device uses the topics that it was given' },
    { who: plug, filter: '#', allowed: false, rule: 'a device uses only the topics that it was given' },
  ])('is told the row that decided: $who.kind subscribes to $filter, "$rule"', ({ who, filter, ...decision }) => {
    expect(acl.subscribe(who, filter)).toEqual(decision);
  });
});

it('the topics of a device are compiled once: they are looked at for every message', () => {
  const given = ['tele/+/#', 'a'];
  let compiled = 0;
  Object.defineProperty(given, 'map', {
    value: (...args: Parameters<typeof given.map>) => {
      compiled += 1;
      return [...given].map(...args);
    },
  });
  const one = createAcl({ topics, isInstanceRoot: () => false, topicsOf: () => given });
  expect(['a', 'tele/x', 'b', 'a'].map((topic) => one.receive(plug, topic))).toEqual([true, true, false, true]);
  expect(compiled).toBe(1);
});
