/** Owns random values of the kinds that packets are made of, right in every way. */

import fc from 'fast-check';
import type {
  Level,
  MessageProperties,
  ReasonProperties,
  UserProperties,
} from '../../../src/brokers/embedded/packets/packet.ts';

const CHARACTERS = [
  ...'abcXYZ019 -_.$~',
  'é',
  '\u{a0}',
  'ж',
  '€',
  '家',
  '\u{feff}',
  '\u{fffd}',
  '\u{1f3e0}',
  '\u{10fffd}',
];
const character = fc.constantFrom(...CHARACTERS);

const LONG = [255, 256, 300].flatMap((length) => ['x'.repeat(length), `${'x'.repeat(length)}é`]);

/** What strings may have, U+FEFF, and characters of one to four bytes. */
export const text = fc.oneof(
  { weight: 20, arbitrary: fc.string({ unit: character, maxLength: 20 }) },
  fc.constantFrom(...LONG),
);
const word = fc.string({ unit: character, minLength: 1, maxLength: 8 });
export const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));

export const topicName = fc
  .array(fc.oneof({ weight: 8, arbitrary: word }, fc.constant('')), { minLength: 1, maxLength: 5 })
  .map((levels) => levels.join('/'))
  .filter((topic) => topic !== '');

/** Also a shared one. */
export const topicFilter = fc
  .tuple(fc.boolean(), word, topicName, fc.array(fc.constantFrom('+', 'a', ''), { maxLength: 3 }), fc.boolean())
  .map(([isShared, group, topic, more, isOpen]) => {
    const filter = [topic, ...more, ...(isOpen ? ['#'] : [])].join('/');
    return isShared ? `$share/${group}/${filter}` : filter;
  })
  // A name alone can be anything but half a shared subscription.
  .filter((filter) => !filter.startsWith('$share/') || filter.split('/').length > 3);

export const u16 = fc.oneof(fc.constantFrom(0, 1, 255, 256, 65_535), fc.nat(65_535));
export const u32 = fc.oneof(fc.constantFrom(0, 65_536, 4_294_967_295), fc.nat());
export const packetId = u16.map((id) => id || 1);
export const qos = fc.constantFrom(0 as const, 1 as const, 2 as const);
export const subscriptionId = fc.oneof(
  fc.constantFrom(1, 127, 128, 16_384, 2_097_152, 268_435_455),
  fc.integer({ min: 1, max: 300 }),
);
const NONE = fc.constant({});

export const userProperties: fc.Arbitrary<UserProperties> = fc.array(fc.tuple(text, text), {
  minLength: 1,
  maxLength: 4,
});
export const OPTIONAL = { requiredKeys: [] } satisfies { requiredKeys: [] };

/** In MQTT 5 what is given, before it nothing. */
export function since5<Values>(
  level: Level,
  values: fc.Arbitrary<Values>,
): fc.Arbitrary<Values | Record<string, never>> {
  return level === 5 ? values : NONE;
}

export const messageFields = {
  payloadIsUtf8: fc.boolean(),
  expirySeconds: u32,
  contentType: text,
  responseTopic: topicName,
  correlationData: bytes,
  userProperties,
};
export const messageProperties: fc.Arbitrary<MessageProperties> = fc.record(messageFields, OPTIONAL);
export const reasonFields = { reasonString: text, userProperties };
export const reasonProperties: fc.Arbitrary<ReasonProperties> = fc.record(reasonFields, OPTIONAL);

/** Data only for a method. */
export const authentication = fc.option(
  fc.record({ authenticationMethod: text, authenticationData: bytes }, { requiredKeys: ['authenticationMethod'] }),
  { nil: {} },
);

/** Before MQTT 5 there are none but 0. */
export function codes(level: Level, ...known: number[]): fc.Arbitrary<number> {
  return level === 5 ? fc.constantFrom(...known) : fc.constant(0);
}
