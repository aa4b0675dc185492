/** Owns whether MediaMTX can be asked: tells the log each change once, and the cameras when a silence lasts. */

import type { Cameras } from '../core/cameras/cameras.ts';
import type { CameraRecord } from '../core/cameras/records.ts';
import type { Observation } from '../core/cameras/state.ts';
import type { Clock, Log } from '../core/ports.ts';
import type { ReadCollection } from '../core/store.ts';
import { isoZulu } from '../core/wire-time.ts';

export interface Reachability {
  /** @returns true when it could not be asked before, or never was */
  answered(): boolean;
  failed(error: unknown): void;
  /** Undefined before the first answer or failure. */
  readonly isUp: boolean | undefined;
  close(): void;
}

interface Parts {
  readonly records: ReadCollection<CameraRecord>;
  readonly cameras: Cameras;
  readonly clock: Clock;
  readonly log: Log;
}

const UNREACHABLE = 'mediamtx-unreachable';
/** A restart of MediaMTX takes less. */
const GRACE_MS = 10_000;
const DOWN_MS = 30_000;

export function createReachability({ records, cameras, clock, log }: Parts): Reachability {
  let problem: string | undefined;
  let isUp: boolean | undefined;
  let alarms: readonly (() => void)[] = [];

  function tell(kind: 'unknown' | 'notReady'): void {
    const seen: Observation = { kind, at: isoZulu(clock.now()), reason: UNREACHABLE };
    for (const { id, mtxPath } of [...records.values()]) {
      if (mtxPath === null) continue;
      cameras.observe(id, seen).catch((error: unknown) => log.error({ err: error, cameraId: id }, 'an event was lost'));
    }
  }

  function disarm(): void {
    for (const cancel of alarms) cancel();
    alarms = [];
  }

  return {
    get isUp() {
      return isUp;
    },
    answered() {
      const wasUp = isUp === true;
      disarm();
      if (!wasUp) log.info({}, 'MediaMTX answers');
      isUp = true;
      problem = undefined;
      return !wasUp;
    },
    failed(error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message !== problem) log.warn({ reason: message }, 'MediaMTX cannot be asked about its streams');
      problem = message;
      if (isUp === false) return;
      isUp = false;
      alarms = [clock.after(GRACE_MS, () => tell('unknown')), clock.after(DOWN_MS, () => tell('notReady'))];
    },
    close: disarm,
  };
}
