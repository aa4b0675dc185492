/** Owns which source tells the truth about a camera, by the name under which the bridges of a cluster share the sources. */

import type { Config } from '../../config/config.ts';
import type { CameraRecord } from '../../core/cameras/records.ts';

export type SourceName = 'mediamtx' | 'go2rtc' | 'rtsp';

/** Where there is a MediaMTX, the looks at cameras themselves go with it: each says when the other one shall look. */
export function sourceOf({ mediamtx, go2rtc }: Pick<Config, 'mediamtx' | 'go2rtc'>, camera: CameraRecord): SourceName {
  if (go2rtc && camera.sourceType === 'go2rtc') return 'go2rtc';
  return mediamtx ? 'mediamtx' : 'rtsp';
}
