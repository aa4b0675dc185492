/** Pins how the decoder of a connection behaves: it reads when asked, knows when it is enough, and stays dead. */

import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../../../src/brokers/embedded/packets/decoder.ts';
import { encode } from '../../../../src/brokers/embedded/packets/encode.ts';
import type { Connect, Level, Publish } from '../../../../src/brokers/embedded/packets/packet.ts';
import { PacketError } from '../../../../src/brokers/embedded/packets/packet-error.ts';
import { bare, hex, packet, raw } from './bytes.ts';
import { CONNECT as PLAIN } from './plain.ts';
import { drain } from './reading.ts';

const CONNECT: Connect = { ...PLAIN, username: 'user', password: raw('hunter2') };

function message(payload: Buffer): Publish {
  return { kind: 'publish', dup: false, qos: 0, retain: false, topic: 'a', packetId: 0, payload, properties: {} };
}

const PING = hex('c0 00');

describe('a decoder', () => {
  it('reads one packet whenever it is asked, and keeps the rest', () => {
    const decoder = createDecoder({ from: 'client', maxPacketBytes: 100, level: 5 });
    decoder.push(Buffer.concat([PING, encode(message(raw('x')), 5), PING]));
    expect(decoder.next()).toEqual({ kind: 'pingreq' });
    expect(decoder.buffered).toBe(9);
    expect(decoder.next()).toEqual(message(raw('x')));
    expect(decoder.buffered).toBe(2);
    expect(decoder.next()).toEqual({ kind: 'pingreq' });
    expect([decoder.next(), decoder.buffered]).toEqual([undefined, 0]);
  });

  it('has nothing to say before the first byte, and after an empty chunk', () => {
    const decoder = createDecoder({ from: 'client', maxPacketBytes: 100 });
    expect(decoder.next()).toBeUndefined();
    decoder.push(Buffer.alloc(0));
    expect([decoder.next(), decoder.level, decoder.buffered]).toEqual([undefined, undefined, 0]);
  });

  it('gives slices of what it was given, and never writes into them', () => {
    const decoder = createDecoder({ from: 'client', maxPacketBytes: 100, level: 4 });
    const [first, second] = [encode(message(raw('one')), 4), encode(message(raw('two')), 4)];
    const packets = [...first, ...second].flatMap((byte) => {
      decoder.push(Buffer.from([byte]));
      return drain(decoder);
    });
    const whole = Buffer.concat([first, second]);
    decoder.push(whole);
    packets.push(...drain(decoder));
    expect(packets).toMatchObject(['one', 'two', 'one', 'two'].map((payload) => ({ payload: raw(payload) })));
    const [, , third] = packets;
    expect(third?.kind === 'publish' && third.payload.buffer).toBe(whole.buffer);
  });

  it.each([3, 4, 5] as const)('learns the version %s from CONNECT', (level) => {
    const decoder = createDecoder({ from: 'client', maxPacketBytes: 100 });
    decoder.push(encode({ ...CONNECT, level }, level));
    expect(decoder.level).toBeUndefined();
    expect(decoder.next()).toMatchObject({ kind: 'connect', level });
    expect(decoder.level).toBe(level);
  });

  it.each([
    [5, 'a CONNECT that goes wrong later', bare(hex('10 09'), 'MQTT', 5, 3, 0)],
    [4, 'a name of another version', bare(hex('10 09'), 'MQIsdp', 4)],
    [undefined, 'a version that nobody knows', packet(0x10, 'MQTT', 6, 2, hex('00 00'))],
  ] as const)('knows how to answer (%s): %s', (level, _what, bytes) => {
    const decoder = createDecoder({ from: 'client', maxPacketBytes: 100 });
    decoder.push(bytes(5));
    expect(() => drain(decoder)).toThrow(PacketError);
    expect(decoder.level).toBe(level);
  });

  it('is told the version where it did not see the CONNECT', () => {
    const decoder = createDecoder({ from: 'broker', maxPacketBytes: 100 });
    expect(decoder.level).toBe(5);
    decoder.setLevel(4);
    decoder.push(hex('20 02 00 05'));
    expect(decoder.next()).toMatchObject({ kind: 'connack', reasonCode: 5 });
  });

  it('takes larger packets once it is told to', () => {
    const large = encode(message(Buffer.alloc(1000)), 5);
    const decoder = createDecoder({ from: 'client', maxPacketBytes: 50 });
    decoder.push(Buffer.concat([encode(CONNECT, 5), large]));
    expect(decoder.next()).toMatchObject({ kind: 'connect' });
    decoder.setMaxPacketBytes(large.length);
    expect(decoder.next()).toEqual(message(Buffer.alloc(1000)));
  });

  it('judges what it can see before the rest has come', () => {
    for (const [bytes, reasonCode] of [
      ['83', 0x81],
      ['00', 0x81],
      ['20', 0x82],
      ['30 ff ff ff 7f', 0x95],
      ['30 80 80 80 80', 0x81],
    ] as const) {
      const decoder = createDecoder({ from: 'client', maxPacketBytes: 1000, level: 5 });
      decoder.push(hex(bytes));
      expect(failure(() => decoder.next()).reasonCode).toBe(reasonCode);
    }
  });

  it('is dead after an error: the same error for ever, and no byte is kept', () => {
    const decoder = createDecoder({ from: 'client', maxPacketBytes: 100, level: 5 });
    decoder.push(Buffer.concat([PING, hex('c0 01 00'), PING]));
    expect(decoder.next()).toEqual({ kind: 'pingreq' });
    const first = failure(() => decoder.next());
    decoder.push(PING);
    expect(failure(() => decoder.next())).toBe(first);
    expect(decoder.buffered).toBe(0);
  });

  it('reads a large packet in many chunks in time that grows with its size alone', () => {
    // Copying all of it for each chunk would move 160 GB.
    const large = encode(message(Buffer.alloc(4_000_000)), 5);
    const decoder = createDecoder({ from: 'client', maxPacketBytes: 5_000_000, level: 5 });
    for (let at = 0; at < large.length; at += 50) {
      expect(decoder.next()).toBeUndefined();
      decoder.push(large.subarray(at, at + 50));
    }
    const read = decoder.next();
    expect(read?.kind === 'publish' && read.payload.length).toBe(4_000_000);
  });
});

