/** How much one packet may have of what has no bound in MQTT: our own choice, since it is read in one go (MQTT 5.0, 4.13.1). */

import type { Level } from '../../../../../src/brokers/embedded/packets/packet.ts';
import { type Bytes, counted, type Part, packet, props, u16 } from '../bytes.ts';
import { accepts, QUOTA_EXCEEDED, type Row, refuses } from '../row.ts';

const ALL: readonly Level[] = [3, 4, 5];
const MOST = 10_000;

function times(count: number, ...item: Part[]): Part[] {
  return Array.from({ length: count }, () => item).flat();
}

function row(
  what: string,
  levels: readonly Level[],
  around: (count: number) => Bytes,
  from: 'client' | 'broker' = 'client',
): Row[] {
  return [
    accepts('5/4.13.1', `${MOST} ${what}`, levels, around(MOST), {}, { from }),
    refuses('5/4.13.1', `${MOST + 1} ${what}`, levels, around(MOST + 1), QUOTA_EXCEEDED, { from }),
  ];
}

const withProps = (...given: Part[]) => packet(0x30, 'a', (level) => counted(given, level));

export const LISTS: readonly Row[] = [
  ...row('filters to subscribe to', ALL, (count) => packet(0x82, u16(1), props(), ...times(count, 'a', 0))),
  ...row('filters to unsubscribe from', ALL, (count) => packet(0xa2, u16(1), props(), ...times(count, 'a'))),
  ...row('user properties', [5], (count) => withProps(...times(count, 0x26, 'n', 'v'))),
  ...row('subscription identifiers', [5], (count) => withProps(...times(count, 0x0b, 1)), 'broker'),
];
