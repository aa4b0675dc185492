/** What one broker writes of a message, another one reads as it was: its content, and the facts that are no part of a PUBLISH. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readMessage, writeMessage } from '../../../../src/brokers/embedded/backbone/live-message.ts';
import { Message } from '../../../../src/brokers/embedded/message.ts';
import { ShareChoice } from '../../../../src/brokers/embedded/routes/share-choice.ts';

const text = fc.string({ unit: fc.constantFrom('a', '/', 'ö', '✓'), minLength: 1, maxLength: 200 });
const facts = fc.record({
  topic: text,
  payload: fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant(new Uint8Array(10_000))).map(Buffer.from),
  qos: fc.constantFrom<(0 | 1 | 2)[]>(0, 1, 2),
  retain: fc.boolean(),
  dup: fc.boolean(),
  account: text,
  onlyFor: fc.option(text, { nil: undefined }),
  expiresAtMs: fc.option(fc.nat(2 ** 45), { nil: undefined }),
  properties: fc.record(
    { contentType: text, userProperties: fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 3 }) },
    { requiredKeys: [] },
  ),
});
const choices = fc.option(
  fc.record({
    isForGroupsOnly: fc.boolean(),
    chosen: fc.uniqueArray(fc.tuple(text, text), { selector: ([name]) => name }),
  }),
  { nil: undefined },
);

it('is read as it was written', () => {
  fc.assert(
    fc.property(facts, fc.uniqueArray(text), choices, (given, queuedFor, choice) => {
      const chosen = choice && new ShareChoice('here', new Map(choice.chosen), choice.isForGroupsOnly);
      const read = readMessage(writeMessage(new Message(given), queuedFor, chosen), 'there');
      const { topic, payload, qos, retain, dup, account, onlyFor, expiresAtMs, properties } = read;
      expect({ topic, payload, qos, retain, dup, account, onlyFor, expiresAtMs, properties }).toEqual(given);
      expect([...(read.queuedFor ?? [])]).toEqual(queuedFor);
      expect(read.choice?.isForGroupsOnly).toBe(choice?.isForGroupsOnly);
      expect(read.choice && [...read.choice.chosen]).toEqual(choice?.chosen);
    }),
  );
});
