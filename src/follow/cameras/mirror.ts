/** Owns when NestMTX's cameras are read, and which is right where a reading and an event disagree. */

import type { Cameras } from '../../core/cameras/cameras.ts';
import type { Observation } from '../../core/cameras/observation.ts';
import { CAMERAS } from '../../core/cameras/records.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { Store } from '../../core/store.ts';
import { isoZulu } from '../../core/wire-time.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { UpstreamLogin } from '../upstream-login.ts';
import { keepRecord, keepRecords, observeFeed, observeUse } from './changes.ts';
import { createHearsay, FRESH_MS } from './hearsay.ts';
import { listCameras } from './list.ts';
import { readCamera, type UpstreamCamera } from './upstream-camera.ts';

interface Parts {
  readonly login: Pick<UpstreamLogin, 'request' | 'isRefused'>;
  readonly store: Store;
  readonly cameras: Cameras;
  readonly clock: Clock;
  readonly log: Log;
}

export interface CameraMirror {
  /** Resolves when a reading that began after the call has ended, well or not; never rejects. */
  read(): Promise<void>;
  /** Reads when events were missed: then the answer also decides what is usually left to them. */
  catchUp(): Promise<void>;
  /** NestMTX refuses our login, so its cameras cannot be read. */
  readonly isRefused: boolean;
  /** Takes one camera as it was read just now; what is none is passed over. */
  take(camera: unknown): Promise<void>;
  /** Applies what an event says; of a camera that is not known yet, after it was read. */
  observe(cameraId: string, seen: Observation): Promise<void>;
  /** Resolves when nothing is under way any longer; what is must have no client to wait for. */
  close(): Promise<void>;
}

export const LOGIN_REFUSED = 'nestmtx-login';
/** Anybody may publish an event of a camera that does not exist, and must not make us read all day. */
const UNKNOWN_READ_MS = 5000;

export function createCameraMirror({ login, store, cameras, clock, log }: Parts): CameraMirror {
  const records = store.collection(CAMERAS);
  const hearsay = createHearsay(clock);
  /** Cameras that were read by themselves since the reading under way began. */
  const taken = new Set<string>();
  let missedEvents = true;
  let fault = '';
  let closed = false;
  let isRefused = false;
  let current: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let unknown: { readonly at: number; readonly read: Promise<void> } | undefined;
  let cancelAgain = (): void => undefined;

  function read(): Promise<void> {
    if (closed) return Promise.resolve();
    if (current === undefined) {
      current = readOnce().finally(() => {
        current = undefined;
      });
      return current;
    }
    next ??= current.then(() => {
      next = undefined;
      return read();
    });
    return next;
  }

  async function readOnce(): Promise<void> {
    const decidesAll = missedEvents;
    missedEvents = false;
    taken.clear();
    const beganMs = clock.monotonicMs();
    try {
      const found = await listCameras(login);
      await keepRecords(
        store,
        cameras,
        found.map(({ record }) => (taken.has(record.id) ? (records.get(record.id) ?? record) : record)),
      );
      await believe(found, beganMs, decidesAll);
      tellFault('');
      isRefused = false;
    } catch (error) {
      missedEvents ||= decidesAll;
      tellFault(error instanceof Error ? error.message : String(error));
      isRefused ||= login.isRefused || (error instanceof ApiError && error.code === 'unauthorized');
      if (isRefused) await Promise.all([...records.values()].map(({ id }) => doubt(id)));
    }
  }

  /** Whom an event spoke of lately is read again when NestMTX has had the time to know it, too. */
  async function believe(found: readonly UpstreamCamera[], beganMs: number, decidesAll: boolean): Promise<void> {
    const at = isoZulu(clock.now());
    let isLeftOpen = false;
    for (const camera of found) {
      const { id } = camera.record;
      if (!hearsay.isFresh(id, 'feed', beganMs)) await observeFeed(cameras, camera, at);
      else isLeftOpen ||= camera.ready !== cameras.facts(id).ready;
      if (!decidesAll) continue;
      if (!hearsay.isFresh(id, 'use', beganMs)) await observeUse(cameras, camera, at);
      else missedEvents = true;
    }
    if (isLeftOpen || missedEvents) readAgain();
  }

  function readAgain(): void {
    cancelAgain();
    if (!closed) cancelAgain = clock.after(FRESH_MS, () => void read());
  }

  /** What its feed does is still heard, but nobody tells of changes: what is known stands, in doubt. */
  async function doubt(id: string): Promise<void> {
    await cameras.observe(id, { kind: 'unknown', at: isoZulu(clock.now()), reason: LOGIN_REFUSED });
  }

  /** It is tried once a minute and told once. */
  function tellFault(reason: string): void {
    if (reason === fault || closed) return;
    fault = reason;
    if (reason === '') log.info({}, 'the cameras of NestMTX can be read again');
    else log.warn({ reason }, 'the cameras of NestMTX cannot be read');
  }

  /** One reading serves all events that come meanwhile. */
  async function readUnknown(): Promise<void> {
    if (!unknown || clock.monotonicMs() - unknown.at >= UNKNOWN_READ_MS)
      unknown = { at: clock.monotonicMs(), read: read() };
    await unknown.read;
  }

  return {
    read,
    get isRefused() {
      return isRefused;
    },
    catchUp() {
      missedEvents = true;
      return read();
    },
    async take(value) {
      const camera = readCamera(value);
      if (!camera || closed) return;
      taken.add(camera.record.id);
      await keepRecord(store, cameras, camera.record);
    },
    async observe(id, seen) {
      hearsay.heard(id, seen.kind === 'ready' || seen.kind === 'notReady' ? 'feed' : 'use');
      if (!records.get(id)) await readUnknown();
      await cameras.observe(id, seen);
      if (isRefused) await doubt(id);
    },
    async close() {
      closed = true;
      cancelAgain();
      await next;
      await current;
    },
  };
}
