/** Pins what an administrator is told of the service and does to it: its log, the level of that, and a restart. */

import { beforeEach, describe, expect, it } from 'vitest';
import { createLog, type LineLog } from '../../../src/log.ts';
import { serviceModule } from '../../../src/modules/system/service.ts';
import { type ModuleApi, moduleApi } from '../../support/api/modules.ts';

const ABOUT = {
  version: '1.0.0',
  mode: 'serve',
  platform: 'linux/x64',
  startedAt: '2026-11-21T16:48:30.698Z',
  baseTopic: 'nestmtx',
  httpPort: 2000,
  mqttPort: 1883,
  broker: 'embedded',
  brokerAddress: null,
} as const;

let log: LineLog;
let restarts: number;
let api: ModuleApi;
const about = () => ABOUT;
const update = (entity: string, payload: object) =>
  ({ command: 'update', module: 'service', entity, payload: { ...payload } }) as const;

beforeEach(() => {
  log = createLog({ level: 'info', out: { write: () => true } });
  restarts = 0;
  const restart = async () => {
    restarts += 1;
  };
  api = moduleApi(serviceModule({ about, log, restart }));
});

describe('the service', () => {
  it('tells what runs and whether it can start itself again', async () => {
    const list = { command: 'list', module: 'service' } as const;
    expect(await api.value(list)).toEqual({ ...ABOUT, logLevel: 'info', canRestart: true });
    const alone = moduleApi(serviceModule({ about, log, restart: undefined }));
    expect(await alone.value(list)).toMatchObject({ canRestart: false });
    expect(await alone.error(update('process', { action: 'restart' }))).toMatchObject({ code: 'unavailable' });
  });

  it('shows the latest lines of its log, the oldest first, without secrets', async () => {
    for (let line = 0; line < 510; line += 1) log.info({ line }, 'said');
    log.warn({ password: 'hush' }, 'asked rtsp://viewer:hush@cam/1');
    const { lines } = Object(await api.value({ command: 'read', module: 'service', entity: 'log' }));
    expect(lines).toHaveLength(500);
    expect(lines[0]).toMatchObject({ level: 'info', line: 11, msg: 'said' });
    expect(lines.at(-1)).toMatchObject({ level: 'warn', password: '[redacted]' });
    expect(JSON.stringify(lines)).not.toContain('hush');
  });

  it('logs as much as it is told to, until it ends', async () => {
    expect(await api.value(update('log', { level: 'debug' }))).toBeUndefined();
    expect(log.level).toBe('debug');
    expect(await api.error(update('log', { level: 'loud' }))).toMatchObject({ code: 'invalid_payload' });
    expect(await api.error(update('log', {}))).toMatchObject({ message: '"payload.level" is required' });
  });

  it('starts again when it is told to, and is asked in full', async () => {
    expect(await api.error(update('process', {}))).toMatchObject({ message: '"payload.action" is required' });
    expect(restarts).toBe(0);
    await api.value(update('process', { action: 'restart' }));
    expect(restarts).toBe(1);
  });

  it.each(['read', 'update'] as const)('knows nothing else to %s', async (command) => {
    const request = { ...update('nothing', { level: 'info' }), command };
    const { payload: _, ...bare } = request;
    expect(await api.error(command === 'read' ? bare : request)).toMatchObject({ code: 'not_found' });
  });
});
