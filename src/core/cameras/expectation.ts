/** Owns what may be expected of a camera: whether its feed should be there always, whether it may be looked at, and shown. Pure. */

import type { CameraRecord } from './records.ts';

/** What whoever carries a stream says of how it comes. */
export interface Carriage {
  /** It comes when somebody asks for it, and goes when nobody is left. */
  readonly isOnDemand: boolean;
}

/** Switched on, and not stopped until further notice. */
export function isInUse({ isEnabled, isStopped }: CameraRecord): boolean {
  return isEnabled && isStopped !== true;
}

/** @param carriage undefined while it is not known */
export function isExpected(camera: CameraRecord, carriage: Carriage | undefined): boolean {
  const { expected, isPersistent, mtxPath, sourceType } = camera;
  if (!isInUse(camera)) return false;
  if (expected !== undefined) return expected === 'always';
  // What is pulled for us comes as we say; what go2rtc gets, as its own file says.
  const isOthers = sourceType === 'go2rtc' || (sourceType === 'publisher' && mtxPath !== null);
  return isPersistent || (isOthers && carriage?.isOnDemand === false);
}

/** Whether a look at the camera itself is possible, and allowed: it wakes some, and costs others their battery. */
export function isLookedAt(camera: CameraRecord): boolean {
  const { sourceType, sealedSourceUrl, probe = true } = camera;
  return isInUse(camera) && probe && sourceType === 'rtsp' && sealedSourceUrl !== null;
}

/**
 * A stream of go2rtc is read nowhere here, so there is no picture of it.
 * @param isDefault whether pictures are published of cameras that do not say otherwise
 */
export function hasPublishedPicture(
  { snapshots, stream }: Pick<CameraRecord, 'snapshots' | 'stream'>,
  isDefault: boolean,
): boolean {
  return stream === undefined && (snapshots ?? isDefault);
}

/** Google takes its time to wake a camera, and one whose stream fails is asked for again after a pause. */
const GOOGLE_GRACE_MS = 45_000;

/** How long whoever carries the stream may take to get it; undefined: no longer than usual. */
export function startGraceMs({ sourceType }: CameraRecord): number | undefined {
  return sourceType === 'google' ? GOOGLE_GRACE_MS : undefined;
}
