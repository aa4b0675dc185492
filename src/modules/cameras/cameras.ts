/** Owns the `cameras` module (contract 2.7, N-34 to N-36, N-39a). Refuses a path that another camera has, and enabling without one. */

import type { Cameras } from '../../core/cameras/cameras.ts';
import { type CameraControl, NO_CAMERA_CONTROL } from '../../core/cameras/control.ts';
import { CAMERAS, type CameraRecord } from '../../core/cameras/records.ts';
import { listPage } from '../../core/paging.ts';
import type { Clock, Secrets } from '../../core/ports.ts';
import type { Call, Module, Origin } from '../../core/requests/registry.ts';
import type { Store, WriteCollection } from '../../core/store.ts';
import { isoOffset } from '../../core/wire-time.ts';
import { ApiError } from '../../protocol/api-error.ts';
import {
  CAMERA,
  CAMERA_ACTIONS,
  CAMERA_CREATE,
  CAMERA_UPDATE,
  type Camera,
  type CameraCreate,
  type CameraUpdate,
} from '../../protocol/entities/camera.ts';
import { pageOf } from '../../protocol/entities/page.ts';
import { findRow } from '../entity.ts';
import { cameraObject } from './camera-object.ts';
import { parseSource, sealSource, shownSourceUrl } from './camera-source.ts';

interface Ports {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly cameras: Cameras;
  /** Absent where nothing carries streams. */
  readonly control?: CameraControl | undefined;
  /** The host for stream URLs when a request names none. */
  readonly publicHost: { readonly configured: string | undefined; readonly fallback: string };
}

export function camerasModule({
  store,
  secrets,
  clock,
  cameras,
  publicHost,
  control = NO_CAMERA_CONTROL,
}: Ports): Module {
  const records = store.collection(CAMERAS);

  function present(record: CameraRecord, origin: Origin): Camera {
    return cameraObject(record, {
      facts: cameras.facts(record.id),
      host: publicHost.configured ?? origin.host ?? publicHost.fallback,
      checksum: secrets.checksum(record.uid),
      stream: record.mtxPath === null ? undefined : control.media.get(record.mtxPath),
      sourceUrl: shownSourceUrl(record, secrets),
    });
  }

  async function create({ payload, origin }: Call): Promise<Camera> {
    const {
      name,
      room = 'Unknown',
      mtx_path = null,
      is_enabled = false,
      is_persistent = false,
      source,
    } = payload as CameraCreate;
    const { type, url } = parseSource(source);
    const now = isoOffset(clock.now());
    const camera = await store.commit((tx) => {
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
        sourceType: type,
        sealedSourceUrl: sealSource(url, uid, secrets),
        createdAt: now,
        updatedAt: now,
      };
      return put(tx.collection(CAMERAS), record);
    });
    await cameras.changed('created', camera);
    return present(camera, origin);
  }

  async function update({ entity, payload }: Call): Promise<void> {
    const { action: asked, ...changes } = payload as CameraUpdate;
    const action = CAMERA_ACTIONS.find((known) => known === asked);
    if (asked !== undefined && !action) throw new ApiError('unknown_action', { message: `Unknown action: ${asked}` });
    const changesNothing = action !== undefined && Object.keys(changes).length === 0;
    const camera = changesNothing ? findRow(records, entity) : await change(entity, changes);
    if (action) await control.act(camera, action);
  }

  async function change(entity: string, changes: CameraUpdate): Promise<CameraRecord> {
    const camera = await store.commit((tx) => {
      const rows = tx.collection(CAMERAS);
      const now = findRow(rows, entity);
      const isEnabled = changes.is_enabled ?? now.isEnabled;
      if (changes.room !== undefined && now.credentialId !== null)
        throw new ApiError('invalid_payload', ROOM_OF_GOOGLE);
      return put(rows, {
        ...now,
        mtxPath: changes.mtx_path === undefined ? now.mtxPath : changes.mtx_path,
        room: changes.room ?? now.room,
        isEnabled,
        isPersistent: isEnabled && (changes.is_persistent ?? now.isPersistent),
        updatedAt: isoOffset(clock.now()),
      });
    });
    await cameras.changed('updated', camera);
    return camera;
  }

  async function remove({ entity }: Call): Promise<void> {
    const camera = await store.commit((tx) => {
      const record = findRow(tx.collection(CAMERAS), entity);
      tx.collection(CAMERAS).delete(record.id);
      return record;
    });
    await cameras.changed('removed', camera);
  }

  return {
    name: 'cameras',
    summary: 'Manage cameras and see the state of their feeds',
    operations: {
      list: {
        summary: 'Search and list cameras',
        result: pageOf(CAMERA),
        run: ({ payload, origin }) =>
          listPage(payload, {
            rows: inRoom(records.values(), payload?.['room']),
            id: ({ id }) => Number(id),
            searched: ({ room, name }) => [room, name],
            present: (record) => present(record, origin),
          }),
      },
      create: {
        summary: 'Add a camera that does not come from Google',
        schema: CAMERA_CREATE,
        result: CAMERA,
        run: create,
      },
      read: {
        summary: 'Read a camera',
        result: CAMERA,
        run: ({ entity, origin }) => present(findRow(records, entity), origin),
      },
      update: {
        summary: 'Change path, room, enabled or persistent; restart, stop or probe',
        schema: CAMERA_UPDATE,
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

const ROOM_OF_GOOGLE = { message: '"room" of a camera from Google is set at Google, and read from there' };

/** Judged on the resulting state (N-34). */
function put(rows: WriteCollection<CameraRecord>, camera: CameraRecord): CameraRecord {
  if (camera.mtxPath === null && (camera.isEnabled || camera.isPersistent)) throw new ApiError('mtx_path_required');
  const holder = camera.mtxPath === null ? undefined : rows.by('mtxPath', camera.mtxPath);
  if (holder && holder.id !== camera.id) throw new ApiError('mtx_path_in_use');
  rows.put(camera);
  return camera;
}
