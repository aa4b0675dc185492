/** Owns random CONNACK, SUBACK and UNSUBACK, right in every way. */

import fc from 'fast-check';
import type {
  Connack,
  ConnackProperties,
  Level,
  Suback,
  Unsuback,
} from '../../../src/brokers/embedded/packets/packet.ts';
import {
  authentication,
  OPTIONAL,
  packetId,
  reasonFields,
  reasonProperties,
  since5,
  text,
  u16,
  u32,
} from './packet-values.ts';

export function suback(level: Level): fc.Arbitrary<Suback> {
  const known = level === 5 ? [0, 1, 2, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2] : [0, 1, 2, 0x80];
  const reasonCodes = fc.array(fc.constantFrom(...known), { minLength: 1, maxLength: 4 });
  return fc.record({
    kind: fc.constant('suback' as const),
    packetId,
    reasonCodes,
    properties: since5(level, reasonProperties),
  });
}

export function unsuback(level: Level): fc.Arbitrary<Unsuback> {
  const known = fc.constantFrom(0, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91);
  const reasonCodes = level === 5 ? fc.array(known, { minLength: 1, maxLength: 4 }) : fc.constant([]);
  return fc.record({
    kind: fc.constant('unsuback' as const),
    packetId,
    reasonCodes,
    properties: since5(level, reasonProperties),
  });
}

export function connack(level: Level): fc.Arbitrary<Connack> {
  const offers = fc.record(
    {
      ...reasonFields,
      sessionExpirySeconds: u32,
      receiveMaximum: packetId,
      maximumQos: fc.constantFrom(0 as const, 1 as const),
      retainAvailable: fc.boolean(),
      maximumPacketBytes: u32.map((size) => size || 1),
      assignedClientId: text,
      topicAliasMaximum: u16,
      wildcardAvailable: fc.boolean(),
      subscriptionIdsAvailable: fc.boolean(),
      sharedAvailable: fc.boolean(),
      serverKeepAliveSeconds: u16,
      responseInformation: text,
      serverReference: text,
    },
    OPTIONAL,
  );
  const properties: fc.Arbitrary<ConnackProperties> = fc
    .tuple(offers, authentication)
    .map(([some, more]) => ({ ...some, ...more }));
  return fc
    .record({
      kind: fc.constant('connack' as const),
      sessionPresent: level === 3 ? fc.constant(false) : fc.boolean(),
      reasonCode: level === 5 ? fc.constantFrom(0, 0x80, 0x84, 0x87, 0x8a, 0x9f) : fc.nat(5),
      properties: since5(level, properties),
    })
    .map((packet) => (packet.reasonCode === 0 ? packet : { ...packet, sessionPresent: false }));
}
