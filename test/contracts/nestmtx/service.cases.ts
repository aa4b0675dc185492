/** Owns the rows of the modules about the service itself (contract 2.7). */

import { expect } from 'vitest';
import { but, type Case, DIRECT, EMPTY, HTTP, type Request, refused, value } from './case.ts';

const list = (module: string, payload?: Request['payload']): Request => ({
  command: 'list',
  module,
  ...(payload && { payload }),
});
const update = (module: string, entity: string, payload: Request['payload'] = {}): Request => ({
  command: 'update',
  module,
  entity,
  payload,
});

const JOBS = [
  ['ExtendCameraStreamAuthenticationJob', '* * * * *'],
  ['PersistCameraJob', '* * * * *'],
  ['CredentialsJob', '* * * * *'],
  ['SyncCloudCamerasJob', '0 * * * *'],
  ['ConfirmStreamerProcessesJob', '*/30 * * * * *'],
] as const;
const DEFAULTS = 'a list over HTTP without pages has every row, and `page: null`';

export const SERVICE_CASES: readonly Case[] = [
  {
    what: 'health, without a token',
    as: 'nobody',
    request: list('health'),
    there: value({
      healthy: 'healthy',
      details: {
        app: { healthy: true },
        setup: { healthy: true, meta: { systemUserConfigured: true, interfaceUserConfigured: true } },
      },
    }),
  },
  {
    what: 'version, without a token',
    as: 'nobody',
    request: list('version'),
    there: value({
      ...{ release: expect.any(String), commit: expect.any(String), platform: expect.any(String) },
      ...{ mediamtx: expect.any(String), database: expect.any(String), gstreamer: expect.any(String) },
      ffmpeg: expect.any(String),
    }),
  },
  {
    what: 'swagger, without a token',
    as: 'nobody',
    request: list('swagger'),
    there: value({ openapi: expect.stringMatching(/^3\./), paths: expect.any(Object) }),
  },
  {
    what: 'htop',
    request: list('htop'),
    there: value({
      cpu: expect.arrayContaining([expect.objectContaining({ cpu: 1, idle: expect.any(Number) })]),
      memory: { total: expect.any(Number), used: expect.any(Number) },
      processes: expect.arrayContaining([expect.objectContaining({ name: 'nestmtx', pid: expect.any(Number) })]),
      paths: expect.any(Array),
    }),
  },
  {
    what: 'htop update of a process that is not there',
    request: update('htop', 'nope', { action: 'stop' }),
    there: refused('No Process with name "nope" exists', 'unknown_process'),
  },
  {
    what: 'htop update by an action that is none',
    request: update('htop', 'mtx-{placed-path}', { action: 'explode' }),
    there: refused('Unknown action: explode', 'unknown_action'),
  },
  {
    what: 'htop update without an action',
    request: update('htop', 'nope'),
    there: refused('Unknown action: undefined', 'unknown_action'),
    here: but('payloads are not checked', refused('"payload.action" is required', 'invalid_payload')),
  },
  {
    what: 'htop update that restarts all that streams',
    request: update('htop', 'mediamtx', { action: 'restart' }),
    there: value({}),
  },
  ...JOBS.map(
    ([name, crontab]): Case => ({
      what: `cronjobs list has ${name}`,
      request: list('cronjobs', { page: 1, itemsPerPage: 10, search: name }),
      there: value({ page: 1, itemsPerPage: 10, total: 1, items: [{ name, crontab }] }),
    }),
  ),
  {
    what: 'cronjobs list in the order of its files',
    request: list('cronjobs'),
    there: value({ page: 1, itemsPerPage: 10, total: 5, items: expect.any(Array) }),
    doors: DIRECT,
  },
  {
    what: 'cronjobs list without pages',
    request: list('cronjobs'),
    there: value({ page: null, itemsPerPage: null, total: 5, items: [] }),
    here: but(DEFAULTS, value({ page: 1, itemsPerPage: 1000, total: 5, items: expect.any(Array) })),
    doors: HTTP,
  },
  {
    what: 'cronjobs list, by a text in another case',
    request: list('cronjobs', { page: 1, itemsPerPage: 10, search: 'credentialsjob' }),
    there: value({ total: 0, items: [] }),
  },
  { what: 'cronjobs update', request: update('cronjobs', 'CredentialsJob'), there: value({}) },
  { what: 'cronjobs update of a job that is not there', request: update('cronjobs', 'NoSuchJob'), there: EMPTY },
];
