/** Owns what the wire shows and takes of cameras (contract 2.7, N-34 to N-36, N-39a). */

import type { FromSchema } from 'json-schema-to-ts';

const mtxPath = { type: ['string', 'null'], pattern: '^[A-Za-z0-9\\-._~]+$' } as const;

export const CAMERA_UPDATE = {
  type: 'object',
  properties: { mtx_path: mtxPath, is_enabled: { type: 'boolean' }, is_persistent: { type: 'boolean' } },
  additionalProperties: false,
} as const;

export const CAMERA_CREATE = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 255 },
    room: { type: 'string', minLength: 1, maxLength: 255 },
    mtx_path: mtxPath,
    source: {
      type: 'object',
      properties: {
        type: { enum: ['publisher', 'rtsp', 'whep', 'google'] },
        url: { type: 'string', minLength: 1, maxLength: 2048 },
      },
      required: ['type'],
      additionalProperties: false,
    },
    is_enabled: { type: 'boolean' },
    is_persistent: { type: 'boolean' },
  },
  required: ['name'],
  additionalProperties: false,
} as const;

export type CameraUpdate = FromSchema<typeof CAMERA_UPDATE>;
export type CameraCreate = FromSchema<typeof CAMERA_CREATE>;

export type CameraStatus = 'unconfigured' | 'disabled' | 'dead' | 'stopped' | 'unavailable' | 'starting' | 'running';

/** Keys in wire order; the mixed casing is upstream's. `source` is ours and therefore last. */
export interface Camera {
  readonly id: number;
  readonly credentialId: number | null;
  readonly uid: string;
  readonly room: string;
  readonly name: string;
  readonly checksum: string;
  readonly info: Readonly<Record<string, unknown>> | null;
  readonly mtx_path: string | null;
  readonly is_enabled: boolean;
  readonly expires_at: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly is_persistent: boolean;
  readonly identified_as: readonly string[] | null;
  readonly protocols: string | null;
  readonly resolution: string | null;
  readonly codecs_video: string;
  readonly codecs_audio: string;
  readonly status: CameraStatus;
  readonly process_id: number | null;
  readonly stream_ready: boolean;
  readonly stream_uptime: string | null;
  readonly stream_track_count: number;
  readonly stream_consumer_count: number;
  readonly stream_data_rx: number;
  readonly stream_data_tx: number;
  readonly url_rtsp_tcp: string | null;
  readonly url_rtsp_udp_rtp: string | null;
  readonly url_rtsp_udp_rtcp: string | null;
  readonly url_rtmp: string | null;
  readonly url_hls: string | null;
  readonly url_hls_m3u8: string | null;
  readonly url_web_rtc: string | null;
  readonly url_srt: string | null;
  readonly source: { readonly type: string; readonly url: string | null };
}
