/** Owns the memory of requests that ran lately, so that a redelivery (DUP) is not carried out twice (N-06). */

import type { InboundMessage } from '../../core/ports.ts';

const REMEMBERED = 4096;

export interface RecentRequests {
  /** Remembers the request; true when this is a redelivery of one that was seen. */
  isRepeat(requestId: string, message: InboundMessage): boolean;
}

export function createRecentRequests(): RecentRequests {
  const seen = new Set<string>();
  return {
    isRepeat(requestId, { dup, sender }) {
      const key = `${sender?.account ?? ''} ${requestId}`;
      if (dup && seen.has(key)) return true;
      seen.delete(key);
      seen.add(key);
      const [oldest] = seen;
      if (seen.size > REMEMBERED && oldest !== undefined) seen.delete(oldest);
      return false;
    },
  };
}
