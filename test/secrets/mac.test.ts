import fc from 'fast-check';
import { expect, it } from 'vitest';
import { macWith } from '../../src/secrets/mac.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const { mac, isMac } = macWith(KEY);

it('a keyed digest is that of its text and of no other', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, other) => {
      expect(isMac(mac(text), text)).toBe(true);
      expect(isMac(mac(text), other)).toBe(text === other);
    }),
  );
});

it('a keyed digest tells nothing without the key, and nothing that is none passes for one', () => {
  expect(mac('text')).toMatch(/^[\w-]{43}$/);
  expect(mac('text')).toBe(macWith(KEY).mac('text'));
  expect(macWith(KEY.toUpperCase()).isMac(mac('text'), 'text')).toBe(false);
  for (const none of ['', 'x', mac('text').slice(1), `${mac('text')}x`]) expect(isMac(none, 'text')).toBe(false);
});
