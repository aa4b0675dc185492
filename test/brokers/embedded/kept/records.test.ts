/** Pins that every change is read as it was written, whatever is in it. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../../../src/brokers/embedded/kept/changes.ts';
import { Body } from '../../../../src/brokers/embedded/kept/records/body.ts';
import { Decoding } from '../../../../src/brokers/embedded/kept/records/decoding.ts';
import { writeChange, writeMessageGone } from '../../../../src/brokers/embedded/kept/records/encoding.ts';
import { Fields } from '../../../../src/brokers/embedded/kept/records/fields.ts';
import { RECORD } from '../../../../src/brokers/embedded/kept/records/kinds.ts';
import { MessageNumbers } from '../../../../src/brokers/embedded/kept/records/message-numbers.ts';
import { Message } from '../../../../src/brokers/embedded/message.ts';
import type { MessageProperties, Will } from '../../../../src/brokers/embedded/packets/packet.ts';

const text = fc.string({ unit: 'grapheme-ascii', maxLength: 40 });
const beyondAscii = fc.oneof(text, fc.constantFrom('žluťoučký', '\u{1f600}', 'x'.repeat(70_000)));
const number = fc.oneof(fc.nat(200), fc.maxSafeNat());
const topic = fc
  .array(fc.constantFrom('a', 'b', 'ž', '', 'long level'), { minLength: 1, maxLength: 4 })
  .map((levels) => {
    return `t${levels.join('/')}`;
  });
const buffer = (maxLength: number) => fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes));
// Some larger than what is copied.
const payload = fc.oneof(
  buffer(50),
  fc.integer({ min: 4000, max: 20_000 }).map((length) => Buffer.alloc(length, 7)),
);
const given = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const qos = fc.constantFrom(0 as const, 1 as const, 2 as const);
const properties: fc.Arbitrary<MessageProperties> = fc.record(
  {
    contentType: text,
    responseTopic: topic,
    correlationData: buffer(20),
    expirySeconds: fc.nat(1_000_000),
    userProperties: fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: [] },
);
const message = fc
  .record({
    topic,
    payload,
    qos,
    properties,
    account: beyondAscii,
    expiresAtMs: given(fc.integer({ min: 1, max: 2 ** 45 })),
  })
  .map((facts) => new Message({ ...facts, retain: false }));
const will: fc.Arbitrary<Will> = fc.record({
  topic,
  payload,
  qos,
  properties,
  retain: fc.boolean(),
  delaySeconds: fc.nat(2 ** 32 - 1),
});
const account = fc
  .record({
    key: beyondAscii,
    kind: fc.constantFrom('admin' as const, 'user' as const, 'instance' as const),
    username: text,
    generation: number,
  })
  .chain((facts) => fc.constantFrom(facts, { ...facts, owner: 'somebody' }));
const facts = fc.record({
  account,
  clientId: beyondAscii,
  expirySeconds: fc.nat(2 ** 32 - 1),
  awaySinceMs: given(fc.integer({ min: 1, max: 2 ** 45 })),
});
const granted = fc.record({
  filter: beyondAscii,
  qos,
  noLocal: fc.boolean(),
  retainAsPublished: fc.boolean(),
  retainHandling: qos,
  subscriptionId: given(fc.integer({ min: 1, max: 268_435_455 })),
});
const owed = fc
  .record({
    message,
    retain: fc.boolean(),
    isReleased: fc.boolean(),
    subscriptionIds: given(fc.array(fc.nat(268_435_455), { maxLength: 3 })),
    at: fc.constantFrom({ qos: 1 as const, packetId: 0 }, { qos: 2 as const, packetId: 65_535 }),
  })
  .map(({ at, ...others }) => ({ ...others, ...at }));

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('session' as const), id: number, facts }),
  fc.record({ kind: fc.constantFrom('ended' as const, 'willGone' as const), id: number }),
  fc.record({ kind: fc.constant('subscribed' as const), id: number, granted }),
  fc.record({ kind: fc.constant('unsubscribed' as const), id: number, filter: beyondAscii }),
  fc.record({ kind: fc.constant('owed' as const), id: number, number, owed }),
  fc.record({ kind: fc.constant('settled' as const), id: number, number }),
  fc.record({ kind: fc.constantFrom('received' as const, 'forgotten' as const), id: number, packetId: fc.nat(65_535) }),
  fc.record({ kind: fc.constant('will' as const), id: number, pending: fc.record({ will, dueAtMs: number }) }),
  fc.record({ kind: fc.constant('retained' as const), message, isOfInstance: fc.boolean() }),
  fc.record({ kind: fc.constant('cleared' as const), topic: beyondAscii }),
);

function read(bytes: Buffer): Change[] {
  const decoding = new Decoding();
  const changes: Change[] = [];
  for (const fields = new Fields(bytes); !fields.isAtEnd; ) {
    const next = decoding.next(fields);
    if (next !== undefined) changes.push(next);
  }
  return changes;
}

/** A message as it is told, without what it remembers for itself. */
function told(changes: readonly Change[]): unknown {
  return JSON.parse(
    JSON.stringify(changes, (_key, value: unknown) => {
      if (!(value instanceof Message)) return value;
      const { topic, payload, qos, properties, account, expiresAtMs } = value;
      return { topic, payload: payload.toString('base64'), qos, properties, account, expiresAtMs };
    }),
  );
}

