/** Pins in which words a packet that was received is refused: they are all that whoever looks for the fault has. */

import { describe, expect, it } from 'vitest';
import { encode } from '../../../../src/brokers/embedded/packets/encode.ts';
import type { Level, Side } from '../../../../src/brokers/embedded/packets/packet.ts';
import { type Bytes, binary, counted, hex, type Part, packet, props, raw, u16 } from './bytes.ts';
import { CONNECT, WILL } from './plain.ts';
import { decoderOf, drain } from './reading.ts';
import { refusal } from './refusal.ts';

const read = (from: Side, level: Level | undefined, bytes: Buffer, most?: number) =>
  refusal(() => {
    const decoder = decoderOf(from, level, most);
    decoder.push(bytes);
    drain(decoder);
  })?.message;

const begin = (flags: number, ...rest: (string | Buffer)[]) => packet(0x10, 'MQTT', 4, flags, 0, 0, ...rest);
const twice = (id: number, value: Buffer | string) =>
  packet(0x30, 'a', (level) => counted([id, value, id, value], level));
const many = (...item: Part[]): Part[] => Array.from({ length: 10_001 }, () => item).flat();
const GROUP_ALONE = packet(0x82, u16(1), props(), '$share/g/', 0);
const LONG = hex('30 80 80 80 80 01');

