/** Owns that what MediaMTX tells of a path gets to whichever bridge sees MediaMTX, whichever of them was told. */

import type { Hint } from '../../mediamtx/paths/observer.ts';
import type { Poller } from '../../mediamtx/poller.ts';
import { decode, isObject } from '../../protocol/envelope.ts';
import type { Core } from '../core.ts';

interface Hints {
  /** What the one that sees it does with them. Returns what ends that. */
  heed(look: Poller['look']): () => void;
  readonly give: Poller['look'];
}

const CHANNEL = 'hints of mediamtx';

export function hearHints({ membership }: Pick<Core, 'membership'>): Hints {
  const exchange = membership?.exchange;
  let here: Poller['look'] | undefined;
  exchange?.listen(CHANNEL, (bytes) => {
    const told = decode(bytes);
    if (!isObject(told) || typeof told['path'] !== 'string') return;
    const { path, event, query } = told;
    void here?.(path, typeof event === 'string' ? hintOf(event, query) : undefined);
  });
  return {
    heed(look) {
      here = look;
      return () => {
        here = undefined;
      };
    },
    async give(path, hint) {
      if (here) return here(path, hint);
      exchange?.say(CHANNEL, Buffer.from(JSON.stringify({ path, ...hint })));
    },
  };
}

function hintOf(event: string, query: unknown): Hint {
  return { event, ...(typeof query === 'string' && { query }) };
}
