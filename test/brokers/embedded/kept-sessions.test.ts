/** Pins what the broker remembers of sessions, and that none of it grows without end. */

import { beforeEach, describe, expect, it } from 'vitest';
import { scopedId } from '../../../src/brokers/embedded/kept/scoped-id.ts';
import { KeptSessions } from '../../../src/brokers/embedded/kept/sessions.ts';
import { DEFAULT_LIMITS } from '../../../src/brokers/limits.ts';

const id = (clientId: string, account = 'alice') => scopedId(account, clientId);

let sessions: KeptSessions;
let forgotten: string[];

beforeEach(() => {
  const limits = {
    subscriptionsPerAccount: 3,
    offlineSessionsPerAccount: 2,
    queuedMessagesPerSession: 3,
    queuedBytesPerAccount: 20,
  };
  forgotten = [];
  sessions = new KeptSessions(
    () => '',
    { ...DEFAULT_LIMITS, ...limits },
    (ended) => forgotten.push(ended),
  );
});

const packet = (brokerCounter: number, payload = 'x') => ({
  cmd: 'publish',
  brokerId: 'b',
  brokerCounter,
  topic: 't',
  payload,
});

function kept(clientId: string, ...filters: string[]): string {
  sessions.open(id(clientId), true);
  for (const topic of filters) expect(sessions.grant(id(clientId), { topic, qos: 1 })).toBe(true);
  return id(clientId);
}

describe('filters', () => {
  it('are counted over all sessions of an account, the same one once', () => {
    kept('one', 'a', 'b');
    kept('two', 'a');
    expect(sessions.grant(id('two'), { topic: 'b', qos: 1 })).toBe(false);
    expect(sessions.grant(id('two'), { topic: 'a', qos: 0 })).toBe(true);
    sessions.revoke(id('one'), ['a', 'unknown']);
    expect(sessions.grant(id('two'), { topic: 'b', qos: 1 })).toBe(true);
    sessions.forget(id('two'));
    kept('three', 'x', 'y');
  });

  it('queue messages when they are of QoS 1 or 2 and their session outlives the connection', () => {
    kept('kept', 'a/+');
    sessions.open(id('passing'), false);
    sessions.grant(id('passing'), { topic: 'a/#', qos: 1 });
    expect(sessions.subscribersOf('a/b')).toEqual([{ clientId: id('kept'), topic: 'a/+', qos: 1 }]);
    sessions.grant(id('kept'), { topic: 'a/+', qos: 0 });
    expect(sessions.subscribersOf('a/b')).toEqual([]);
  });

  it('end with their session', () => {
    kept('one', 'a/+', 'a/b');
    sessions.forget(id('one'));
    expect(sessions.subscribersOf('a/b')).toEqual([]);
    expect(sessions.filtersOf(id('one'))).toEqual([]);
    expect(sessions.idsOf('alice')).toEqual([]);
  });
});

describe('sessions', () => {
  it('begin with a login and never by what arrives late for them', () => {
    expect(sessions.grant(id('late'), { topic: 'a', qos: 1 })).toBe(false);
    expect(sessions.queueOf(id('late'))).toBeUndefined();
    expect(sessions.incomingOf(id('late'))).toBeUndefined();
    sessions.leave(id('late'));
    sessions.clear(id('late'));
    expect(sessions.idsOf('alice')).toEqual([]);
  });

  it('make room for each other: the one that has been away longest goes first', () => {
    for (const clientId of ['one', 'two', 'three']) kept(clientId);
    for (const clientId of ['two', 'one', 'three']) sessions.leave(id(clientId));
    expect(sessions.idsOf('alice')).toEqual([id('one'), id('three')]);
    expect(forgotten).toEqual([id('two')]);
    sessions.open(id('one'), true);
    for (const clientId of ['four', 'five']) {
      kept(clientId);
      sessions.leave(id(clientId));
    }
    expect(sessions.idsOf('alice')).toEqual([id('one'), id('four'), id('five')]);
  });

  it('that end with their connection are not resumed by the next one of that id', () => {
    sessions.open(id('one'), false);
    sessions.grant(id('one'), { topic: 'a', qos: 1 });
    sessions.open(id('one'), true);
    expect(sessions.filtersOf(id('one'))).toEqual([]);
    kept('one', 'b');
    sessions.open(id('one'), true);
    expect(sessions.filtersOf(id('one'))).toEqual([{ topic: 'b', qos: 1 }]);
  });

  it('of a connected client start afresh when they are cleared; others are gone', () => {
    const one = kept('one', 'a');
    sessions.incomingOf(one)?.set(7, true);
    sessions.clear(one);
    expect(sessions.has(one)).toBe(true);
    expect(sessions.incomingOf(one)?.size).toBe(0);
    expect(sessions.filtersOf(one)).toEqual([]);
    sessions.leave(one);
    sessions.clear(one);
    expect(sessions.has(one)).toBe(false);
  });
});

describe('a queue', () => {
  it('keeps the oldest messages and drops what comes when it is full', () => {
    const queue = sessions.queueOf(kept('one'));
    for (const counter of [1, 2, 3, 4]) queue?.push(packet(counter));
    expect(queue?.replay().map(({ brokerCounter }) => brokerCounter)).toEqual([1, 2, 3]);
  });

  it('shares its bytes with all queues of the account, and gives them back', () => {
    const [one, two] = [sessions.queueOf(kept('one')), sessions.queueOf(kept('two'))];
    one?.push(packet(1, 'x'.repeat(15)));
    two?.push(packet(2, 'x'.repeat(15)));
    expect(two?.length).toBe(0);
    one?.clear(packet(1));
    two?.push(packet(2, 'x'.repeat(15)));
    expect(two?.length).toBe(1);
    sessions.forget(id('two'));
    one?.push(packet(3, 'x'.repeat(15)));
    expect(one?.length).toBe(1);
  });

  it('keeps two QoS 2 messages apart while both wait for their PUBCOMP', () => {
    const queue = sessions.queueOf(kept('one'));
    for (const counter of [1, 2]) {
      queue?.push(packet(counter));
      queue?.sent({ ...packet(counter), messageId: 10 + counter });
    }
    for (const messageId of [11, 12]) queue?.sent({ cmd: 'pubrel', messageId });
    expect(queue?.replay()).toEqual([
      { cmd: 'pubrel', messageId: 11 },
      { cmd: 'pubrel', messageId: 12 },
    ]);
    queue?.clear({ cmd: 'pubcomp', messageId: 11 });
    expect(queue?.replay().map(({ messageId }) => messageId)).toEqual([12]);
  });

  it('forgets exactly the message that its reader may not have', () => {
    const queue = sessions.queueOf(kept('one'));
    queue?.push(packet(1));
    queue?.push(packet(2));
    queue?.clear(packet(2));
    expect(queue?.replay().map(({ brokerCounter }) => brokerCounter)).toEqual([1]);
  });

  it('hands over a message that several filters have queued once', () => {
    const queue = sessions.queueOf(kept('one'));
    for (const counter of [1, 1, 2]) queue?.push(packet(counter));
    expect(queue?.replay().map(({ brokerCounter }) => brokerCounter)).toEqual([1, 2]);
    expect(queue?.length).toBe(2);
  });

  it('ignores acknowledgements of what it has dropped', () => {
    const queue = sessions.queueOf(kept('one'));
    queue?.push(packet(1));
    queue?.sent({ ...packet(9), messageId: 5 });
    queue?.sent({ cmd: 'pubrel', messageId: 5 });
    expect(queue?.clear({ cmd: 'puback', messageId: 5 })).toBeUndefined();
    expect(queue?.length).toBe(1);
  });
});
