/** Owns the camera object of the upstream stand-in: every key of contract 2.7, in wire order. */

import { createHash } from 'node:crypto';

export type UpstreamCamera = ReturnType<typeof blankCamera>;

/** What a test may choose; the rest follows from it. */
export interface CameraFields {
  readonly id: number;
  readonly uid?: string;
  readonly name?: string;
  readonly room?: string;
  readonly mtx_path?: string | null;
  readonly is_enabled?: boolean;
  readonly is_persistent?: boolean;
  readonly stream_ready?: boolean;
  readonly updatedAt?: string;
}

const CREATED_AT = '2024-09-01T10:00:00.000+00:00';
const ORIGIN = '<window.location.origin>';

export function blankCamera(fields: CameraFields) {
  const { id, name = `Camera ${id}`, room = 'Unknown', mtx_path = null, updatedAt = CREATED_AT } = fields;
  const {
    uid = `enterprises/p/devices/d${id}`,
    is_enabled = false,
    stream_ready = false,
    is_persistent = false,
  } = fields;
  const url = (start: string, end = '') => (mtx_path === null ? null : `${start}${mtx_path}${end}`);
  return {
    id,
    credentialId: 1,
    uid,
    room,
    name,
    checksum: createHash('sha256').update(uid).digest('hex'),
    info: { name: uid, type: 'sdm.devices.types.CAMERA', traits: {} },
    mtx_path,
    is_enabled,
    expires_at: null,
    createdAt: CREATED_AT,
    updatedAt,
    is_persistent,
    identified_as: ['CameraLiveStream'],
    protocols: 'WEB_RTC',
    resolution: '1920x1080',
    codecs_video: 'H264',
    codecs_audio: 'AAC',
    status: statusOf(mtx_path, is_enabled, stream_ready),
    process_id: stream_ready ? 4000 + id : null,
    stream_ready,
    stream_uptime: stream_ready ? CREATED_AT : null,
    stream_track_count: stream_ready ? 2 : 0,
    stream_consumer_count: 0,
    stream_data_rx: 0,
    stream_data_tx: 0,
    url_rtsp_tcp: url(`rtsp://${ORIGIN}:8554/`),
    url_rtsp_udp_rtp: url(`rtsp://${ORIGIN}:8000/`),
    url_rtsp_udp_rtcp: url(`rtsp://${ORIGIN}:8001/`),
    url_rtmp: null,
    url_hls: url(`http://${ORIGIN}:8888/`),
    url_hls_m3u8: url(`http://${ORIGIN}:8888/`, '/index.m3u8'),
    url_web_rtc: url(`http://${ORIGIN}:8889/`),
    url_srt: url(`srt://${ORIGIN}:8890/?streamid=read%3A`),
  };
}

function statusOf(path: string | null, isEnabled: boolean, isReady: boolean): string {
  if (path === null) return 'unconfigured';
  if (!isEnabled) return 'disabled';
  return isReady ? 'running' : 'dead';
}
