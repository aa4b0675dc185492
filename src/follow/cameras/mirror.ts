/** Owns when NestMTX's cameras are read, and which is right where a reading and an event disagree. */

import type { Cameras } from '../../core/cameras/cameras.ts';
import type { Observation } from '../../core/cameras/observation.ts';
import { CAMERAS } from '../../core/cameras/records.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { Store } from '../../core/store.ts';
import { isoZulu } from '../../core/wire-time.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { UpstreamLogin } from '../upstream-login.ts';
import { keepRecords, observeFeed } from './changes.ts';
import { listCameras } from './list.ts';

interface Parts {
  readonly login: UpstreamLogin;
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
  /** Applies what an event says; of a camera that is not known yet, after it was read. */
  observe(cameraId: string, seen: Observation): Promise<void>;
  /** Resolves when nothing is under way any longer; what is must have no client to wait for. */
  close(): Promise<void>;
}

export const NO_LOGIN = 'nestmtx-login';
/** Anybody may publish an event of a camera that does not exist, and must not make us read all day. */
const UNKNOWN_READ_MS = 5000;

export function createCameraMirror({ login, store, cameras, clock, log }: Parts): CameraMirror {
  const records = store.collection(CAMERAS);
  /** Whom an event spoke of since the reading under way began: it may be older than the event. */
  const spokenOf = new Set<string>();
  let missedEvents = true;
  let fault = '';
  let closed = false;
  let isRefused = false;
  let current: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let unknown: { readonly at: number; readonly read: Promise<void> } | undefined;

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
    spokenOf.clear();
    try {
      const found = await listCameras(login);
      const at = isoZulu(clock.now());
      await keepRecords(
        store,
        cameras,
        found.map(({ record }) => record),
      );
      for (const camera of found) {
        if (!spokenOf.has(camera.record.id)) await observeFeed(cameras, camera, at, decidesAll);
      }
      tellFault('');
      isRefused = false;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'unauthorized') await refused();
      missedEvents ||= decidesAll;
      tellFault(error instanceof Error ? error.message : String(error));
    }
  }

  async function refused(): Promise<void> {
    isRefused = true;
    const seen = { kind: 'unknown', at: isoZulu(clock.now()), reason: NO_LOGIN } as const;
    for (const { id } of [...records.values()]) await cameras.observe(id, seen);
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
    if (!unknown || clock.now() - unknown.at >= UNKNOWN_READ_MS) unknown = { at: clock.now(), read: read() };
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
    async observe(id, seen) {
      if (records.get(id)) spokenOf.add(id);
      else await readUnknown();
      await cameras.observe(id, seen);
    },
    async close() {
      closed = true;
      await next;
      await current;
    },
  };
}
