/** Owns how answers reach us on one connection: by one wildcard subscription, or where that is refused by one for each request. */

import type { Topics } from '../../protocol/topics.ts';
import type { Log } from '../environment.ts';
import type { Session } from '../session.ts';

export interface AnswerChannel {
  /** Resolves when the answer to this request can be received; before that it must not be published (contract 1.1). */
  listen(requestId: string): Promise<void>;
  unlisten(requestId: string): void;
}

/** @param prefix first level of all request ids of this client */
export function openAnswerChannel(session: Session, topics: Topics, prefix: string, log: Log): AnswerChannel {
  const exact = new Set<string>();
  const shared = session.subscribe(topics.response(`${prefix}/+`), 0).then(
    () => true,
    (error: unknown) => {
      log.debug({ err: error }, 'no wildcard subscription to answers: one for each request');
      return false;
    },
  );
  return {
    listen: async (requestId) => {
      if (await shared) return;
      exact.add(requestId);
      await session.subscribe(topics.response(requestId), 0);
    },
    unlisten: (requestId) => {
      if (exact.delete(requestId)) session.unsubscribe(topics.response(requestId));
    },
  };
}
