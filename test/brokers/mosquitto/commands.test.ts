/** Pins how commands to mosquitto are told apart, ordered and given up, without a broker. */

import { beforeEach, describe, expect, it } from 'vitest';
import type { Ending } from '../../../src/brokers/link/connection.ts';
import type { Session } from '../../../src/brokers/link/session.ts';
import type { Answer, Command } from '../../../src/brokers/mosquitto/commands.ts';
import { deniesAll, RESPONSE_TOPIC, readAnswers } from '../../../src/brokers/mosquitto/commands.ts';
import { openExchange } from '../../../src/brokers/mosquitto/exchange.ts';
import { openCommandQueue } from '../../../src/brokers/mosquitto/queue.ts';
import { eventually } from '../../support/eventually.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';

let clock: ManualClock;

beforeEach(() => {
  clock = manualClock();
});

/** A session that keeps what is published, and ends when it is dropped. */
function openStandIn() {
  const published: { command: string; correlationData: string }[][] = [];
  let end: (ending: Ending) => void = () => undefined;
  const ended = new Promise<Ending>((resolve) => {
    end = resolve;
  });
  const drop = ({ message }: Error) => end({ reason: message, code: undefined, accepted: true, hungUp: false });
  const session: Session = {
    accepted: Promise.resolve(true),
    ended,
    drop,
    subscribe: async () => undefined,
    unsubscribe: () => undefined,
    leave: () => undefined,
    publish: async ({ payload }) => {
      published.push(JSON.parse(String(payload)).commands);
      return true;
    },
  };
  return { session, published };
}

function responses(...answers: object[]): Buffer {
  return Buffer.from(JSON.stringify({ responses: answers }));
}

const names = (answers: readonly Answer[]) => answers.map(({ command }) => command);

describe('an exchange', () => {
  it('takes the answers to its own questions only, in whatever order and messages they come', async () => {
    const { session, published } = openStandIn();
    const exchange = openExchange(session, 'ours', clock, 5000);
    const asked = exchange.ask([{ command: 'a' }, { command: 'b' }]);
    const [first, second] = published[0] ?? [];
    const foreign = [first, second].map((sent) => ({ ...sent, correlationData: sent?.correlationData.slice(4) }));
    exchange.receive(RESPONSE_TOPIC, responses(...foreign, { command: 'c' }));
    exchange.receive('elsewhere', responses({ ...first }, { ...second }));
    exchange.receive(RESPONSE_TOPIC, responses({ ...second, error: 'No' }));
    exchange.receive(RESPONSE_TOPIC, responses({ ...first, data: 1 }));
    expect(await asked).toMatchObject([
      { command: 'a', error: undefined, data: 1 },
      { command: 'b', error: 'No' },
    ]);
    expect(first?.correlationData).not.toBe(second?.correlationData);
    expect(first?.correlationData).toMatch(/^ours/);
  });

  it('ends the session when an answer does not come in time, and gives up what is asked there', async () => {
    const { session } = openStandIn();
    const exchange = openExchange(session, 'ours', clock, 5000);
    const asked = [exchange.ask([{ command: 'a' }]), exchange.ask([{ command: 'b' }])];
    clock.advance(5000);
    for (const each of asked) await expect(each).rejects.toThrow('no answer within 5000 ms');
    expect(clock.waiting).toBe(0);
  });

  it('is not confused by what is no answer', () => {
    for (const text of ['', 'null', '[]', '{"responses":1}', '{"responses":[null,1]}', '{']) {
      expect(names(readAnswers(Buffer.from(text))).filter((name) => name !== '')).toEqual([]);
    }
  });

  it('takes nothing but four denials for a closed broker', () => {
    const kinds = ['publishClientSend', 'publishClientReceive', 'subscribe', 'unsubscribe'];
    const closed = kinds.map((acltype) => ({ acltype, allow: false }));
    const told = (acls: unknown) => readAnswers(responses({ command: 'x', data: { acls } })).every(deniesAll);
    expect(told(closed)).toBe(true);
    for (const kind of kinds) {
      expect(told(closed.filter(({ acltype }) => acltype !== kind))).toBe(false);
      expect(told(closed.map((acl) => (acl.acltype === kind ? { ...acl, allow: true } : acl)))).toBe(false);
    }
    expect(told(undefined)).toBe(false);
  });
});

describe('the queue of commands', () => {
  /** Answers nothing until told to. */
  function openLine() {
    const messages: (readonly Command[])[] = [];
    const answers: (() => void)[] = [];
    const ask = (commands: readonly Command[]) =>
      new Promise<Answer[]>((resolve) => {
        messages.push(commands);
        const answer = ({ command }: Command) => ({ command, correlationData: '', error: undefined, data: undefined });
        answers.push(() => resolve(commands.map(answer)));
      });
    return { ask, messages, answerNext: () => answers.shift()?.() };
  }

  const command = (name: string): Command => ({ command: name });

  it('sends one message at a time, and what waits meanwhile together, but not too much of it', async () => {
    const queue = openCommandQueue(clock, 5000);
    const line = openLine();
    queue.open(line.ask);
    const asked = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => queue.ask([command(name), command(name)]));
    expect(line.messages.map(({ length }) => length)).toEqual([2]);
    line.answerNext();
    await eventually(() => line.messages.length === 2, 'the second message');
    line.answerNext();
    await eventually(() => line.messages.length === 3, 'the third message');
    expect(line.messages.map(({ length }) => length)).toEqual([2, 10, 2]);
    line.answerNext();
    expect((await Promise.all(asked)).map(names)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((n) => [n, n]));
  });

  it('waits for a connection, but not for ever', async () => {
    const queue = openCommandQueue(clock, 5000);
    const tooEarly = queue.ask([command('a')]);
    clock.advance(5000);
    await expect(tooEarly).rejects.toMatchObject({ code: 'unavailable' });
    const inTime = queue.ask([command('b')]);
    clock.advance(4999);
    const line = openLine();
    queue.open(line.ask);
    clock.advance(5000);
    line.answerNext();
    expect(names(await inTime)).toEqual(['b']);
  });

  it('gives up what waits when the connection is lost, and goes on with the next one', async () => {
    const queue = openCommandQueue(clock, 5000);
    const lost = openLine();
    queue.open(() => lost.ask([]).then(() => Promise.reject(new Error('gone'))));
    const asked = [queue.ask([command('a')]), queue.ask([command('b')])];
    queue.shut('it was lost');
    lost.answerNext();
    for (const each of asked) await expect(each).rejects.toMatchObject({ code: 'unavailable' });
    const line = openLine();
    const later = queue.ask([command('c')]);
    queue.open(line.ask);
    line.answerNext();
    expect(names(await later)).toEqual(['c']);
  });
});
