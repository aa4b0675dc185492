/**
 * Owns the `htop` module (contract 2.7): the load of the machine, and starting and stopping the parts of the service, under upstream's
 * names also the streams of cameras.
 */

import type { MediaPaths } from '../core/cameras/control.ts';
import { CAMERAS, type CameraRecord } from '../core/cameras/records.ts';
import type { Processes } from '../core/processes.ts';
import type { Call, Module } from '../core/requests/registry.ts';
import type { Store } from '../core/store.ts';
import { ApiError } from '../protocol/api-error.ts';
import type { StreamAction } from '../protocol/entities/camera.ts';
import {
  HTOP,
  HTOP_DONE,
  HTOP_UPDATE,
  type Htop,
  type HtopUpdate,
  PROCESS_ACTIONS,
  type ProcessAction,
} from '../protocol/entities/htop.ts';

/** Upstream has a process for MediaMTX and one, with this prefix, for the stream on each path. */
const STREAMS = 'mediamtx';
const STREAM_PREFIX = 'mtx-';

interface Streams {
  readonly store: Store;
  readonly media: MediaPaths;
  /** What `cameras.update` does. */
  readonly act: (cameraId: string, action: StreamAction) => Promise<void>;
}

/** @param streams absent where nothing carries them */
export function htopModule(processes: Processes, streams?: Streams): Module {
  async function update({ entity, payload }: Call): Promise<object> {
    const { action: asked } = payload as HtopUpdate;
    const action = PROCESS_ACTIONS.find((known) => known === asked);
    if (!action) throw new ApiError('unknown_action', { message: `Unknown action: ${asked}` });
    if (!(await processes.act(entity, action)) && !(streams && (await actOnStreams(streams, entity, action)))) {
      throw new ApiError('unknown_process', { message: `No Process with name "${entity}" exists` });
    }
    return {};
  }

  return {
    name: 'htop',
    summary: 'Load of the machine and processes of the service',
    operations: {
      list: {
        summary: 'Show processors, memory, processes and media paths',
        result: HTOP,
        run: (): Htop => ({
          cpu: processes.cpu(),
          memory: processes.memory(),
          processes: processes.processes(),
          paths: processes.paths(),
        }),
      },
      update: { summary: 'Start, stop or restart a process', schema: HTOP_UPDATE, result: HTOP_DONE, run: update },
    },
  };
}

/** @returns false when the name is that of no stream */
async function actOnStreams(streams: Streams, name: string, action: ProcessAction): Promise<boolean> {
  const cameras = streams.store.collection(CAMERAS);
  // What was not stopped is started by making its path anew.
  const tell = ({ id, isStopped }: CameraRecord) =>
    streams.act(id, action === 'start' && !isStopped ? 'restart' : action);
  if (name === STREAMS) {
    await Promise.all([...cameras.values()].filter((camera) => isMeant(streams, camera, action)).map(tell));
    return true;
  }
  const path = name.startsWith(STREAM_PREFIX) ? name.slice(STREAM_PREFIX.length) : undefined;
  const camera = path === undefined ? undefined : (cameras.by('mtxPath', path) ?? bySlug([...cameras.values()], path));
  if (camera && !(action === 'start' && isUp(streams, camera))) await tell(camera);
  return camera !== undefined;
}

/** Upstream makes small letters of a path, and keeps of all other signs the hyphen alone. */
function bySlug(cameras: readonly CameraRecord[], slug: string): CameraRecord | undefined {
  const slugOf = (path: string) => path.toLowerCase().replace(/[^a-z0-9-]/g, '');
  return cameras.find(({ mtxPath }) => mtxPath !== null && slugOf(mtxPath) === slug);
}

/** Of all streams at once: others than those that are up, or were stopped, start when somebody asks for them. */
function isMeant(streams: Streams, camera: CameraRecord, action: ProcessAction): boolean {
  return action === 'start' ? camera.isStopped === true : isUp(streams, camera);
}

function isUp({ media }: Streams, { mtxPath }: CameraRecord): boolean {
  return media.get(mtxPath ?? '')?.ready === true;
}
