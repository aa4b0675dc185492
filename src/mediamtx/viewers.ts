/** Owns who of those at MediaMTX was let in by which right: whoever has lost it is thrown out. Knows whom it saw come since the start. */

import type { Clock, Log } from '../core/ports.ts';
import { createRetries } from '../core/timing/retries.ts';
import type { ControlApi } from './control-api.ts';

interface Viewer {
  /** The session or connection at MediaMTX, as it names it when it asks. */
  readonly id: string;
  readonly userId: string;
  /** Whether the right still holds. */
  readonly isRight: () => boolean;
}

export interface Viewers {
  letIn(viewer: Viewer): void;
  /** Something about this user has changed: ends the sessions that no longer hold, later where MediaMTX cannot be asked now. Never rejects. */
  check(userId: string): Promise<void>;
  close(): Promise<void>;
}

/** Whoever came before so many others is gone, or stays. */
const REMEMBERED = 10_000;

export function createViewers(api: Pick<ControlApi, 'kickSessions'>, clock: Clock, log: Log): Viewers {
  const viewers = new Map<string, Viewer>();
  const retries = createRetries(endOver, clock, log);

  async function endOver(userId: string): Promise<void> {
    const over = [...viewers.values()].filter((viewer) => viewer.userId === userId && !viewer.isRight());
    if (over.length === 0) return;
    await api.kickSessions(new Set(over.map(({ id }) => id)));
    for (const { id } of over) viewers.delete(id);
  }

  return {
    letIn(viewer) {
      if (viewer.id === '') return;
      viewers.delete(viewer.id);
      viewers.set(viewer.id, viewer);
      const [oldest] = viewers.size > REMEMBERED ? viewers.keys() : [];
      if (oldest !== undefined) viewers.delete(oldest);
    },
    async check(userId) {
      try {
        await endOver(userId);
      } catch (error) {
        log.warn({ err: error, userId }, 'the sessions of a user could not be ended; trying again');
        retries.later(userId);
      }
    },
    close: retries.close,
  };
}
