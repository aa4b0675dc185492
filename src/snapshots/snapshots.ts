/** Owns how many pictures are taken: one at a time per camera, which everybody shares who asks meanwhile, and few at a time altogether. */

import type { TakePicture } from '../core/cameras/control.ts';
import { CAMERAS } from '../core/cameras/records.ts';
import type { Clock, Secrets } from '../core/ports.ts';
import type { Store } from '../core/store.ts';
import { ApiError } from '../protocol/api-error.ts';
import { noSnapshot } from '../protocol/entities/watching/snapshot.ts';
import { grabFrame } from './frame.ts';
import { type StreamServer, snapshotSource } from './snapshot-source.ts';

export interface Snapshots {
  /** A JPEG of at most two seconds ago. */
  readonly take: TakePicture;
  /** Ends what is under way. */
  close(): Promise<void>;
}

interface Parts {
  /** ffmpeg: a name that is looked up in PATH, or a path. */
  readonly program: string;
  /** What carries the streams, where there is something. */
  readonly server: StreamServer | undefined;
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

interface Taken {
  readonly url: string;
  readonly picture: Promise<Buffer>;
  /** Of forgetting it. */
  cancel(): void;
}

/** No camera is read more often: whoever asks sooner gets what the one before got, a failure too. */
const FRESH_MS = 2000;
const AT_ONCE = 4;
/** A page with all cameras of a house asks for them at once. */
const WAITING = 60;

export function openSnapshots({ program, server, store, secrets, clock }: Parts): Snapshots {
  const cameras = store.collection(CAMERAS);
  const taken = new Map<string, Taken>();
  const underWay = new Set<Promise<unknown>>();
  const waiting: (() => void)[] = [];
  const stopping = new AbortController();
  let running = 0;

  async function inItsTurn(url: string): Promise<Buffer> {
    if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await grabFrame({ program, url, clock, stopped: stopping.signal });
    } finally {
      // A place is handed on, so that nobody comes in between.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  }

  function begin(cameraId: string, url: string): Promise<Buffer> {
    if (waiting.length >= WAITING || stopping.signal.aborted) throw noSnapshot('busy');
    const picture = inItsTurn(url);
    const one: Taken = { url, picture, cancel: () => undefined };
    taken.set(cameraId, one);
    const ended = picture
      .then(
        () => undefined,
        () => undefined,
      )
      .then(() => {
        underWay.delete(ended);
        if (stopping.signal.aborted || taken.get(cameraId) !== one) return;
        one.cancel = clock.after(FRESH_MS, () => {
          if (taken.get(cameraId) === one) taken.delete(cameraId);
        });
      });
    underWay.add(ended);
    return picture;
  }

  return {
    async take(cameraId) {
      const camera = cameras.get(cameraId);
      if (!camera) throw new ApiError('not_found');
      const url = snapshotSource(camera, server, secrets);
      const last = taken.get(cameraId);
      return last?.url === url ? last.picture : begin(cameraId, url);
    },
    async close() {
      stopping.abort();
      for (const { cancel } of taken.values()) cancel();
      await Promise.all(underWay);
    },
  };
}
