/**
 * Owns that what is spent at one bridge of a cluster is spent at all: each tells the others every second what was taken of which rate, and who was
 * right. Keys go over the network as keyed digests: people type passwords where a name belongs.
 */

import type { Exchange } from '../cluster/exchange.ts';
import { type Figure, tellOneAnother } from '../cluster/figures.ts';
import type { Clock } from '../ports.ts';
import { type ChargedRateLimit, createRateLimit, type Rate, type RateLimit } from '../timing/token-bucket.ts';
import { createTrusted, type Throttles, type Trusted } from './throttles.ts';

interface Parts {
  readonly exchange: Pick<Exchange, 'id' | 'others' | 'say' | 'listen'>;
  readonly clock: Pick<Clock, 'after' | 'monotonicMs'>;
  /** Keyed, and the same at all bridges. */
  readonly mac: (text: string) => string;
}

export interface SharedThrottles extends Throttles {
  close(): void;
}

interface Shared {
  readonly limit: ChargedRateLimit;
  /** What one bridge may tell of a key in a second. */
  readonly most: number;
}

const CHANNEL = 'throttles of logins';
const TRUST = 'trust';

export function shareThrottles({ exchange, clock, mac }: Parts): SharedThrottles {
  const rates = new Map<string, Shared>();
  const known = createTrusted();
  /** Since it was told last; given back what was right, nothing is left of it. */
  let spent = new Map<string, number>();
  const note = (name: string, key: string, times: number) => {
    const of = `${name} ${key}`;
    spent.set(of, (spent.get(of) ?? 0) + times);
  };

  function own(): Figure[] {
    const figures = [...spent].filter(([, times]) => times !== 0);
    spent = new Map();
    return figures;
  }

  function heard(_from: string, figures: readonly Figure[]): void {
    for (const [of, times = 0] of figures) {
      const [name = '', key = ''] = of.split(' ');
      const rate = rates.get(name);
      if (name === TRUST) known.add(key);
      rate?.limit.charge(key, Math.max(-rate.most, Math.min(rate.most, times)));
    }
  }

  const trusted: Trusted = {
    has: (pair) => known.has(mac(pair)),
    add(pair) {
      const key = mac(pair);
      if (!known.has(key)) spent.set(`${TRUST} ${key}`, 1);
      known.add(key);
    },
  };

  function rate(name: string, setting: Rate): RateLimit {
    const limit = createRateLimit(setting, clock);
    rates.set(name, { limit, most: setting.burst });
    return {
      has: (key) => limit.has(mac(key)),
      take(key) {
        const isGranted = limit.take(mac(key));
        if (isGranted) note(name, mac(key), 1);
        return isGranted;
      },
      giveBack(key) {
        limit.giveBack(mac(key));
        note(name, mac(key), -1);
      },
    };
  }

  return { rate, trusted, close: tellOneAnother({ exchange, clock, channel: CHANNEL, own, heard }) };
}
