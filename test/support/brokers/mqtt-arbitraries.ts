/** Owns random packets that are right in every way, for suites that try what becomes of them: the codec, the broker, fuzzers. */

import fc from 'fast-check';
import type {
  Acknowledgement,
  Auth,
  Connect,
  ConnectProperties,
  Disconnect,
  DisconnectProperties,
  Level,
  Packet,
  Publish,
  PublishProperties,
  Side,
  Subscribe,
  Subscription,
  Unsubscribe,
  Will,
} from '../../../src/brokers/embedded/packets/packet.ts';
import { connack, suback, unsuback } from './broker-answers.ts';
import {
  authentication,
  bytes,
  codes,
  messageFields,
  messageProperties,
  OPTIONAL,
  packetId,
  qos,
  reasonFields,
  reasonProperties,
  since5,
  subscriptionId,
  text,
  topicFilter,
  topicName,
  u16,
  u32,
  userProperties,
} from './packet-values.ts';

export function connects(level: Level): fc.Arbitrary<Connect> {
  const limits = fc.record(
    {
      sessionExpirySeconds: u32,
      receiveMaximum: packetId,
      maximumPacketBytes: u32.map((size) => size || 1),
      topicAliasMaximum: u16,
      requestResponseInformation: fc.boolean(),
      requestProblemInformation: fc.boolean(),
      userProperties,
    },
    OPTIONAL,
  );
  const properties: fc.Arbitrary<ConnectProperties> = fc
    .tuple(limits, authentication)
    .map(([some, more]) => ({ ...some, ...more }));
  return fc
    .record({
      kind: fc.constant('connect' as const),
      level: fc.constant(level),
      cleanStart: fc.boolean(),
      keepAliveSeconds: u16,
      clientId: text,
      username: fc.option(text, { nil: undefined }),
      password: fc.option(bytes, { nil: undefined }),
      will: fc.option(will(level), { nil: undefined }),
      properties: since5(level, properties),
    })
    .filter(({ clientId, cleanStart }) => clientId !== '' || level === 5 || (level === 4 && cleanStart))
    .filter(({ username, password }) => level === 5 || username !== undefined || password === undefined);
}

function will(level: Level): fc.Arbitrary<Will> {
  return fc.record({
    topic: topicName,
    payload: bytes,
    qos,
    retain: fc.boolean(),
    delaySeconds: level === 5 ? u32 : fc.constant(0),
    properties: since5(level, messageProperties),
  });
}

/** Which can stand for its topic. */
function hasAlias({ topicAlias }: PublishProperties): boolean {
  return topicAlias !== undefined;
}

function publish(level: Level, from: Side): fc.Arbitrary<Publish> {
  const ids = fc.array(subscriptionId, { minLength: 1, maxLength: 3 });
  const ofClient: fc.Arbitrary<PublishProperties> = fc.record({ ...messageFields, topicAlias: packetId }, OPTIONAL);
  const ofBroker = fc.record({ ...messageFields, topicAlias: packetId, subscriptionIds: ids }, OPTIONAL);
  return fc
    .record({
      kind: fc.constant('publish' as const),
      dup: fc.boolean(),
      qos,
      retain: fc.boolean(),
      topic: topicName,
      packetId,
      payload: fc.oneof(
        { weight: 4, arbitrary: bytes },
        fc.constantFrom(100, 128, 300, 16_384).map((size) => Buffer.alloc(size, 'x')),
      ),
      properties: since5(level, from === 'client' ? ofClient : ofBroker),
    })
    .map((packet) => (packet.qos === 0 ? { ...packet, dup: false, packetId: 0 } : packet))
    .map((packet) =>
      hasAlias(packet.properties) && packet.payload.length % 2 === 0 ? { ...packet, topic: '' } : packet,
    );
}

const RECEIVED = [0, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];
const RELEASED = [0, 0x92];
const OF_BOTH = [0, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99];

