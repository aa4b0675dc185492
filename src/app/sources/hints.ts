/**
 * Owns that what MediaMTX tells of a path gets to whichever bridge sees MediaMTX, whichever of them was told; and, while nobody sees it, to the one
 * that will in a moment.
 */

import type { Hint } from '../../mediamtx/paths/observer.ts';
import type { Poller } from '../../mediamtx/poller.ts';
import { decode, isObject } from '../../protocol/envelope.ts';
import type { Core } from '../core.ts';

interface Hints {
  /** What the one that sees it does with them. Returns what ends that. */
  heed(look: Poller['look']): () => void;
  readonly give: Poller['look'];
}

interface Recent {
  readonly hint: Hint | undefined;
  readonly atMs: number;
}

const CHANNEL = 'hints of mediamtx';
/** A source moves in less. What was heeded already may be heeded once more: it is a hint, and nothing comes of it twice. */
const RECENT_MS = 10_000;
const MOST_RECENT = 1000;

export function hearHints({ membership, clock }: Pick<Core, 'membership' | 'clock'>): Hints {
  const exchange = membership?.exchange;
  /** The last of each path. */
  const recent = new Map<string, Recent>();
  let here: Poller['look'] | undefined;

  function remember(path: string, hint: Hint | undefined): void {
    recent.delete(path);
    recent.set(path, { hint, atMs: clock.monotonicMs() });
    const [oldest] = recent.size > MOST_RECENT ? recent.keys() : [];
    if (oldest !== undefined) recent.delete(oldest);
  }

  exchange?.listen(CHANNEL, (bytes) => {
    const told = decode(bytes);
    if (!isObject(told) || typeof told['path'] !== 'string') return;
    const { path, event, query } = told;
    const hint = typeof event === 'string' ? hintOf(event, query) : undefined;
    if (here) void here(path, hint);
    else remember(path, hint);
  });
  return {
    heed(look) {
      here = look;
      const sinceMs = clock.monotonicMs() - RECENT_MS;
      for (const [path, { hint, atMs }] of recent) if (atMs > sinceMs) void look(path, hint);
      recent.clear();
      return () => {
        here = undefined;
      };
    },
    async give(path, hint) {
      if (here) return here(path, hint);
      remember(path, hint);
      exchange?.say(CHANNEL, Buffer.from(JSON.stringify({ path, ...hint })));
    },
  };
}

function hintOf(event: string, query: unknown): Hint {
  return { event, ...(typeof query === 'string' && { query }) };
}
