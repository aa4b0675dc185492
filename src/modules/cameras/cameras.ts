/** Owns the `cameras` module (contract 2.7, N-34 to N-36, N-39a). Refuses a path that another camera has, and enabling without one. */

import type { Cameras } from '../../core/cameras/cameras.ts';
import { type CameraControl, NO_CAMERA_CONTROL } from '../../core/cameras/control.ts';
import { CAMERAS, type CameraRecord } from '../../core/cameras/records.ts';
import type { History } from '../../core/outages/history.ts';
import { listPage, type Page } from '../../core/paging.ts';
import type { Clock, Secrets } from '../../core/ports.ts';
import type { Call, Module } from '../../core/requests/registry.ts';
import type { Store } from '../../core/store.ts';
import { isoOffset } from '../../core/wire-time.ts';
import { ApiError } from '../../protocol/api-error.ts';
import {
  type Adoptable,
  CAMERA,
  CAMERA_ACTIONS,
  CAMERA_CREATE,
  CAMERA_UPDATE,
  type Camera,
  type CameraCreate,
  type CameraUpdate,
  LISTED_CAMERA,
} from '../../protocol/entities/camera.ts';
import type { PathInfo } from '../../protocol/entities/htop.ts';
import { pageOf } from '../../protocol/entities/page.ts';
import { STREAM_PORTS, type StreamPorts } from '../../protocol/stream-ports.ts';
import { findRow } from '../entity.ts';
import { listAdoptable } from './adoptable.ts';
import { cameraObject } from './camera-object.ts';
import { shownSource, sourceFields } from './camera-source.ts';
import { pictureFields, quietUntilOf } from './changes.ts';
import { put } from './put.ts';
import { createCameraUpdates } from './updates.ts';
import { uptimeObject } from './uptime-object.ts';

interface Ports {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly cameras: Cameras;
  readonly history: Pick<History, 'uptime'>;
  /** Absent where nothing carries streams. */
  readonly control?: CameraControl | undefined;
  /** Those of MediaMTX when absent. */
  readonly streamPorts?: () => StreamPorts;
  /** Takes a picture and publishes it; absent where none are published. @throws ApiError with words for a person */
  readonly renewPicture?: ((cameraId: string) => Promise<void>) | undefined;
  /** The host for stream URLs when a request names none. */
  readonly publicHost: { readonly configured: string | undefined; readonly fallback: string };
}

export function camerasModule({
  store,
  secrets,
  clock,
  cameras,
  history,
  publicHost,
  streamPorts = () => STREAM_PORTS,
  control = NO_CAMERA_CONTROL,
  renewPicture,
}: Ports): Module {
  const records = store.collection(CAMERAS);
  const updateCamera = createCameraUpdates({ store, secrets, clock, cameras, control, renewPicture });

  function present(record: CameraRecord, { origin, session }: Pick<Call, 'origin' | 'session'>): Camera {
    return cameraObject(record, {
      facts: cameras.facts(record.id),
      host: publicHost.configured ?? origin.host ?? publicHost.fallback,
      ports: streamPorts(),
      checksum: secrets.checksum(record.uid),
      stream: streamOf(record, control),
      source: shownSource(record, secrets, session?.user.role === 'admin'),
      nowMs: clock.now(),
      uptime: uptimeObject(history.uptime(record.id)),
    });
  }

  function list(call: Call): Page<Camera> | Page<Adoptable> {
    const { payload, session } = call;
    // A query has no truth values.
    if (payload?.['adoptable'] === true || payload?.['adoptable'] === 'true') {
      if (session?.user.role !== 'admin') throw new ApiError('forbidden');
      return listAdoptable(payload, store, control);
    }
    return listPage(payload, {
      rows: inRoom(records.values(), payload?.['room']),
      id: ({ id }) => Number(id),
      searched: ({ room, name }) => [room, name],
      present: (record) => present(record, call),
    });
  }

  async function create({ payload, ...call }: Call): Promise<Camera> {
    const {
      name,
      room = 'Unknown',
      mtx_path = null,
      is_enabled = false,
      is_persistent = false,
      source,
      ...more
    } = payload as CameraCreate;
    const now = isoOffset(clock.now());
    const camera = await cameras.change((tx, tell) => {
      const uid = `bridge/${secrets.newUuid()}`;
      const record: CameraRecord = {
        id: String(tx.nextId('cameras')),
        credentialId: null,
        uid,
        room,
        name,
        info: null,
        mtxPath: mtx_path,
        isEnabled: is_enabled,
        isPersistent: is_persistent,
        expiresAt: null,
        ...sourceFields(source, uid, secrets),
        ...(more.expected && { expected: more.expected }),
        ...(more.probe === false && { probe: false }),
        ...pictureFields(more),
        createdAt: now,
        updatedAt: now,
      };
      tell('created', put(tx.collection(CAMERAS), record));
      return record;
    });
    return present(camera, call);
  }

  async function update({ entity, payload }: Call): Promise<void> {
    const { action: asked, ...changes } = payload as CameraUpdate;
    const action = CAMERA_ACTIONS.find((known) => known === asked);
    if (asked !== undefined && !action) throw new ApiError('unknown_action', { message: `Unknown action: ${asked}` });
    if (entity === ALL) return quietenAll(payload as CameraUpdate);
    await updateCamera(entity, changes, action);
  }

  async function quietenAll({ quietUntil, ...others }: CameraUpdate): Promise<void> {
    if (quietUntil === undefined || Object.keys(others).length > 0) throw new ApiError('invalid_payload', ONLY_QUIET);
    await cameras.quieten(quietUntilOf(quietUntil) ?? null);
  }

  async function remove({ entity }: Call): Promise<void> {
    await cameras.change((tx, tell) => {
      const record = findRow(tx.collection(CAMERAS), entity);
      tx.collection(CAMERAS).delete(record.id);
      tell('removed', record);
    });
  }

  return {
    name: 'cameras',
    summary: 'Manage cameras and see the state of their feeds',
    operations: {
      list: {
        summary: 'Search and list cameras',
        result: pageOf(LISTED_CAMERA),
        run: list,
      },
      create: {
        summary: 'Add a camera that does not come from Google',
        schema: CAMERA_CREATE,
        writtenBack: CAMERA,
        result: CAMERA,
        run: create,
      },
      read: {
        summary: 'Read a camera',
        result: CAMERA,
        run: (call) => present(findRow(records, call.entity), call),
      },
      update: {
        summary: 'Change name, source, path and more; restart, stop, start or probe; renew the picture',
        schema: CAMERA_UPDATE,
        writtenBack: CAMERA,
        run: update,
      },
      delete: { summary: 'Delete a camera', run: remove },
    },
  };
}

/** Whatever is asked for that is no room is no filter (N-22); what is echoed of it is up to the list. */
function inRoom(rows: Iterable<CameraRecord>, room: unknown): Iterable<CameraRecord> {
  return typeof room === 'string' && room !== '' ? [...rows].filter((camera) => camera.room === room) : rows;
}

/** The entity that stands for every camera. */
const ALL = 'all';
const ONLY_QUIET = { message: 'Of all cameras at once, "quietUntil" can be set and nothing else' };

function streamOf({ mtxPath, stream }: CameraRecord, { media, streams }: CameraControl): PathInfo | undefined {
  if (stream !== undefined) return streams?.get(stream);
  return mtxPath === null ? undefined : media.get(mtxPath);
}
