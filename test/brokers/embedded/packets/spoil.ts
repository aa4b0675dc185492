/** Owns how a good packet is spoilt: one of its values becomes another one of the same type, which may be wrong. */

import fc from 'fast-check';
import type { Packet } from '../../../../src/brokers/embedded/packets/packet.ts';

const NUMBERS = [
  -1,
  0,
  1,
  2,
  3,
  4,
  0x10,
  0x18,
  0x80,
  255,
  256,
  65_535,
  65_536,
  0xffff_ffff,
  2 ** 32,
  0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
];
const TEXTS = ['', '+', '#', 'a/#/b', 'a+', '$share/g', '$share//a', 'a\0b', '\u{1}', '\u{fffe}', '\ud800'];
const LONG_TEXTS = ['x'.repeat(65_535), 'x'.repeat(65_536), '€'.repeat(22_000)];
const LISTS = [[], [0], [255], [1, 2], [''], ['a', '+a'], [['a', '\0']], [['', 'x'.repeat(65_536)]]];

/** One wrong value for each type there is. */
export interface WrongValues {
  readonly number: number;
  readonly text: string;
  readonly bytes: Buffer;
  readonly list: readonly unknown[];
}

export const wrongValues: fc.Arbitrary<WrongValues> = fc.record({
  number: fc.constantFrom(...NUMBERS),
  text: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...TEXTS) }, fc.constantFrom(...LONG_TEXTS)),
  bytes: fc.constantFrom(0, 1, 65_536).map((size) => Buffer.alloc(size)),
  list: fc.constantFrom(...LISTS),
});

/** @param path which of the fields, and which of the fields in there */
export function spoil(packet: Packet, [place = 0, ...path]: readonly number[], wrong: WrongValues): Packet {
  const fields = Object.keys(packet).filter((field) => field !== 'kind' && field !== 'level');
  const field = fields[place % Math.max(fields.length, 1)];
  if (field === undefined) return packet;
  return { ...packet, [field]: spoiltValue(Reflect.get(packet, field), path, wrong) };
}

function spoiltValue(old: unknown, path: readonly number[], wrong: WrongValues): unknown {
  if (typeof old === 'number') return wrong.number;
  if (typeof old === 'string') return wrong.text;
  if (typeof old === 'boolean') return !old;
  if (Buffer.isBuffer(old)) return wrong.bytes;
  if (isSubscriptions(old)) return [spoiltValue(old[0], path, wrong), ...old.slice(1)];
  if (Array.isArray(old)) return isAlike(old, wrong.list) ? wrong.list : old;
  return typeof old === 'object' && old !== null ? spoiltField(old, path, wrong) : old;
}

function spoiltField(old: object, [place = 0, ...path]: readonly number[], wrong: WrongValues): object {
  const names = Object.keys(old);
  const name = names[place % Math.max(names.length, 1)];
  return name === undefined ? old : { ...old, [name]: spoiltValue(Reflect.get(old, name), path, wrong) };
}

function isSubscriptions(list: unknown): list is readonly object[] {
  return Array.isArray(list) && typeof list[0] === 'object' && !Array.isArray(list[0]);
}

/** Lists of numbers, of filters, or of pairs. */
function isAlike([old]: readonly unknown[], [wrong]: readonly unknown[]): boolean {
  return wrong === undefined || typeof old === typeof wrong;
}
