/** Owns the reading of a go2rtc: a camera for each of its streams, which its own file goes on to feed. */

import { ApiError } from '../protocol/api-error.ts';
import { isObject } from '../protocol/envelope.ts';
import { cameraWithoutIds, type Household, NOBODY } from './household.ts';

/** @throws ApiError `upstream_failed` for an answer that is no list of streams; whatever `get` throws */
export async function readGo2Rtc(get: (path: string) => Promise<unknown>): Promise<Household> {
  const streams = await get('/api/streams');
  // A stream that 1.8 is about to change is null for that moment.
  if (!isObject(streams) || !Object.values(streams).every((stream) => stream === null || isObject(stream))) {
    throw new ApiError('upstream_failed', { message: 'what answers there is no API of go2rtc' });
  }
  const names = Object.keys(streams);
  return {
    ...NOBODY,
    cameras: names.map((name) => cameraWithoutIds({ name, sourceType: 'go2rtc', mtxPath: null, stream: name })),
  };
}
