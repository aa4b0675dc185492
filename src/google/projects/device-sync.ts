/** Owns that the cameras here are those at Google: adds, renames and removes them. A list that could not be read whole changes nothing. */

import { isDeepStrictEqual } from 'node:util';
import type { Cameras } from '../../core/cameras/cameras.ts';
import { CAMERAS, type CameraRecord } from '../../core/cameras/records.ts';
import { CREDENTIALS } from '../../core/google/credentials.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { Store, Transaction } from '../../core/store.ts';
import { createRetries } from '../../core/timing/retries.ts';
import { isoOffset, isoZulu } from '../../core/wire-time.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { type Answer, type Failure, granted, isPassing, isUnreached } from '../answer.ts';
import { connectionOf, type Device, deviceOf } from '../device.ts';
import type { Sdm } from '../sdm.ts';

export interface DeviceSync {
  /** Every authorised project, now. @throws ApiError `upstream_failed` when one of them could not be read */
  all(): Promise<void>;
  /** One project, as soon as it can be read: tries again while trying again may help. */
  soon(credentialId: string): void;
  close(): Promise<void>;
}

interface Ports {
  readonly store: Store;
  readonly cameras: Pick<Cameras, 'change' | 'observe'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly sdm: Pick<Sdm, 'devices'>;
  /** Google was not there to be asked. */
  readonly missed: () => void;
}

interface Change {
  readonly event: 'created' | 'updated' | 'removed';
  readonly camera: CameraRecord;
}

export function createDeviceSync({ store, cameras, clock, log, sdm, missed }: Ports): DeviceSync {
  const records = store.collection(CREDENTIALS);
  const running = new Map<string, Promise<Answer<number>>>();
  const retries = createRetries(
    async (id) => {
      const answer = await sync(id);
      if (!answer.ok && isPassing(answer.failure)) throw failureError(answer.failure);
    },
    clock,
    log,
  );

  /** Resolves with how many cameras changed. Who asks while a sync is under way gets its answer. */
  function sync(id: string): Promise<Answer<number>> {
    const syncing = running.get(id) ?? syncOnce(id).finally(() => running.delete(id));
    running.set(id, syncing);
    return syncing;
  }

  async function syncOnce(id: string): Promise<Answer<number>> {
    const answer = await sdm.devices(id);
    if (!answer.ok) {
      if (isUnreached(answer.failure)) missed();
      log.warn({ credentialId: id, failure: answer.failure }, 'the cameras of a Google project could not be listed');
      return answer;
    }
    const devices = answer.value.map(deviceOf).filter((device) => device !== undefined);
    const changed = await cameras.change((tx, tell) => {
      const changes = apply(tx, id, devices, isoOffset(clock.now()));
      for (const { event, camera } of changes) tell(event, camera);
      return changes.length;
    });
    await observe(devices);
    log.info({ credentialId: id, cameras: devices.length, changed }, 'the cameras at Google were read');
    return granted(changed);
  }

  async function observe(devices: readonly Device[]): Promise<void> {
    for (const { uid, info } of devices) {
      const camera = store.collection(CAMERAS).by('uid', uid);
      const finding = connectionOf(info);
      if (!camera || !finding) continue;
      const { isRefused } = await cameras.observe(camera.id, { kind: 'look', at: isoZulu(clock.now()), finding });
      // The list is read each hour: it is told sooner.
      if (isRefused)
        throw new ApiError('unavailable', { message: 'What Google says of its cameras could not be kept' });
    }
  }

  return {
    async all() {
      const authorised = [...records.values()].filter(({ sealedTokens }) => sealedTokens !== null);
      const answers = await Promise.all(
        authorised.map(async ({ id }) => {
          const answer = await sync(id).catch((error: unknown) => {
            retries.later(id);
            throw error;
          });
          // That Google is back shall be noticed before the next time.
          if (!answer.ok && isUnreached(answer.failure)) retries.later(id);
          return answer;
        }),
      );
      for (const answer of answers) if (!answer.ok) throw failureError(answer.failure);
    },
    soon: (id) => retries.later(id),
    async close() {
      await retries.close();
      await Promise.allSettled(running.values());
    },
  };
}

function apply(tx: Transaction, credentialId: string, devices: readonly Device[], now: string): Change[] {
  // Deleted while Google was asked.
  if (!tx.collection(CREDENTIALS).get(credentialId)) return [];
  const rows = tx.collection(CAMERAS);
  const changes: Change[] = [];
  const put = (event: Change['event'], camera: CameraRecord) => {
    rows.put(camera);
    changes.push({ event, camera });
  };
  for (const { uid, name, room, info } of devices) {
    const known = rows.by('uid', uid);
    const seen = { name, room, info };
    if (!known) {
      put('created', {
        ...blank(now),
        ...seen,
        id: String(tx.nextId('cameras')),
        credentialId: Number(credentialId),
        uid,
      });
    } else if (
      known.credentialId === Number(credentialId) &&
      !isDeepStrictEqual({ name: known.name, room: known.room, info: known.info }, seen)
    ) {
      put('updated', { ...known, ...seen, updatedAt: now });
    }
  }
  const present = new Set(devices.map(({ uid }) => uid));
  for (const camera of [...rows.values()]) {
    if (camera.credentialId !== Number(credentialId) || present.has(camera.uid)) continue;
    rows.delete(camera.id);
    changes.push({ event: 'removed', camera });
  }
  return changes;
}

/** Nobody has chosen a path for it yet (contract 2.9). */
function blank(now: string) {
  return {
    mtxPath: null,
    isEnabled: false,
    isPersistent: false,
    expiresAt: null,
    sourceType: 'google',
    sealedSourceUrl: null,
    createdAt: now,
    updatedAt: now,
  } as const;
}

function failureError({ message }: Failure): ApiError {
  return new ApiError('upstream_failed', { message: `The cameras at Google could not be listed: ${message}` });
}
