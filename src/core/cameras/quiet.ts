/** Owns until when no alarm shall ring, for each camera and for all: events go on meanwhile, and are marked. */

import { FACTS } from '../fact-records.ts';
import type { Clock } from '../ports.ts';
import type { Store } from '../store.ts';
import { createDeadlines } from '../timing/deadlines.ts';
import { CAMERAS, type CameraRecord } from './records.ts';

export interface Quiet {
  /** ISO 8601; undefined while it is not quiet. Without a camera: for what is about none. */
  until(camera?: CameraRecord): string | undefined;
  /** The record of a camera is another one now. */
  changed(camera: CameraRecord): void;
  /** Null ends it. */
  setForAll(untilIso: string | null): Promise<void>;
  close(): void;
}

const FOR_ALL = 'quiet_until';

/** @param ended is called for the cameras whose quiet is over, or has begun for all */
export function createQuiet(
  store: Store,
  clock: Clock,
  ended: (cameras: Iterable<CameraRecord>) => Promise<void>,
): Quiet {
  const records = store.collection(CAMERAS);
  const facts = store.collection(FACTS);
  const forAll = () => facts.get(FOR_ALL)?.value;
  const deadlines = createDeadlines(clock, (key) => {
    const camera = records.get(key);
    void ended(key === FOR_ALL ? records.values() : camera ? [camera] : []);
  });

  function arm(key: string, untilIso: string | null | undefined): void {
    const atMs = Date.parse(untilIso ?? '');
    deadlines.set(key, atMs > clock.now() ? atMs : undefined);
  }

  arm(FOR_ALL, forAll());
  for (const { id, quietUntil } of records.values()) if (quietUntil) arm(id, quietUntil);

  store.watch(FACTS, (changes) => {
    for (const { id, after } of changes) if (id === FOR_ALL) arm(FOR_ALL, after?.value);
  });

  return {
    until(camera) {
      const all = forAll();
      if (all === undefined && !camera?.quietUntil) return undefined;
      const last = [all, camera?.quietUntil].map((iso) => Date.parse(iso ?? '')).filter((ms) => ms > clock.now());
      return last.length === 0 ? undefined : new Date(Math.max(...last)).toISOString();
    },
    changed: ({ id, quietUntil }) => arm(id, quietUntil),
    async setForAll(untilIso) {
      await store.commit((tx) => {
        if (untilIso === null) tx.collection(FACTS).delete(FOR_ALL);
        else tx.collection(FACTS).put({ id: FOR_ALL, value: untilIso });
      });
      arm(FOR_ALL, untilIso);
      await ended(records.values());
    },
    close: () => deadlines.close(),
  };
}
