/** Owns what was hinted of each path until a look that began afterwards has come to it. Forgets what is too old to mean anything. */

import type { Clock } from '../../core/ports.ts';
import { type Hint, WAIT_LIMIT_MS } from './observer.ts';

export interface Unheeded {
  /** @param ticket the last one that was taken before */
  add(path: string, hinted: Hinted, ticket: number): void;
  /** @returns what was hinted before this ticket was taken, which is heeded now */
  take(path: string, ticket: number): Hinted | undefined;
}

export interface Hinted {
  readonly hint: Hint;
  /** Monotonic. */
  readonly atMs: number;
}

interface Waiting extends Hinted {
  readonly ticket: number;
}

/** Of one path; what comes then is taken together with the last one. */
const MOST = 4;

export function createUnheeded(clock: Pick<Clock, 'monotonicMs'>): Unheeded {
  /** The oldest first. */
  const waiting = new Map<string, readonly Waiting[]>();

  function fresh(path: string): readonly Waiting[] {
    const sinceMs = clock.monotonicMs() - WAIT_LIMIT_MS;
    return (waiting.get(path) ?? []).filter(({ atMs }) => atMs > sinceMs);
  }

  return {
    add(path, hinted, ticket) {
      const before = fresh(path);
      const last = before.at(-1);
      const isOne = last !== undefined && (last.ticket === ticket || before.length === MOST);
      const added = { ...(isOne ? weightier(last, hinted) : hinted), ticket };
      waiting.set(path, [...(isOne ? before.slice(0, -1) : before), added]);
    },
    take(path, ticket) {
      if (!waiting.has(path)) return undefined;
      const all = fresh(path);
      const left = all.filter((one) => one.ticket >= ticket);
      if (left.length === 0) waiting.delete(path);
      else waiting.set(path, left);
      const [first, ...more] = all.filter((one) => one.ticket < ticket);
      return first && more.reduce<Hinted>(weightier, first);
    },
  };
}

/** Demand is seen by hooks alone, so a later hint about something else must not displace it. */
export function weightier<Each extends Hinted>(before: Each, after: Each): Each {
  const isDemand = ({ hint: { event } }: Hinted) => event === 'demand' || event === 'unDemand';
  return isDemand(before) && !isDemand(after) ? before : after;
}
