/**
 * Owns that no camera shows a stream for ever that nobody serves any more: of a bridge that died, or of ourselves before our own start. Knows of a
 * stream nothing but when it ends, which whoever serves it moves on in time.
 */

import type { Clock, Log } from '../../core/ports.ts';
import { createDeadlines } from '../../core/timing/deadlines.ts';
import type { GoogleCameras } from '../google-cameras.ts';

interface Parts {
  readonly served: Pick<GoogleCameras, 'followExpiry' | 'hideExpiry' | 'endDemand'>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Leftovers {
  /** Whether somebody else has shown a stream of this camera, which is not over yet. */
  has(cameraId: string): boolean;
  close(): void;
}

/** Another machine's clock may be ahead of ours, and its last word on the way. */
const MARGIN_MS = 60_000;
/** After it could not be stored. */
const AGAIN_MS = 10_000;

export function watchLeftovers({ served, clock, log }: Parts): Leftovers {
  const endsMs = new Map<string, number>();
  let isClosed = false;

  async function clear(id: string): Promise<void> {
    const atMs = endsMs.get(id);
    if (atMs === undefined) return;
    const isHidden = await served.hideExpiry(id, atMs);
    if (endsMs.get(id) === atMs) endsMs.delete(id);
    if (isHidden) await served.endDemand(id);
  }

  const deadlines = createDeadlines(clock, (id) => {
    clear(id).catch((error: unknown) => {
      log.error({ err: error, cameraId: id }, 'a stream that is over is still shown; trying again');
      if (!isClosed && endsMs.has(id)) deadlines.set(id, clock.now() + AGAIN_MS);
    });
  });
  const unfollow = served.followExpiry((id, atMs) => {
    if (atMs === undefined) endsMs.delete(id);
    else endsMs.set(id, atMs);
    deadlines.set(id, atMs === undefined ? undefined : atMs + MARGIN_MS);
  });

  return {
    has: (id) => endsMs.has(id),
    close() {
      isClosed = true;
      unfollow();
      deadlines.close();
    },
  };
}
