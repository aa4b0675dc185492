/** Owns what events said lately of each camera: NestMTX's own list lags behind its events, and for a while they know better. */

import type { Clock } from '../../core/ports.ts';

/** What an event speaks of: whether the feed is there, or who wants it. */
type Subject = 'feed' | 'use';

export interface Hearsay {
  heard(cameraId: string, of: Subject): void;
  /** Whether an event is younger than a reading that began at this moment, or was when NestMTX took its picture. */
  isFresh(cameraId: string, of: Subject, readingBeganMs: number): boolean;
}

/** NestMTX's picture of its paths is five to ten seconds old. */
export const FRESH_MS = 15_000;

export function createHearsay(clock: Clock): Hearsay {
  const heardMs = new Map<string, number>();

  function forgetOld(): void {
    for (const [key, atMs] of heardMs) {
      if (clock.monotonicMs() - atMs < 4 * FRESH_MS) break;
      heardMs.delete(key);
    }
  }

  return {
    heard(cameraId, of) {
      forgetOld();
      const key = `${of} ${cameraId}`;
      // The latest come last.
      heardMs.delete(key);
      heardMs.set(key, clock.monotonicMs());
    },
    isFresh(cameraId, of, readingBeganMs) {
      const atMs = heardMs.get(`${of} ${cameraId}`);
      return atMs !== undefined && (atMs >= readingBeganMs || clock.monotonicMs() - atMs < FRESH_MS);
    },
  };
}
