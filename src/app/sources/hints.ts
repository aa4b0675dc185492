/**
 * Owns that what MediaMTX tells of a path gets to whichever bridge sees MediaMTX, whichever of them was told; and, while nobody sees it, to the one
 * that will in a moment.
 */

import type { GiveHint } from '../../mediamtx/hooks.ts';
import { WAIT_LIMIT_MS } from '../../mediamtx/paths/observer.ts';
import { type Hinted, weightier } from '../../mediamtx/paths/unheeded.ts';
import { decode, isObject } from '../../protocol/envelope.ts';
import type { Core } from '../core.ts';

interface Hints {
  /** What the one that sees it does with them. Returns what ends that. */
  heed(look: GiveHint): () => void;
  readonly give: GiveHint;
}

/** As it is said to the others. */
interface Given extends Pick<Hinted, 'hint'> {
  /** No other one has it. */
  readonly id: string;
  readonly path: string;
}

const CHANNEL = 'hints of mediamtx';
/** Said of those that were given there. */
const HEEDED = 'heeded hints of mediamtx';
const MOST_WAITING = 1000;

export function hearHints({ membership, clock }: Pick<Core, 'membership' | 'clock'>): Hints {
  const exchange = membership?.exchange;
  /** By path the weightiest one that nobody has heeded, as far as is known: a source takes seconds to move, and longer while NATS chooses a leader. */
  const waiting = new Map<string, Given & Hinted>();
  let here: GiveHint | undefined;
  let given = 0;

  function keep(told: Given): void {
    const { path } = told;
    const [before, now] = [waiting.get(path), { ...told, atMs: clock.monotonicMs() }];
    waiting.delete(path);
    waiting.set(path, before ? weightier(before, now) : now);
    const [oldest] = waiting.size > MOST_WAITING ? waiting.keys() : [];
    if (oldest !== undefined) waiting.delete(oldest);
  }

  async function heedOne(look: GiveHint, { id, path, hint }: Given): Promise<void> {
    await look(path, hint);
    exchange?.say(HEEDED, Buffer.from(JSON.stringify({ id, path })));
  }

  exchange?.listen(CHANNEL, (bytes) => {
    const told = givenOf(decode(bytes));
    if (told === undefined) return;
    if (here) void heedOne(here, told);
    else keep(told);
  });
  exchange?.listen(HEEDED, (bytes) => {
    const { id, path } = Object(decode(bytes));
    if (waiting.get(path)?.id === id) waiting.delete(path);
  });
  return {
    heed(look) {
      here = look;
      const sinceMs = clock.monotonicMs() - WAIT_LIMIT_MS;
      for (const one of waiting.values()) if (one.atMs > sinceMs) void heedOne(look, one);
      waiting.clear();
      return () => {
        here = undefined;
      };
    },
    async give(path, hint) {
      if (here) return here(path, hint);
      given += 1;
      const told = { id: `${exchange?.id}/${given}`, path, hint };
      keep(told);
      exchange?.say(CHANNEL, Buffer.from(JSON.stringify(told)));
    },
  };
}

function givenOf(told: unknown): Given | undefined {
  if (!isObject(told)) return undefined;
  const { id, path, hint } = told;
  if (typeof id !== 'string' || typeof path !== 'string' || !isObject(hint)) return undefined;
  const { event, query } = hint;
  if (typeof event !== 'string') return undefined;
  return { id, path, hint: { event, ...(typeof query === 'string' && { query }) } };
}
