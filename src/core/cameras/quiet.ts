/** Owns until when no alarm shall ring, for each camera and for all: events go on meanwhile, and are marked. */

import { FACTS } from '../fact-records.ts';
import type { Clock } from '../ports.ts';
import type { Store } from '../store.ts';
import { createDeadlines } from '../timing/deadlines.ts';
import { CAMERAS, type CameraRecord } from './records.ts';

export interface Quiet {
  /** ISO 8601; undefined while it is not quiet. Without a camera: for what is about none. */
  until(camera?: CameraRecord): string | undefined;
  /** Whether the end of its quiet may not have been shown yet, by a bridge that was to. */
  hasJustEnded(camera: CameraRecord): boolean;
  /** The record of a camera is another one now. */
  changed(camera: CameraRecord): void;
  /** Null ends it. */
  setForAll(untilIso: string | null): Promise<void>;
  close(): void;
}

const FOR_ALL = 'quiet_until';
/** After the end could not be stored. */
const AGAIN_MS = 10_000;
/** NATS chooses a leader, and a source another bridge, in less. */
const JUST_MS = 60_000;

/** @param ended is called for the cameras whose quiet is over, or has begun for all; it resolves with whether that is shown now */
export function createQuiet(
  store: Store,
  clock: Clock,
  ended: (cameras: Iterable<CameraRecord>) => Promise<boolean>,
): Quiet {
  const records = store.collection(CAMERAS);
  const facts = store.collection(FACTS);
  const forAll = () => facts.get(FOR_ALL)?.value;
  const deadlines = createDeadlines(clock, (key) => void show(key));
  let isClosed = false;

  async function show(key: string): Promise<void> {
    const camera = records.get(key);
    const isShown = await ended(key === FOR_ALL ? records.values() : camera ? [camera] : []);
    if (isClosed) return;
    if (isShown) arm(key, key === FOR_ALL ? forAll() : records.get(key)?.quietUntil);
    else deadlines.set(key, clock.now() + AGAIN_MS);
  }

  const untilMs = (camera?: CameraRecord) =>
    [forAll(), camera?.quietUntil].map((iso) => Date.parse(iso ?? '')).filter((ms) => !Number.isNaN(ms));

  function arm(key: string, untilIso: string | null | undefined): void {
    const atMs = Date.parse(untilIso ?? '');
    deadlines.set(key, atMs > clock.now() ? atMs : undefined);
  }

  arm(FOR_ALL, forAll());
  for (const { id, quietUntil } of records.values()) if (quietUntil) arm(id, quietUntil);

  store.watch(FACTS, (changes) => {
    for (const { id, after } of changes) {
      if (id !== FOR_ALL) continue;
      arm(FOR_ALL, after?.value);
      void show(FOR_ALL);
    }
  });

  return {
    until(camera) {
      if (forAll() === undefined && !camera?.quietUntil) return undefined;
      const last = untilMs(camera).filter((ms) => ms > clock.now());
      return last.length === 0 ? undefined : new Date(Math.max(...last)).toISOString();
    },
    hasJustEnded(camera) {
      const sinceMs = Math.max(...untilMs(camera));
      return sinceMs <= clock.now() && sinceMs > clock.now() - JUST_MS;
    },
    changed: ({ id, quietUntil }) => arm(id, quietUntil),
    async setForAll(untilIso) {
      await store.commit((tx) => {
        if (untilIso === null) tx.collection(FACTS).delete(FOR_ALL);
        else tx.collection(FACTS).put({ id: FOR_ALL, value: untilIso });
      });
      arm(FOR_ALL, untilIso);
      await show(FOR_ALL);
    },
    close() {
      isClosed = true;
      deadlines.close();
    },
  };
}