describe('an error', () => {
  const SECRET = 'hunter2';
  const CASES: readonly (readonly [string, Level | undefined, Buffer])[] = [
    ['a password too many', undefined, packet(0x10, 'MQTT', 5, 0x82, 0, 0, 0, 'c', 'u', SECRET)(5)],
    ['half a password', undefined, packet(0x10, 'MQTT', 4, 0xc2, 0, 0, 'c', 'u', hex('00 20'), raw(SECRET))(4)],
    ['a password without a user', undefined, packet(0x10, 'MQTT', 4, 0x42, 0, 0, 'c', SECRET)(4)],
    ['a topic with a wildcard', 5, packet(0x30, `${SECRET}/#`, 0, raw(SECRET))(5)],
    ['a topic with a control character', 5, packet(0x30, `${SECRET}\u{1}`, 0, raw(SECRET))(5)],
    ['a filter with a wildcard in the middle', 5, packet(0x82, 0, 1, 0, `${SECRET}/#/a`, 0)(5)],
    ['a property that does not exist', 5, packet(0x30, 'a', 9, 0x7f, SECRET)(5)],
    ['authentication data alone', 5, packet(0xf0, 0x18, 10, 0x16, SECRET)(5)],
  ];

  it.each(CASES)('says what was wrong with %s, and nothing of what was in it', (_what, level, bytes) => {
    const decoder = createDecoder({ from: 'client', maxPacketBytes: 1000, ...(level && { level }) });
    decoder.push(bytes);
    const { message: said, clause, name } = failure(() => drain(decoder));
    expect(said).not.toContain(SECRET.slice(0, 4));
    expect(said.length).toBeGreaterThan(10);
    expect(clause).toMatch(/^\d+\.\d+/);
    expect(name).toBe('PacketError');
  });
});

function failure(act: () => unknown): PacketError {
  try {
    act();
  } catch (error) {
    if (error instanceof PacketError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
