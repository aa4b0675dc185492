/** Owns one example of each request and answer of the instance API. */

export const ID = '65f1c0ffee5eed5eed5eed01';
export const KINDS = ['node-red', 'home-assistant', 'mosquitto_sub', 'esp32', 'qr'];

export const INSTANCE_SHOWN = {
  _id: ID,
  server: 'nest.example',
  user: 'k3Jx9QaZ',
  password: 'c8Yw2LrT5vNb',
  port: '8883',
  owner: '65f1c0ffee5eed5eed5eed00',
  created_at: '2026-11-21T16:48:30.698Z',
  __v: 0,
};

export const LIST = { mqtts: [INSTANCE_SHOWN], recordsTotal: 21, recordsFiltered: 1, draw: 'warp' };
export const LOGIN = { email: 'admin', password: 'correct horse battery', rememberMe: true };
export const LOGIN_SUCCESS = {
  user: { id: INSTANCE_SHOWN.owner, role: 'admin' },
  token: 'oat_Zm9yIHRoZSBleGFtcGxlIG9ubHk',
};
export const UPDATE = { label: 'Doorbell', enabled: true, expires_at: '2030-01-01T00:00:00Z' };
export const ROTATE = { overlap_seconds: 600 };
export const ACL_CHECK = {
  allowed: true,
  rule: 'an instance owns its root',
  action: 'subscribe',
  topic: 'k3Jx9QaZ/#',
};

const SEEN = { last_seen: '2026-11-21T17:02:11.003Z', last_address: '192.0.2.7', last_client_id: 'porch' };
export const SESSIONS = {
  sessions: [{ client_id: 'porch', address: '192.0.2.7', since: '2026-11-21T16:50:00.000Z', protocol_version: 5 }],
  ...SEEN,
};

const COUNTED = {
  messages_received: 12,
  messages_sent: 30,
  bytes_received: 900,
  bytes_sent: 2250,
  peak_connections: 2,
  refused_logins: 0,
};
export const USAGE = {
  ...COUNTED,
  last_seen: SEEN.last_seen,
  history: [{ since: '2026-11-21T16:00:00.000Z', ...COUNTED }],
  plan: { instances: { used: 1, limit: 4 } },
};