describe('a change', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
        const body = new Body();
        const messages = new MessageNumbers();
        messages.beginFile();
        for (const one of changes) writeChange(body, one, messages);
        const { length } = body;
        const { parts } = body.take();
        const bytes = Buffer.concat(parts);
        expect(bytes.length).toBe(length);
        expect(told(read(bytes))).toEqual(told(changes));
      }),
      { numRuns: 200 },
    );
  });

  it('names a message that was written before, however many are owed it', () => {
    const one = new Message({
      topic: 't',
      payload: Buffer.alloc(1000, 1),
      qos: 1,
      retain: false,
      properties: {},
      account: 'a',
    });
    const kept = {
      message: one,
      qos: 1,
      retain: false,
      subscriptionIds: undefined,
      packetId: 0,
      isReleased: false,
    } as const;
    const body = new Body();
    const messages = new MessageNumbers();
    messages.beginFile();
    for (let id = 1; id <= 100; id += 1) writeChange(body, { kind: 'owed', id, number: id, owed: kept }, messages);
    const bytes = Buffer.concat(body.take().parts);
    expect(bytes.length).toBeLessThan(2000);
    const [first, ...others] = read(bytes).map((found) => (found.kind === 'owed' ? found.owed.message : undefined));
    expect(others.every((other) => other === first)).toBe(true);
  });

  it('of a message that was forgotten cannot be read, and is not taken for another', () => {
    const one = new Message({
      topic: 't',
      payload: Buffer.alloc(1),
      qos: 1,
      retain: false,
      properties: {},
      account: 'a',
    });
    const body = new Body();
    const messages = new MessageNumbers();
    messages.beginFile();
    writeChange(body, { kind: 'retained', message: one, isOfInstance: false }, messages);
    writeMessageGone(body, messages.forget(one) ?? 0);
    body.byte(RECORD.retained);
    body.integer(1);
    body.byte(0);
    expect(() => read(Buffer.concat(body.take().parts))).toThrow('there is no message 1');
  });

  it('that is cut off anywhere is refused', () => {
    fc.assert(
      fc.property(change, fc.nat(), (one, place) => {
        const body = new Body();
        const messages = new MessageNumbers();
        messages.beginFile();
        writeChange(body, one, messages);
        const bytes = Buffer.concat(body.take().parts);
        const cut = bytes.subarray(0, place % bytes.length);
        // Where a message comes first it may be all that is left: it changes nothing.
        try {
          expect(read(cut)).toEqual([]);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
  });
});
