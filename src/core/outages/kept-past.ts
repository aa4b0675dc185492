/** Owns how pasts are kept: one small record that changes, and one more for each stretch that is over. */

import { FACTS } from '../fact-records.ts';
import type { Store, Transaction } from '../store.ts';
import { isoZulu } from '../wire-time.ts';
import type { Growth, Past } from './past.ts';
import { CAMERA_CONDITIONS, PAST_STRETCHES, type PastStretchRecord } from './records.ts';

const ALIVE = 'history_alive';

/** By the id of the camera. */
export function readPasts(store: Store): Map<string, Past> {
  const stretches = new Map<string, PastStretchRecord[]>();
  for (const stretch of store.collection(PAST_STRETCHES).values()) {
    const known = stretches.get(stretch.cameraId);
    if (known) known.push(stretch);
    else stretches.set(stretch.cameraId, [stretch]);
  }
  const present = [...store.collection(CAMERA_CONDITIONS).values()];
  return new Map(present.map((now) => [now.id, { now, stretches: stretches.get(now.id) ?? [] }]));
}

/** Takes over what another bridge keeps. */
export function followPasts(store: Store, pasts: Map<string, Past>): void {
  const stretchesOf = (id: string) => pasts.get(id)?.stretches ?? [];
  store.watch(PAST_STRETCHES, (changes) => {
    for (const { id, before, after } of changes) {
      const cameraId = (after ?? before)?.cameraId ?? '';
      const past = pasts.get(cameraId);
      const others = stretchesOf(cameraId).filter((stretch) => stretch.id !== id);
      if (past) pasts.set(cameraId, { ...past, stretches: after ? [...others, after] : others });
    }
  });
  store.watch(CAMERA_CONDITIONS, (changes) => {
    for (const { id, after } of changes) {
      if (after) pasts.set(id, { now: after, stretches: stretchesOf(id) });
      else pasts.delete(id);
    }
  });
}

/** When the service was last known to run. */
export function readAliveMs(store: Store, pasts: ReadonlyMap<string, Past>): number {
  const beatMs = Date.parse(store.collection(FACTS).get(ALIVE)?.value ?? '');
  return Math.max(0, Number.isNaN(beatMs) ? 0 : beatMs, ...[...pasts.values()].map(({ now }) => now.fromMs));
}

export function putAlive(tx: Transaction, nowMs: number): void {
  tx.collection(FACTS).put({ id: ALIVE, value: isoZulu(nowMs) });
}

export function putGrowths(tx: Transaction, growths: readonly Growth[]): void {
  for (const { past, ended, given } of growths) {
    tx.collection(CAMERA_CONDITIONS).put(past.now);
    if (ended) tx.collection(PAST_STRETCHES).put(ended);
    for (const { id } of given) tx.collection(PAST_STRETCHES).delete(id);
  }
}

export function removePast(tx: Transaction, { now, stretches }: Past): void {
  tx.collection(CAMERA_CONDITIONS).delete(now.id);
  for (const { id } of stretches) tx.collection(PAST_STRETCHES).delete(id);
}
