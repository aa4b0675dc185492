/** Owns the settings about cameras: where MediaMTX and go2rtc are, who may tell of them, and where MediaMTX gets those of Google. */

import { FLAG, HOST, LISTEN_PORT, SECRET, TEXT } from './kinds.ts';

export const CAMERA_SETTINGS = {
  MEDIAMTX_URL: { ...TEXT, format: 'web-url', yaml: 'mediamtx.url', description: 'Control API of MediaMTX.' },
  MEDIAMTX_USER: { ...TEXT, yaml: 'mediamtx.user', description: 'User name at the control API.' },
  MEDIAMTX_PASS: { ...SECRET, yaml: 'mediamtx.pass', description: 'Password at the control API.' },
  MEDIAMTX_RTSP_URL: {
    ...TEXT,
    format: 'rtsp-url',
    yaml: 'mediamtx.rtsp_url',
    description: 'Where MediaMTX serves RTSP, for snapshots; when absent, port 8554 of the host of MEDIAMTX_URL.',
  },
  MEDIAMTX_WEBRTC_URL: {
    ...TEXT,
    format: 'web-url',
    yaml: 'mediamtx.webrtc_url',
    description:
      'Where MediaMTX serves WebRTC, for live view; when absent, the port that MediaMTX says at the host of MEDIAMTX_URL.',
  },
  STREAM_PORTS: {
    ...TEXT,
    format: 'stream-ports',
    yaml: 'stream_ports',
    description: 'Ports in the stream URLs of a camera, where others reach them elsewhere than MediaMTX says.',
  },
  GO2RTC_URL: { ...TEXT, format: 'web-url', yaml: 'go2rtc.url', description: 'API of go2rtc.' },
  GO2RTC_USER: { ...TEXT, yaml: 'go2rtc.user', description: 'User name at the API of go2rtc.' },
  GO2RTC_PASS: { ...SECRET, yaml: 'go2rtc.pass', description: 'Password at the API of go2rtc.' },
  FFMPEG_PATH: {
    ...TEXT,
    yaml: 'ffmpeg_path',
    default: 'ffmpeg',
    description: 'Program that takes snapshots: a name that is looked up in PATH, or a path.',
  },
  SNAPSHOT_TOPICS: {
    ...FLAG,
    yaml: 'snapshot_topics',
    default: false,
    description: 'Publish a picture of each camera on MQTT, for whoever may read there; a camera can say otherwise.',
  },
  HOOK_SECRET: {
    ...SECRET,
    minLength: 16,
    yaml: 'hook_secret',
    description:
      'What hooks from other machines must send as their bearer token; without it only this machine may call.',
  },
  PROBE_INTERVAL_MS: {
    type: 'integer',
    minimum: 30_000,
    maximum: 3_600_000,
    yaml: 'probe_interval_ms',
    default: 30_000,
    description: 'How often a camera with an RTSP source is looked at while nobody pulls it, in milliseconds.',
  },

  GOOGLE_RTSP_HOST: {
    ...HOST,
    yaml: 'google.rtsp.host',
    default: '127.0.0.1',
    description: 'Address that MediaMTX comes to for the RTSP cameras of Google.',
  },
  GOOGLE_RTSP_PORT: {
    ...LISTEN_PORT,
    yaml: 'google.rtsp.port',
    default: 0,
    description: 'Port of that address; 0 takes any free one, and after a restart the same again.',
  },
  GOOGLE_WHEP: {
    ...FLAG,
    yaml: 'google.whep.enabled',
    default: false,
    description: 'Serve the WebRTC cameras of Google to MediaMTX; unproven on a real camera.',
  },
  GOOGLE_WHEP_HOST: {
    ...HOST,
    yaml: 'google.whep.host',
    default: '127.0.0.1',
    description: 'Address that MediaMTX comes to for the WebRTC cameras of Google.',
  },
  GOOGLE_WHEP_PORT: {
    ...LISTEN_PORT,
    yaml: 'google.whep.port',
    default: 0,
    description: 'Port of that address; 0 takes any free one, and after a restart the same again.',
  },
  GOOGLE_MEDIA_HOST: {
    ...HOST,
    yaml: 'google.media_host',
    description: 'Host that MediaMTX is told for both; when absent, the address, or the name of this host for 0.0.0.0.',
  },
} as const;
