/** Owns what restart, stop, start and probe mean for a stream that MediaMTX carries. Refuses what only MediaMTX's own file could do. */

import type { ActOnCamera } from '../core/cameras/control.ts';
import type { Reachability } from '../core/cameras/reachability.ts';
import { ApiError } from '../protocol/api-error.ts';
import type { StreamAction } from '../protocol/entities/camera.ts';
import type { ControlApi } from './control-api.ts';
import type { PulledPaths } from './paths/pulled.ts';
import type { Poller } from './poller.ts';

interface Parts {
  readonly api: ControlApi;
  readonly pulled: PulledPaths;
  readonly poller: Pick<Poller, 'ask'>;
  readonly reachability: Pick<Reachability, 'isUp'>;
}

export function createCameraActions({ api, pulled, poller, reachability }: Parts): ActOnCamera {
  async function end(path: string, isWithReaders: boolean): Promise<void> {
    const report = await api.path(path);
    const peers = [...(report?.source ? [report.source] : []), ...(isWithReaders ? (report?.readers ?? []) : [])];
    const ended = await Promise.all(peers.map((peer) => api.kick(peer)));
    if (peers.length > 0 && !ended.includes(true))
      throw impossible('The stream of this camera belongs to a source in the file of MediaMTX');
    if (peers.length === 0 && !isWithReaders) throw impossible('Nothing is streaming on the path of this camera');
  }

  /** Whether it shall stream stands in its record already: what is pulled follows from that. */
  async function change(path: string, isPublished: boolean, action: Exclude<StreamAction, 'probe'>): Promise<void> {
    if (action === 'restart' && pulled.owns(path)) await pulled.recreate(path);
    else if (action === 'restart') await end(path, false);
    else await pulled.sync();
    if (action === 'stop' && isPublished) await end(path, true);
  }

  return async ({ mtxPath, sourceType }, action) => {
    if (mtxPath === null) throw new ApiError('mtx_path_required');
    if (reachability.isUp === false) throw impossible('MediaMTX cannot be reached');
    if (action !== 'probe') await change(mtxPath, sourceType === 'publisher', action);
    await poller.ask(mtxPath);
  };
}

function impossible(message: string): ApiError {
  return new ApiError('unavailable', { message });
}
