/** Pins which network an address is counted as, and who is a program on this machine: whoever is mistaken for one may do what it may. */

import { describe, expect, it } from 'vitest';
import { hostHere, isFromThisMachine, networkOf } from '../../src/core/network.ts';

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8:1:2:3::', '2001:db8:1:2::/64'],
  ['2001::5:6:7:8', '2001:0:0:0::/64'],
  ['2001:db8::4:5:6:7:8', '2001:db8:0:4::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['', 'unknown'],
  [undefined, 'unknown'],
])('%s is counted as %s', (address, network) => expect(networkOf(address)).toBe(network));

describe('a program on this machine', () => {
  const from = (address: string | undefined, headers: Readonly<Record<string, string>> = { host: 'localhost:2000' }) =>
    isFromThisMachine({ address, headers });

  it.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])('comes from %s', (address) =>
    expect(from(address)).toBe(true),
  );

  it.each([
    '192.0.2.7',
    '::2',
    '2001:db8::1',
    '::ffff:192.0.2.7',
    '127.0.0.1.example',
    'x127.0.0.1',
    '::11',
    '',
    undefined,
  ])('does not come from %s', (address) => expect(from(address)).toBe(false));

  it.each(['localhost', 'LOCALHOST:2000', '127.0.0.1:2000', '127.0.0.1', '[::1]:2000', '[::1]'])(
    'calls us %s',
    (host) => expect(from('127.0.0.1', { host })).toBe(true),
  );

  it.each([
    'rebound.example',
    'localhost.example',
    'x.localhost',
    'localhost:2000x',
    '127.0.0.1.example:80',
    '::1',
    '',
  ])('does not call us %s: a page whose name was pointed here does', (host) =>
    expect(from('127.0.0.1', { host })).toBe(false),
  );

  it('calls us something', () => expect(from('127.0.0.1', {})).toBe(false));

  it.each(['x-forwarded-for', 'forwarded', 'via', 'origin', 'sec-fetch-site'])(
    'sends no %s: a proxy or a browser does',
    (name) => expect(from('127.0.0.1', { host: 'localhost', [name]: '' })).toBe(false),
  );
});

it.each([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '127.0.0.1'],
  ['127.0.0.11', '127.0.0.11'],
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8::7', '[2001:db8::7]'],
  ['house.example', 'house.example'],
])('what listens on %s is reached from this machine at %s', (listening, here) =>
  expect(hostHere(listening)).toBe(here),
);
