/** Owns one request and its answer for each operation of the API: on a service with one user and one camera, they are what happens. */

import type { JsonObject } from '../protocol/envelope.ts';
import { EVENTS_LISTED } from './event-example.ts';
import { OUTAGES_LISTED, UPTIME } from './outage-example.ts';
import { SYSTEM_EXAMPLES } from './system-examples.ts';
import { WATCHING_EXAMPLES } from './watching-examples.ts';

export interface Example {
  readonly entity?: string;
  readonly payload?: JsonObject;
  /** Absent where nothing is answered. */
  readonly answer?: unknown;
}

const ANNA = { id: 2, username: 'anna', can_login: true, role: 'user' };
const PLUG = { id: 3, username: 'plug', can_login: true, role: 'device', topics: ['tele/plug/#', 'cmnd/plug/#'] };

const GARAGE = {
  id: 1,
  credentialId: null,
  uid: 'bridge/0b9e3b4e-7d51-4b0e-8a55-6f1d2c3b4a59',
  room: 'Garage',
  name: 'Garage door',
  checksum: '9b74c9897bac770ffc029102a200c5de1cf2d5d5c1f0a1e2a0a8f7d5b4c3e2d1',
  info: null,
  mtx_path: 'garage',
  is_enabled: true,
  expires_at: null,
  createdAt: '2026-11-21T16:48:30.698+00:00',
  updatedAt: '2026-11-21T16:48:30.698+00:00',
  is_persistent: false,
  identified_as: null,
  protocols: null,
  resolution: null,
  codecs_video: '',
  codecs_audio: '',
  status: 'dead',
  process_id: null,
  stream_ready: false,
  stream_uptime: null,
  stream_track_count: 0,
  stream_consumer_count: 0,
  stream_data_rx: 0,
  stream_data_tx: 0,
  url_rtsp_tcp: 'rtsp://nest.example:8554/garage',
  url_rtsp_udp_rtp: 'rtsp://nest.example:8000/garage',
  url_rtsp_udp_rtcp: 'rtsp://nest.example:8001/garage',
  url_rtmp: 'rtmp://nest.example:1935/garage',
  url_hls: 'http://nest.example:8888/garage',
  url_hls_m3u8: 'http://nest.example:8888/garage/index.m3u8',
  url_web_rtc: 'http://nest.example:8889/garage',
  url_srt: 'srt://nest.example:8890/?streamid=read%3Agarage',
  source: { type: 'rtsp', url: 'rtsp://192.0.2.7/stream1', stream: null, transport: 'tcp', fingerprint: null },
  online: true,
  reason: null,
  expected: null,
  probe: true,
  quietUntil: null,
  snapshots: null,
  snapshotInterval: null,
  uptime: UPTIME,
};

const HOUSE = {
  id: 1,
  description: 'House',
  checksum: 'fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9',
  oauth_client_id: null,
  oauth_client_secret: null,
  dac_project_id: null,
  tokens: null,
  token_redirect_url: null,
  created_at: '2026-11-21 16:48:30',
  updated_at: '2026-11-21 16:48:30',
  has_secret: true,
  is_authenticated: false,
  pubsub_subscription: null,
  authorized_at: null,
  authorization_ends_at: null,
  token_expires_at: null,
  link_expires_at: null,
  pubsub_heard_at: null,
};

const DOORBELL = {
  _id: '65f1c0ffee5eed5eed5eed01',
  server: 'nest.example',
  user: 'k3Jx9QaZ',
  password: 'c8Yw2LrT5vNb7KpQ1sXd4HgM',
  port: '1883',
  owner: '65f1c0ffee5eed5eed5eed00',
  created_at: '2026-11-21T16:48:30.698Z',
  __v: 0,
  label: 'Doorbell',
  enabled: true,
  expires_at: null,
  status: 'active',
  former_valid_until: null,
  home_assistant: false,
};

