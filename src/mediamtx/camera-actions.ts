/** Owns what restart, stop and probe mean for a stream that MediaMTX carries. Refuses what only MediaMTX's own file could do. */

import type { ActOnCamera } from '../core/cameras/control.ts';
import { ApiError } from '../protocol/api-error.ts';
import type { ControlApi } from './control-api.ts';
import type { PulledPaths } from './paths/pulled.ts';
import type { Poller } from './poller.ts';
import type { Reachability } from './reachability.ts';

interface Parts {
  readonly api: ControlApi;
  readonly pulled: PulledPaths;
  readonly poller: Pick<Poller, 'look'>;
  readonly reachability: Pick<Reachability, 'isUp'>;
}

export function createCameraActions({ api, pulled, poller, reachability }: Parts): ActOnCamera {
  async function end(path: string, isWithReaders: boolean): Promise<void> {
    const report = await api.path(path);
    const peers = [...(report?.source ? [report.source] : []), ...(isWithReaders ? (report?.readers ?? []) : [])];
    if (peers.length === 0) throw impossible('Nothing is streaming on the path of this camera');
    const ended = await Promise.all(peers.map((peer) => api.kick(peer)));
    if (!ended.includes(true))
      throw impossible('The stream of this camera belongs to a source in the file of MediaMTX');
  }

  return async ({ mtxPath }, action) => {
    if (mtxPath === null) throw new ApiError('mtx_path_required');
    if (reachability.isUp === false) throw impossible('MediaMTX cannot be reached');
    if (action !== 'probe') {
      if (pulled.owns(mtxPath)) await pulled.recreate(mtxPath);
      else await end(mtxPath, action === 'stop');
    }
    await poller.look(mtxPath);
  };
}

function impossible(message: string): ApiError {
  return new ApiError('unavailable', { message });
}
