/** Owns a store, a clock and a history for tests, and restarts of the service on the same store, in good order or not. */

import { createBus } from '../../../src/core/bus.ts';
import { type CameraFacts, UNSEEN } from '../../../src/core/cameras/facts.ts';
import { CAMERAS, type CameraRecord } from '../../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import { createHistory } from '../../../src/core/outages/history.ts';
import type { Store } from '../../../src/core/store.ts';
import type { CameraState } from '../../../src/protocol/events.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { recordingLog } from '../../support/recording-log.ts';

export const BEGIN = '2026-11-21T10:00:00.000Z';
export const MINUTE_MS = 60_000;

export const UP = { online: true, ready: true } as const;
export const DOWN = { online: false, ready: false, reason: 'refused' } as const;
export const BLIND = { online: null, ready: false, reason: 'mediamtx-unreachable' } as const;
export const IDLE = { online: null, ready: false, reason: null } as const;
const STARTING = { online: null, ready: false, reason: 'starting' } as const;

export function camera(id: string, room = 'Yard'): CameraRecord {
  return {
    ...{ id, credentialId: null, uid: id, room, name: `Camera ${id}`, info: null, mtxPath: `path-${id}` },
    ...{ isEnabled: true, isPersistent: false, expiresAt: null, sourceType: 'publisher', sealedSourceUrl: null },
    ...{ createdAt: BEGIN, updatedAt: BEGIN },
  };
}

function stateOf(change: Partial<CameraState>): CameraState {
  const idle = {
    ready: false,
    demanded: false,
    readers: 0,
    since: null,
    reason: null,
    path: 'p',
    seq: 1,
    online: null,
  };
  return { ...idle, enabled: true, ...change };
}

/** @param first what is said of each camera at the start; else nothing is, before the first look */
export async function historySetting(ids: readonly string[] = ['1'], first: Partial<CameraState> = STARTING) {
  const store = memoryStore(COLLECTIONS);
  await store.commit((tx) => {
    for (const id of ids) tx.collection(CAMERAS).put(camera(id));
  });
  const clock = manualClock(BEGIN);
  const log = recordingLog();
  const bus = createBus(log);
  const facts = new Map<string, CameraFacts>();
  const cameras = {
    facts: (id: string) => facts.get(id) ?? UNSEEN,
    states: () => ids.map((id) => ({ cameraId: Number(id), state: stateOf(first) })),
  };
  const open = (shared?: Store) =>
    createHistory({ store: shared ?? store, bus, clock, log, cameras, isShared: shared !== undefined });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  let history = open();
  let stop = history.start();

  async function end(isKilled = false): Promise<void> {
    if (!isKilled) return stop();
    await settled();
    const saved = store.commit;
    // A process that is gone writes nothing.
    store.commit = async () => Promise.reject(new Error('killed'));
    await stop();
    store.commit = saved;
  }

  return {
    ...{ store, clock, bus, log, facts, open, settled },
    get history() {
      return history;
    },
    /** What the reducer makes of whatever was seen. */
    tell(change: Partial<CameraState>, id = '1') {
      bus.emit('cameraState', { cameraId: Number(id), state: stateOf(change), deliberate: false });
    },
    removed(id: string) {
      bus.emit('cameraState', { cameraId: Number(id), state: null, deliberate: true });
    },
    end,
    /** @param awayMs for how long nothing runs. @param isKilled without a word */
    async restart(awayMs: number, isKilled = false) {
      await end(isKilled);
      clock.advance(awayMs);
      history = open();
      stop = history.start();
    },
    outages: () =>
      [...history.outages()].map(({ cameraId, kind, reason, fromMs, toMs, fellMs }) => ({
        ...{ cameraId, kind, reason, from: minutes(fromMs), to: toMs === null ? null : minutes(toMs) },
        fell: fellMs === null ? null : minutes(fellMs),
      })),
  };
}

/** Since the beginning. */
function minutes(ms: number): number {
  return (ms - Date.parse(BEGIN)) / MINUTE_MS;
}
