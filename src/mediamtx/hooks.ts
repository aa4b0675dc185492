/** Owns `POST /hooks/mediamtx/<event>`: what is read of a call. Answers at once; a call is only a hint. */

import type { DirectRoute } from '../core/direct-calls.ts';
import { ApiError } from '../protocol/api-error.ts';
import { canonicalEventName } from '../protocol/events.ts';
import type { Callers } from './callers.ts';
import type { Hint } from './paths/observer.ts';

/** Resolves when a look at the path has heeded it; never rejects. */
export type GiveHint = (path: string, hint: Hint) => Promise<void>;

/** MediaMTX's names of its hooks, and ours of what they mean. */
const EVENTS: Readonly<Record<string, string>> = {
  demand: 'demand',
  unDemand: 'unDemand',
  ready: 'ready',
  notReady: 'notReady',
  available: 'ready',
  unavailable: 'notReady',
  online: 'ready',
  offline: 'notReady',
  read: 'read',
  unread: 'unread',
};
const MAX_QUERY = 1024;

/** For `/hooks/mediamtx`. */
export function mediaMtxHooks(give: GiveHint, { admit }: Callers): DirectRoute {
  return {
    admit,
    answer({ name }, { path, query }) {
      const event = Object.hasOwn(EVENTS, canonicalEventName(name)) ? EVENTS[canonicalEventName(name)] : undefined;
      if (event === undefined)
        throw new ApiError('unknown_action', { message: `Unknown action: ${name.slice(0, 64)}` });
      if (typeof path !== 'string' || path === '')
        throw new ApiError('invalid_payload', { message: '"path" is required' });
      // Who reads and what feeds it is told by the look: the hook may be late or alone.
      const isTold = typeof query === 'string' && query !== '';
      void give(path, { event, ...(isTold ? { query: query.slice(0, MAX_QUERY) } : {}) });
      return 202;
    },
  };
}
