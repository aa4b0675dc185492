/** Owns what `cameras.update` makes of a camera's record. Pure; refuses what is not ours to change, and what does not go together (N-34). */

import type { CameraRecord } from '../../core/cameras/records.ts';
import { isoZulu } from '../../core/wire-time.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { CameraUpdate } from '../../protocol/entities/camera.ts';

type Changes = Omit<CameraUpdate, 'action' | 'source'>;

/** @param source its new source; absent: as before */
export function changedCamera(now: CameraRecord, changes: Changes, source?: Partial<CameraRecord>): CameraRecord {
  const { name = now.name, room = now.room, mtx_path: mtxPath = now.mtxPath } = changes;
  if (now.credentialId !== null)
    refuseGoogles({ name: name !== now.name, room: room !== now.room, source: source !== undefined });
  const isEnabled = changes.is_enabled ?? now.isEnabled;
  const isDisabling = now.isEnabled && !isEnabled;
  const { stream, transport, fingerprint, ...kept } = now;
  const carried = source ?? {
    ...(stream && { stream }),
    ...(transport && { transport }),
    ...(fingerprint && { fingerprint }),
  };
  const { expected: before, probe: mayBefore = true, quietUntil: quietBefore, ...more } = { ...kept, ...carried };
  const { snapshots, snapshotInterval, ...others } = more;
  const expected = changes.expected === undefined ? before : (changes.expected ?? undefined);
  const quietUntil = changes.quietUntil === undefined ? quietBefore : quietUntilOf(changes.quietUntil);
  return {
    ...others,
    ...{ name, room, mtxPath, isEnabled },
    isPersistent: isDisabling ? false : (changes.is_persistent ?? now.isPersistent),
    ...(expected !== undefined && { expected }),
    ...(!(changes.probe ?? mayBefore) && { probe: false }),
    ...(quietUntil !== undefined && { quietUntil }),
    ...pictureFields(changes, { snapshots, snapshotInterval }),
  };
}

interface PictureSettings {
  readonly snapshots?: boolean | null | undefined;
  readonly snapshotInterval?: number | null | undefined;
}

/** @param now what stays where nothing is said; null takes it away */
export function pictureFields(
  changes: PictureSettings,
  now: PictureSettings = {},
): Pick<CameraRecord, keyof PictureSettings> {
  const { snapshots = now.snapshots, snapshotInterval = now.snapshotInterval } = changes;
  return {
    ...(typeof snapshots === 'boolean' && { snapshots }),
    ...(typeof snapshotInterval === 'number' && { snapshotInterval }),
  };
}

/**
 * ISO 8601 in UTC; undefined for none.
 * @throws ApiError `invalid_payload` for a day that does not exist
 */
export function quietUntilOf(text: string | null): string | undefined {
  if (text === null) return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new ApiError('invalid_payload', { message: '"quietUntil" is no moment' });
  return isoZulu(ms);
}

function refuseGoogles(isChanged: { readonly [key: string]: boolean }): void {
  const key = Object.keys(isChanged).find((name) => isChanged[name]);
  if (key === undefined) return;
  const message = `"${key}" of a camera from Google is set at Google, and read from there`;
  throw new ApiError('invalid_payload', { message });
}
