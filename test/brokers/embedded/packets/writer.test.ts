/** Pins the bytes of numbers, strings and lengths as MQTT writes them, up to the edges of each, and that a packet may outgrow the room it began with. */

import { describe, expect, it } from 'vitest';
import { Writer } from '../../../../src/brokers/embedded/packets/wire/writer.ts';
import { variable } from './bytes.ts';
import { refusal } from './refusal.ts';

/** The body alone, behind the first byte and its length. */
function bodyOf(write: (writer: Writer) => void): Buffer {
  const writer = new Writer();
  write(writer);
  const { length } = writer;
  return writer.finish(0).subarray(-length);
}

/** By which clause, and in which words. */
function whyNot(write: (writer: Writer) => void): readonly unknown[] {
  const error = refusal(() => write(new Writer()));
  return [error?.clause, error?.message];
}

describe.each([
  ['u8', 0xff, 'ff'],
  ['u16', 0xffff, 'ffff'],
  ['u32', 0xffff_ffff, 'ffffffff'],
  ['variableInteger', 268_435_455, 'ffffff7f'],
] as const)('a number that is a %s', (kind, max, bytes) => {
  it('is written from 0 to its largest', () => {
    expect(bodyOf((writer) => writer[kind](max, 'figure')).toString('hex')).toBe(bytes);
    expect([...bodyOf((writer) => writer[kind](0, 'figure'))].every((byte) => byte === 0)).toBe(true);
  });

  it.each([-1, max + 1, 0.5, Number.NaN])('is not %s', (value) => {
    const words = `the figure is ${value}, not an integer from 0 to ${max}`;
    expect(whyNot((writer) => writer[kind](value, 'figure'))).toEqual(['1.5', words]);
  });
});

describe('a string', () => {
  it.each(['', ' a~', 'a'.repeat(255), 'a'.repeat(256), 'ä€😀', 'a'.repeat(65_535), 'ä'.repeat(20_000)])(
    'stands behind its length',
    (text) => {
      const bytes = Buffer.from(text);
      const length = Buffer.from([bytes.length >> 8, bytes.length & 0xff]);
      expect(bodyOf((writer) => writer.string(text, 'name')).equals(Buffer.concat([length, bytes]))).toBe(true);
    },
  );

  it.each([
    ['\0', '1.5.4-2', 'a null character'],
    ['\u{1f}', '1.5.4', 'a control character or a non-character'],
    ['\u{7f}', '1.5.4', 'a control character or a non-character'],
    ['\u{d800}', '1.5.4-1', 'a lone surrogate'],
  ])('has none of what no packet may have: %j', (text, clause, what) => {
    for (const around of [text, `ab${text}c`]) {
      expect(whyNot((writer) => writer.string(around, 'name'))).toEqual([clause, `the name has ${what}`]);
    }
  });

  it('and data have a length of two bytes', () => {
    const words = 'the length of the name is 65536, not an integer from 0 to 65535';
    expect(whyNot((writer) => writer.string('a'.repeat(65_536), 'name'))).toEqual(['1.5', words]);
    expect(whyNot((writer) => writer.binary(Buffer.alloc(65_536), 'name'))).toEqual(['1.5', words]);
  });
});

describe('a packet', () => {
  it('outgrows the room that it began with, by little and by much', () => {
    const written = ['a'.repeat(4000), 'b'.repeat(200), 'c'.repeat(50_000), 'd'];
    const body = bodyOf((writer) => {
      for (const text of written) writer.string(text, 'name');
      for (let count = 0; count < 10_000; count += 1) writer.u8(7, 'figure');
    });
    expect(body.length).toBe(54_201 + 8 + 10_000);
    expect(body.subarray(4002, 4203).toString('latin1')).toBe(`\0\u{c8}${'b'.repeat(199)}`);
    expect(body.subarray(-10_003).equals(Buffer.concat([Buffer.from([0, 1, 0x64]), Buffer.alloc(10_000, 7)]))).toBe(
      true,
    );
  });

  it.each([0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 2_097_153])(
    'has %s bytes behind their length in its shortest form',
    (count) => {
      const inner = Buffer.alloc(count, 7);
      const body = bodyOf((writer) => {
        writer.u8(1, 'before');
        const write = () => {
          for (let at = 0; at < count; at += 65_000) pour(writer, inner.subarray(at, at + 65_000));
        };
        writer.measured(write, 'list');
        writer.u8(2, 'behind');
      });
      expect(body.equals(Buffer.concat([Buffer.from([1]), variable(count), inner, Buffer.from([2])]))).toBe(true);
    },
  );

  it('is not longer than MQTT can tell', () => {
    const words = '268435456 bytes are more than a packet can have';
    expect(whyNot((writer) => writer.finish(0, Buffer.allocUnsafeSlow(268_435_456)))).toEqual(['2.1.4', words]);
  });

  it('begins anew, whatever the last one was', () => {
    const writer = new Writer();
    writer.string('a'.repeat(10_000), 'name');
    writer.begin();
    expect(writer.length).toBe(0);
    writer.u8(5, 'figure');
    expect(writer.finish(0x30).toString('hex')).toBe('300105');
  });
});

/** As they are, without a length. */
function pour(writer: Writer, bytes: Buffer): void {
  for (const byte of bytes) writer.u8(byte, 'byte');
}
