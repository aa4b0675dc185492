/** Owns what a person's look at a camera is: all that can be done where nothing carries streams, and more than its path elsewhere. */

import type { CameraControl } from '../core/cameras/control.ts';
import { isLookedAt } from '../core/cameras/expectation.ts';
import { ApiError } from '../protocol/api-error.ts';
import type { Prober } from './prober.ts';

/** What can be done where nothing carries streams. */
export const LOOKS_ALONE: Pick<CameraControl, 'carriesStreams' | 'can'> = {
  carriesStreams: false,
  can: ({ sourceType }, action) => action === 'probe' && sourceType === 'rtsp',
};

export function lookOnly({ look }: Pick<Prober, 'look'>): CameraControl {
  return {
    ...LOOKS_ALONE,
    media: { list: () => [], get: () => undefined },
    async act(camera, action) {
      if (action !== 'probe') throw unavailable(`Nothing here carries streams: ${action} needs MediaMTX`);
      if (!isLookedAt(camera)) throw unavailable('Only an enabled camera with a source of type rtsp can be probed');
      await look(camera);
    },
  };
}

/** @param control of whatever carries the streams: what it shows of a path says nothing of a camera that nobody watches */
export function withLooks(control: CameraControl, { look }: Pick<Prober, 'look'>): CameraControl {
  return {
    ...control,
    async act(camera, action) {
      await control.act(camera, action);
      if (action === 'probe' && isLookedAt(camera)) await look(camera);
    },
  };
}

function unavailable(message: string): ApiError {
  return new ApiError('unavailable', { message });
}
