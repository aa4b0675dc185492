/** Owns how good bytes become nearly good ones: a few of them changed, added, taken away. */

import fc from 'fast-check';

/** Bytes that are likely to mean something: lengths, flags, identifiers, the edges. */
const byte = fc.oneof(fc.constantFrom(0, 1, 2, 3, 0x0b, 0x23, 0x26, 0x7f, 0x80, 0xff), fc.nat(255));
const mutation = fc.oneof(
  fc.record({ how: fc.constant('set' as const), at: fc.nat(), byte }),
  fc.record({ how: fc.constant('flip' as const), at: fc.nat(), byte: fc.nat(7).map((bit) => 1 << bit) }),
  fc.record({ how: fc.constant('insert' as const), at: fc.nat(), byte }),
  fc.record({ how: fc.constant('remove' as const), at: fc.nat(), byte }),
  fc.record({ how: fc.constant('cut' as const), at: fc.nat(), byte }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never;
export const mutations = fc.array(mutation, { minLength: 1, maxLength: 5 });

export function mutate(bytes: Buffer, { how, at, byte: value }: Mutation): Buffer {
  const place = bytes.length === 0 ? 0 : at % bytes.length;
  const before = bytes.subarray(0, place);
  const after = bytes.subarray(place + 1);
  const old = bytes[place] ?? 0;
  switch (how) {
    case 'set':
      return Buffer.concat([before, Buffer.from([value]), after]);
    case 'flip':
      return Buffer.concat([before, Buffer.from([old ^ value]), after]);
    case 'insert':
      return Buffer.concat([before, Buffer.from([value, old]), after]);
    case 'remove':
      return Buffer.concat([before, after]);
    case 'cut':
      return before;
  }
}