/** By `<module>.<command>`. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  'auth.create': {
    payload: { username: 'admin', password: 'correct horse battery', rememberMe: true, name: 'laptop' },
    answer: {
      bearer: 'oat_Zm9yIHRoZSBleGFtcGxlIG9ubHk',
      expiration: '2026-12-21T16:48:30.698+00:00',
      user: { id: 1, username: 'admin', can_login: true, role: 'admin' },
    },
  },
  'auth.list': {
    answer: [
      {
        id: '6f1d2c3b-4a59-4b0e-8a55-0b9e3b4e7d51',
        created_at: '2026-11-21T16:48:30.698+00:00',
        expires_at: '2026-12-21T16:48:30.698+00:00',
        current: true,
        user_id: 1,
        name: 'laptop',
        last_used_at: '2026-11-22T07:51:12.000+00:00',
        last_address: '192.168.1.20',
      },
    ],
  },
  'auth.read': {
    entity: 'failed',
    answer: {
      count: 7,
      items: [{ username: 'admin', network: '192.0.2.44', times: 7, last_at: '2026-11-22T07:51:12.000+00:00' }],
    },
  },
  'auth.delete': { entity: 'current' },
  'cameras.create': {
    payload: {
      name: 'Garage door',
      room: 'Garage',
      mtx_path: 'garage',
      source: { type: 'rtsp', url: 'rtsp://viewer:secret@192.0.2.7/stream1' },
      is_enabled: true,
    },
    answer: GARAGE,
  },
  'cameras.list': {
    payload: { search: 'garage', page: 1, itemsPerPage: 10, sortBy: 'name' },
    answer: { search: 'garage', page: 1, itemsPerPage: 10, sortBy: 'name', total: 1, items: [GARAGE] },
  },
  'cameras.read': { entity: '1', answer: GARAGE },
  'cameras.update': { entity: '1', payload: { is_persistent: true } },
  'cameras.delete': { entity: '1' },
  'credentials.create': {
    payload: {
      description: 'House',
      oauth_client_id: '1234.apps.googleusercontent.com',
      oauth_client_secret: 'GOCSPX-secret',
      dac_project_id: 'b2c3-project',
    },
    answer: 1,
  },
  'credentials.list': {
    answer: { search: null, page: 1, itemsPerPage: 10, sortBy: null, total: 1, items: [HOUSE] },
  },
  'credentials.read': {
    entity: 'eyJzdGF0ZSI6IuKApiIsImNvZGUiOiLigKYiLCJzY29wZSI6IuKApiIsIm9yaWdpbiI6Imh0dHBzOi8vbmVzdC5leGFtcGxlIn0=',
    answer: { success: true },
  },
  'credentials.update': {
    entity: '1',
    payload: { origin: 'https://nest.example:2001' },
    answer: 'https://accounts.google.com/o/oauth2/v2/auth?access_type=offline&scope=openid',
  },
  'credentials.delete': { entity: '1' },
  'cronjobs.list': {
    payload: { search: 'CredentialsJob' },
    answer: {
      search: 'CredentialsJob',
      page: 1,
      itemsPerPage: 10,
      sortBy: null,
      total: 1,
      items: [{ name: 'CredentialsJob', crontab: '* * * * *', last_run_at: '2026-11-21T16:48:00.002+00:00' }],
    },
  },
  'cronjobs.update': { entity: 'CredentialsJob', payload: {}, answer: {} },
  'events.list': EVENTS_LISTED,
  'events.create': {
    payload: { domain: 'camera', entity: 1, event: 'ready' },
    answer: { events: ['ready'], seq: 3 },
  },
  'health.list': {
    answer: {
      healthy: 'healthy',
      details: {
        app: { healthy: true },
        setup: { healthy: true, meta: { systemUserConfigured: true, interfaceUserConfigured: true } },
      },
    },
  },
  'htop.list': {
    answer: {
      cpu: [{ cpu: 1, user: 3.2, nice: 0, sys: 1.1, idle: 95.6, irq: 0.1 }],
      memory: { total: 4_126_863_360, used: 1_204_224_000 },
      processes: [{ name: 'nestmtx', pid: 7, cpu: 0.4, memory: 78_643_200, uptime: 86_400_000 }],
      paths: [],
    },
  },
  'htop.update': { entity: 'mediamtx', payload: { action: 'restart' }, answer: {} },
  'instances.create': { payload: { label: 'Doorbell' }, answer: DOORBELL },
  'instances.list': {
    payload: { search: 'doorbell' },
    answer: { search: 'doorbell', page: 1, itemsPerPage: 10, sortBy: null, total: 1, items: [DOORBELL] },
  },
  'instances.read': { entity: DOORBELL._id, answer: DOORBELL },
  'instances.update': { entity: DOORBELL._id, payload: { enabled: false } },
  'instances.delete': { entity: DOORBELL._id, answer: { kicked: 1, offlineDropped: 0, retainedPurged: 3 } },
  'outages.list': OUTAGES_LISTED,
  ...SYSTEM_EXAMPLES,
  ...WATCHING_EXAMPLES,
  'swagger.list': { answer: { openapi: '3.1.0', info: { title: 'NestMTX Bridge', version: '1.0.0' }, paths: {} } },
  'users.create': {
    payload: { username: 'anna', password: 'a long pass phrase', can_login: true },
    answer: ANNA,
  },
  'users.list': {
    payload: { page: 1, itemsPerPage: 2 },
    answer: { search: null, page: 1, itemsPerPage: 2, sortBy: null, total: 3, items: [PLUG, ANNA] },
  },
  'users.read': { entity: '2', answer: ANNA },
  'users.update': { entity: '2', payload: { password: 'another pass phrase' } },
  'users.delete': { entity: '2' },
  'version.list': {
    answer: {
      release: '1.0.0',
      commit: 'unknown',
      platform: 'linux/x64, node v24.1.0',
      mediamtx: 'none',
      database: 'lowdb',
      gstreamer: 'none',
      ffmpeg: 'none',
    },
  },
};
