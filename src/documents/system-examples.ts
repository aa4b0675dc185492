/** Owns the examples of the modules about the service itself. */

import type { ClusterInfo } from '../protocol/entities/system/cluster.ts';
import type { Trouble } from '../protocol/entities/system/troubles.ts';
import type { Example } from './examples.ts';

const PORT = {
  name: 'PORT',
  yaml: 'http.port',
  description: { en: 'HTTP port; 0 takes any free one.', de: 'HTTP-Port; 0 nimmt irgendeinen freien.' },
  value: 2000,
  isSet: true,
  isSecret: false,
  source: 'nestmtx-bridge.yaml',
  key: 'http.port',
};

const MEDIAMTX_AWAY: Trouble = {
  id: 'mediamtx-1795279710698',
  part: 'mediamtx',
  kind: 'degraded',
  reason: 'unreachable',
  from: '2026-11-21T16:48:30.698Z',
  until: '2026-11-21T16:50:57.700Z',
  seconds: 147,
};

const CLUSTER: ClusterInfo = {
  name: 'nestmtx',
  bridges: [
    { bridge: 'alpha/1f0c2a9b', isThis: true, isLeading: true, holds: ['mediamtx'], entry: 1207, behind: 0 },
    { bridge: 'beta/77d0e314', isThis: false, isLeading: false, holds: ['go2rtc'], entry: 1207, behind: 0 },
  ],
  servers: [
    { name: 'n1', role: 'leader', isCurrent: true },
    { name: 'n2', role: 'follower', isCurrent: true },
    { name: 'n3', role: 'follower', isCurrent: null },
  ],
  log: { first: 1, last: 1207, bytes: 861_204 },
};

const CLIENT = {
  id: 'user:2/phone',
  clientId: 'phone',
  account: 'anna',
  kind: 'user',
  address: '192.168.1.20',
  since: '2026-11-21T16:48:30.698Z',
  protocol: '5',
  subscriptions: [{ filter: 'nestmtx/events/#', qos: 1 }],
  subscriptionCount: 1,
} as const;

const PLANNING = {
  id: '0b9e3b4e-7d51-4b0e-8a55-6f1d2c3b4a59',
  kind: 'import-plan',
  by: 'admin',
  state: 'done',
  done: 0,
  total: null,
  startedAt: '2026-11-21T16:48:30.698Z',
  endedAt: '2026-11-21T16:48:31.002Z',
  result: { steps: [{ kind: 'camera', id: 1, name: 'Garage door', fate: 'new', note: '' }] },
  error: null,
} as const;

/** By `<module>.<command>`. */
export const SYSTEM_EXAMPLES: Readonly<Record<string, Example>> = {
  'backups.list': { answer: { counts: { users: 2, credentials: 0, cameras: 1, instances: 1 } } },
  'clients.list': {
    payload: { search: 'anna' },
    answer: { search: 'anna', page: 1, itemsPerPage: 10, sortBy: null, total: 1, items: [CLIENT] },
  },
  'clients.delete': { entity: CLIENT.id },
  'cluster.list': { answer: CLUSTER },
  'imports.create': { payload: { from: 'mediamtx', url: 'http://127.0.0.1:9997' }, answer: { operation: PLANNING.id } },
  'imports.update': { entity: PLANNING.id, payload: { skipRefused: true }, answer: { operation: PLANNING.id } },
  'operations.list': { answer: [PLANNING] },
  'operations.read': { entity: PLANNING.id, answer: PLANNING },
  'operations.delete': { entity: PLANNING.id },
  'service.list': {
    answer: {
      version: '1.0.0',
      mode: 'serve',
      platform: 'linux/x64, node v24.1.0',
      startedAt: '2026-11-21T16:48:30.698Z',
      baseTopic: 'nestmtx',
      httpPort: 2000,
      mqttPort: 1883,
      broker: 'embedded',
      brokerAddress: null,
      logLevel: 'info',
      canRestart: true,
    },
  },
  'service.read': {
    entity: 'log',
    answer: { lines: [{ level: 'info', time: '2026-11-21T16:48:30.698Z', version: '1.0.0', msg: 'ready' }] },
  },
  'service.update': { entity: 'log', payload: { level: 'debug' } },
  'troubles.list': {
    payload: { part: 'mediamtx' },
    answer: {
      ...{ part: 'mediamtx', search: null, page: 1, itemsPerPage: 10, sortBy: null, total: 1 },
      items: [MEDIAMTX_AWAY],
    },
  },
  'settings.list': { answer: { settings: [PORT], unheeded: [] } },
};
