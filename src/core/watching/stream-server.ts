/** Owns the port to whatever serves the streams of cameras to browsers by WebRTC: an offer goes in, an answer comes back, media goes elsewhere. */

import type { IceServer } from '../../protocol/entities/watching/stream.ts';
import type { CameraRecord } from '../cameras/records.ts';

export interface OpenStream {
  /** SDP with all its candidates. */
  readonly answer: string;
  /** Never rejects. Where the server has no way to end a stream, the browser's end is the only one. */
  end(): Promise<void>;
}

/** For cameras that are in use. Rejects with ApiError `no_stream`. */
export interface StreamServer {
  iceServers(camera: CameraRecord): Promise<readonly IceServer[]>;
  open(camera: CameraRecord, offer: string): Promise<OpenStream>;
}