function acknowledgement(kind: Acknowledgement['kind'], level: Level): fc.Arbitrary<Acknowledgement> {
  const known = kind === 'puback' || kind === 'pubrec' ? RECEIVED : RELEASED;
  return fc.record({
    kind: fc.constant(kind),
    packetId,
    reasonCode: codes(level, ...known),
    properties: since5(level, reasonProperties),
  });
}

function subscribe(level: Level): fc.Arbitrary<Subscribe> {
  return fc.record({
    kind: fc.constant('subscribe' as const),
    packetId,
    subscriptions: fc.array(subscription(level), { minLength: 1, maxLength: 4 }),
    subscriptionId: level === 5 ? fc.option(subscriptionId, { nil: undefined }) : fc.constant(undefined),
    userProperties: level === 5 ? fc.oneof(userProperties, fc.constant([])) : fc.constant([]),
  });
}

function subscription(level: Level): fc.Arbitrary<Subscription> {
  const option = level === 5 ? fc.boolean() : fc.constant(false);
  const retainHandling = level === 5 ? qos : fc.constant(0 as const);
  return fc
    .record({ filter: topicFilter, qos, noLocal: option, retainAsPublished: option, retainHandling })
    .map((given) => (given.filter.startsWith('$share/') ? { ...given, noLocal: false } : given));
}

function unsubscribe(level: Level): fc.Arbitrary<Unsubscribe> {
  return fc.record({
    kind: fc.constant('unsubscribe' as const),
    packetId,
    filters: fc.array(topicFilter, { minLength: 1, maxLength: 4 }),
    userProperties: level === 5 ? fc.oneof(userProperties, fc.constant([])) : fc.constant([]),
  });
}

function disconnect(level: Level, from: Side): fc.Arbitrary<Disconnect> {
  const ofClient: fc.Arbitrary<DisconnectProperties> = fc.record(
    { ...reasonFields, sessionExpirySeconds: u32 },
    OPTIONAL,
  );
  const ofBroker: fc.Arbitrary<DisconnectProperties> = fc.record({ ...reasonFields, serverReference: text }, OPTIONAL);
  return fc.record({
    kind: fc.constant('disconnect' as const),
    reasonCode: codes(level, ...OF_BOTH, ...(from === 'client' ? [0x04] : [0x87, 0x8b, 0x8e, 0x9c, 0xa2])),
    properties: since5(level, from === 'client' ? ofClient : ofBroker),
  });
}

function auth(from: Side): fc.Arbitrary<Auth> {
  const fields = { ...reasonFields, authenticationMethod: text, authenticationData: bytes };
  return fc.record({
    kind: fc.constant('auth' as const),
    reasonCode: fc.constantFrom(0x18, from === 'client' ? 0x19 : 0x00),
    properties: fc.record(fields, { requiredKeys: ['authenticationMethod'] }),
  });
}

/** One arbitrary for each kind of packet that a side may send in a version, but for CONNECT. */
export function packetKinds(level: Level, from: Side): Readonly<Record<string, fc.Arbitrary<Packet>>> {
  const both = {
    publish: publish(level, from),
    puback: acknowledgement('puback', level),
    pubrec: acknowledgement('pubrec', level),
    pubrel: acknowledgement('pubrel', level),
    pubcomp: acknowledgement('pubcomp', level),
    ...(level === 5 ? { auth: auth(from) } : {}),
    ...(level === 5 || from === 'client' ? { disconnect: disconnect(level, from) } : {}),
  };
  if (from === 'broker') {
    return {
      ...both,
      connack: connack(level),
      suback: suback(level),
      unsuback: unsuback(level),
      pingresp: fc.constant({ kind: 'pingresp' }),
    };
  }
  return {
    ...both,
    subscribe: subscribe(level),
    unsubscribe: unsubscribe(level),
    pingreq: fc.constant({ kind: 'pingreq' }),
  };
}

/** Whatever a side may send in a version, but for CONNECT. Whether an alias without a topic was told before, only a connection knows. */
export function packets(level: Level, from: Side): fc.Arbitrary<Packet> {
  return fc.oneof(...Object.values(packetKinds(level, from)));
}
