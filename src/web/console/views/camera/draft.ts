/** Owns a camera as a form holds it, and what of it is to be sent: only what differs from what was read. Pure. */

import {
  CAMERA_SOURCE_TYPES,
  type Camera,
  type CameraUpdate,
  RTSP_TRANSPORTS,
} from '../../../../protocol/entities/camera.ts';

/** All texts, as fields have them; empty stands for null. */
export interface SourceDraft {
  readonly type: string;
  readonly url: string;
  readonly stream: string;
  readonly transport: string;
  readonly fingerprint: string;
}

export interface Draft {
  readonly name: string;
  readonly room: string;
  readonly source: SourceDraft;
  readonly mtxPath: string;
  readonly isEnabled: boolean;
  readonly isPersistent: boolean;
  readonly probe: boolean;
  readonly expected: string;
  readonly snapshots: string;
  readonly snapshotInterval: string;
  readonly quietUntil: string;
}

export function draftOf(camera: Camera): Draft {
  const { name, room, source, mtx_path, is_enabled, is_persistent, probe, expected } = camera;
  return {
    name,
    room,
    source: {
      type: source.type,
      url: source.url ?? '',
      stream: source.stream ?? '',
      transport: source.transport ?? '',
      fingerprint: source.fingerprint ?? '',
    },
    mtxPath: mtx_path ?? '',
    isEnabled: is_enabled,
    isPersistent: is_persistent,
    probe,
    expected: expected ?? '',
    snapshots: camera.snapshots === null ? '' : String(camera.snapshots),
    snapshotInterval: camera.snapshotInterval === null ? '' : String(camera.snapshotInterval),
    quietUntil: camera.quietUntil === null ? '' : localMoment(new Date(camera.quietUntil)),
  };
}

export function changesOf(draft: Draft, camera: Camera): CameraUpdate {
  const before = draftOf(camera);
  const differs = (key: keyof Draft) => JSON.stringify(draft[key]) !== JSON.stringify(before[key]);
  return {
    ...(differs('name') && { name: draft.name.trim() }),
    ...(differs('room') && { room: draft.room.trim() }),
    ...(differs('source') && { source: sourceOf(draft.source) }),
    ...(differs('mtxPath') && { mtx_path: orNull(draft.mtxPath) }),
    ...(differs('isEnabled') && { is_enabled: draft.isEnabled }),
    ...(differs('isPersistent') && { is_persistent: draft.isPersistent }),
    ...(differs('probe') && { probe: draft.probe }),
    ...(differs('expected') && {
      expected: draft.expected === 'always' || draft.expected === 'on-demand' ? draft.expected : null,
    }),
    ...(differs('snapshots') && { snapshots: draft.snapshots === '' ? null : draft.snapshots === 'true' }),
    ...(differs('snapshotInterval') && {
      snapshotInterval: draft.snapshotInterval.trim() === '' ? null : Number(draft.snapshotInterval),
    }),
    ...(differs('quietUntil') && {
      quietUntil: draft.quietUntil === '' ? null : new Date(draft.quietUntil).toISOString(),
    }),
  };
}

/** What puts it back as it was; undefined where an address was changed, whose login we never see. */
export function wayBack(changes: CameraUpdate, camera: Camera): CameraUpdate | undefined {
  if (changes.source) return undefined;
  const keys = Object.keys(changes) as (keyof CameraUpdate & keyof Camera)[];
  return Object.fromEntries(keys.map((key) => [key, camera[key]]));
}

/** With all its keys: then what was not shown of an address that stays the same stays, too (its login). */
function sourceOf({ type, url, stream, transport, fingerprint }: SourceDraft): NonNullable<CameraUpdate['source']> {
  return {
    type: CAMERA_SOURCE_TYPES.find((known) => known === type) ?? 'publisher',
    url: orNull(url),
    stream: orNull(stream),
    transport: RTSP_TRANSPORTS.find((known) => known === transport) ?? null,
    fingerprint: orNull(fingerprint.replaceAll(':', '')),
  };
}

function orNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}

/** As fields for a moment have it: in the zone of the browser. */
function localMoment(at: Date): string {
  const pad = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}T${pad(at.getHours())}:${pad(at.getMinutes())}`;
}
