/** Owns when each subscription last answered, whichever bridge asks it: the one that does tells the others every second. */

import type { Exchange } from '../../core/cluster/exchange.ts';
import { type Figure, tellOneAnother } from '../../core/cluster/figures.ts';
import type { Clock } from '../../core/ports.ts';

interface Parts {
  readonly exchange: Exchange;
  readonly clock: Clock;
  /** What this bridge has asked: credentials, and milliseconds since 1970. */
  readonly own: () => Iterable<readonly [credentialId: string, atMs: number]>;
}

export interface HeardElsewhere {
  atMs(credentialId: string): number | undefined;
  close(): void;
}

const CHANNEL = 'heard of google';

export function shareHeardAt({ exchange, clock, own }: Parts): HeardElsewhere {
  const known = new Map<string, number>();
  const close = tellOneAnother({
    exchange,
    clock,
    channel: CHANNEL,
    own: () => [...own()].map(([id, atMs]): Figure => [id, atMs]),
    heard(_from, figures) {
      for (const [id, atMs] of figures) if (atMs !== undefined) known.set(id, atMs);
    },
  });
  return { atMs: (id) => known.get(id), close };
}