describe('read', () => {
  it.each<readonly [string, Side, Level | undefined, Bytes]>([
    ['the first packet of a client is a PINGREQ, not a CONNECT', 'client', undefined, packet(0xc0)],
    ['version 4 has no packet of type 15', 'client', 4, packet(0xf0)],
    ['a client sends a second CONNECT', 'client', 5, packet(0x10)],
    ['a SUBACK does not come from a client in version 5', 'client', 5, packet(0x90)],
    ['a DISCONNECT does not come from a broker in version 4', 'broker', 4, packet(0xe0)],
    ['a SUBSCRIBE has the wrong bits in its first byte', 'client', 5, packet(0x80)],
    ['there is no protocol version 6 here', 'client', undefined, packet(0x10, 'MQTT', 6)],
    ['the protocol name is not MQTT, which version 4 goes by', 'client', undefined, packet(0x10, 'MQIsdp', 4)],
    ['a CONNECT has reserved bits set in its first byte', 'client', undefined, packet(0x11, 'MQTT', 4)],
    ['a CONNECT has a password but no user name', 'client', undefined, begin(0x42, 'c', 'p')],
    ['the reserved connect flag is set', 'client', undefined, begin(3, 'c')],
    ['a CONNECT has the QoS of a will but no will', 'client', undefined, begin(0x0a, 'c')],
    ['a CONNECT has the retain flag of a will but no will', 'client', undefined, begin(0x22, 'c')],
    ['there is no QoS 3 for a will', 'client', undefined, begin(0x1e, 'c', 'w', 'p')],
    ['the client identifier is empty', 'client', undefined, begin(0, '')],
    ['the will topic has a wildcard, but names one topic', 'client', undefined, begin(6, 'c', 'w/#', 'p')],
    ['the will topic is empty', 'client', undefined, begin(6, 'c', '', 'p')],
    ['a CONNACK has reserved acknowledge flags set', 'broker', 5, packet(0x20, 2, 0, props())],
    ['a CONNACK of version 4 cannot have the code 6', 'broker', 4, packet(0x20, 0, 6)],
    ['a CONNACK refuses the connection and yet tells of a session', 'broker', 4, packet(0x20, 1, 5)],
    ['there is authentication data, but no authentication method', 'broker', 5, packet(0x20, 0, 0, props(0x16, 'd'))],
    ['both QoS bits of a PUBLISH are set', 'client', 5, packet(0x36, 'a')],
    ['a PUBLISH of QoS 0 says that it is sent again', 'client', 5, packet(0x38, 'a')],
    ['the topic name has a wildcard, but names one topic', 'client', 4, packet(0x30, 'a/+')],
    ['the topic name is empty', 'client', 4, packet(0x30, '')],
    ['a PUBLISH has neither a topic name nor an alias for one', 'client', 5, packet(0x30, '', props())],
    ['the packet identifier is 0, not a number from 1 to 65535', 'client', 5, packet(0x32, 'a', u16(0), props())],
    ['a SUBSCRIBE has no topic filter', 'client', 4, packet(0x82, u16(1))],
    ['the requested QoS is 3, not 0, 1 or 2', 'client', 4, packet(0x82, u16(1), 'a', 3)],
    ['reserved subscription options are set', 'client', 5, packet(0x82, u16(1), props(), 'a', 0x40)],
    ['the requested QoS is 3', 'client', 5, packet(0x82, u16(1), props(), 'a', 3)],
    ['the retain handling is 3', 'client', 5, packet(0x82, u16(1), props(), 'a', 0x30)],
    ['a shared subscription has the option No Local', 'client', 5, packet(0x82, u16(1), props(), '$share/g/a', 4)],
    ['the topic filter is empty', 'client', 4, packet(0x82, u16(1), '', 0)],
    ['the topic filter has a # that is not its whole last level', 'client', 4, packet(0x82, u16(1), 'a#', 0)],
    ['the topic filter has a + that is not a whole level', 'client', 4, packet(0x82, u16(1), 'a+', 0)],
    ['the shared subscription names no group', 'client', 5, packet(0x82, u16(1), props(), '$share//a', 0)],
    ['the group of the shared subscription is a wildcard', 'client', 5, packet(0x82, u16(1), props(), '$share/+/a', 0)],
    ['the shared subscription has no topic filter behind its group', 'client', 5, GROUP_ALONE],
    ['an UNSUBSCRIBE has no topic filter', 'client', 4, packet(0xa2, u16(1))],
    ['a SUBACK has no reason code', 'broker', 4, packet(0x90, u16(1))],
    ['a SUBACK of version 4 cannot have the code 3', 'broker', 4, packet(0x90, u16(1), 3)],
    ['an UNSUBACK has no reason code', 'broker', 5, packet(0xb0, u16(1), props())],
    ['an UNSUBACK cannot have the code 1', 'broker', 5, packet(0xb0, u16(1), props(), 1)],
    ['a puback cannot have the reason code 1', 'client', 5, packet(0x40, u16(1), 1)],
    ['a DISCONNECT of a client cannot have the reason code 1', 'client', 5, packet(0xe0, 1)],
    ['an AUTH of a broker cannot have the reason code 25', 'broker', 5, packet(0xf0, 0x19, props())],
    ['an AUTH names no authentication method', 'client', 5, packet(0xf0, 0x18, props())],
    ['the packet ends before or within its properties', 'client', 5, packet(0x30, 'a', 5)],
    ['the packet ends before or within its property identifier', 'client', 5, packet(0x30, 'a', props(0x80))],
    ['more than 10000 user properties in one packet', 'client', 5, packet(0x30, 'a', props(...many(0x26, 'n', 'v')))],
    ['more than 10000 subscription identifiers in one packet', 'broker', 5, packet(0x30, 'a', props(...many(0x0b, 1)))],
    ['more than 10000 topic filters in one packet', 'client', 4, packet(0x82, u16(1), ...many('a', 0))],
    ['more than 10000 topic filters in one packet', 'client', 4, packet(0xa2, u16(1), ...many('a'))],
    ['there is no property 127', 'client', 5, packet(0x30, 'a', props(0x7f))],
    ['a PUBLISH of a client cannot carry a receive maximum', 'client', 5, packet(0x30, 'a', props(0x21, u16(1)))],
    ['the content type comes twice in a PUBLISH of a client', 'client', 5, twice(3, 't')],
    ['the topic alias is 0', 'client', 5, packet(0x30, 'a', props(0x23, u16(0)))],
    ['the receive maximum is 0', 'broker', 5, packet(0x20, 0, 0, props(0x21, u16(0)))],
    ['the maximum QoS is 2, not 0 or 1', 'broker', 5, packet(0x20, 0, 0, props(0x24, 2))],
    ['the topic name is not well-formed UTF-8', 'client', 4, packet(0x30, binary(hex('ff')))],
    ['the topic name has a null character', 'client', 4, packet(0x30, 'a\0')],
    ['the topic name has a control character or a non-character', 'client', 4, packet(0x30, 'a\u{1}')],
    ['the property length takes more bytes than it needs', 'client', 5, packet(0x30, 'a', hex('80 00'))],
    ['the property length takes more than four bytes', 'client', 5, packet(0x30, 'a', hex('80 80 80 80 01'))],
    ['the remaining length takes more than four bytes', 'client', 5, () => LONG],
    ['the remaining length takes more bytes than it needs', 'client', 5, () => hex('c0 80 00')],
    ['1 bytes too many, the packet should have ended', 'client', 5, packet(0xc0, 0)],
  ])('%s', (words, from, level, bytes) => {
    expect(read(from, level, bytes(level ?? 4))).toBe(words);
  });

  it('what is larger than it may be', () => {
    expect(read('client', 5, Buffer.concat([hex('30 0b'), raw('a')]), 12)).toBe(
      'a packet of 13 bytes, where 12 are taken',
    );
  });

  const WHOLE: readonly (readonly [string, readonly string[], Side, Level | undefined, Buffer])[] = [
    [
      'a CONNECT',
      [
        ...['protocol name', 'protocol version', 'connect flags', 'keep alive', 'property length', 'client identifier'],
        ...['property length', 'will topic', 'will payload', 'user name', 'password'],
      ],
      'client',
      undefined,
      encode({ ...CONNECT, will: WILL, username: 'u', password: raw('p') }, 5),
    ],
    ['a CONNACK', ['acknowledge flags', 'reason code', 'property length'], 'broker', 5, hex('20 03 00 00 00')],
    ['a PUBLISH', ['topic name', 'packet identifier', 'property length'], 'client', 5, packet(0x32, 'a', u16(1), 0)(5)],
    [
      'a SUBSCRIBE',
      ['packet identifier', 'property length', 'topic filter', 'subscription options'],
      'client',
      5,
      packet(0x82, u16(1), 0, 'a', 0)(5),
    ],
    ['an AUTH', ['property length'], 'client', 5, hex('f0 01 18')],
  ];

  it.each(WHOLE)('what is missing of %s', (_what, names, from, level, whole) => {
    const missed = Array.from({ length: whole.length - 1 }, (_, length) => {
      const cut = Buffer.concat([whole.subarray(0, 1), Buffer.from([length]), whole.subarray(2, 2 + length)]);
      return /^the packet ends before or within its (.*)/.exec(read(from, level, cut) ?? '')?.[1] ?? '';
    }).filter(Boolean);
    expect(missed.filter((name, at) => name !== missed[at - 1])).toEqual(names);
  });
});
