/**
 * Owns the `htop` module (contract 2.7): the load of the machine, and starting and stopping the parts of the service, under upstream's
 * names also the streams of cameras.
 */

import type { CameraControl } from '../core/cameras/control.ts';
import { CAMERAS, type CameraRecord } from '../core/cameras/records.ts';
import type { Processes } from '../core/processes.ts';
import type { Call, Module } from '../core/requests/registry.ts';
import type { Store } from '../core/store.ts';
import { ApiError } from '../protocol/api-error.ts';
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
  readonly control: CameraControl;
}

/** @param streams absent where nothing carries them */
export function htopModule(processes: Processes, streams?: Streams): Module {
  async function update({ entity, payload }: Call): Promise<object> {
    const { action: asked } = payload as HtopUpdate;
    const action = PROCESS_ACTIONS.find((known) => known === asked);
    if (!action) throw new ApiError('unknown_action', { message: `Unknown action: ${asked}` });
    if (!(await processes.act(entity, action)) && !(streams && (await act(streams, entity, action)))) {
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
async function act({ store, control }: Streams, name: string, action: ProcessAction): Promise<boolean> {
  const cameras = store.collection(CAMERAS);
  const isUp = ({ mtxPath }: CameraRecord) => control.media.get(mtxPath ?? '')?.ready === true;
  const tell = (camera: CameraRecord) => control.act(camera, action === 'stop' ? 'stop' : 'restart');
  if (name === STREAMS) {
    // To start all of them means nothing: streams start when somebody asks for them.
    const told = action === 'start' ? [] : [...cameras.values()].filter(isUp);
    await Promise.all(told.map(tell));
    return true;
  }
  const camera = name.startsWith(STREAM_PREFIX) ? cameras.by('mtxPath', name.slice(STREAM_PREFIX.length)) : undefined;
  if (camera && !(action === 'start' && isUp(camera))) await tell(camera);
  return camera !== undefined;
}
