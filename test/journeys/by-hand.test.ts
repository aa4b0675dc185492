/** Events that were made by hand: they are no memory where nobody observes the camera. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { JsonObject } from '../../src/protocol/envelope.ts';
import type { Command } from '../../src/protocol/verbs.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

let dataDir: string;
let service: Service;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'nestmtx-bridge-'));
  service = await startService({ dataDir });
});

afterEach(async () => {
  await service.stop();
  await rm(dataDir, { recursive: true });
});

async function ask(command: Command, module: string, payload: JsonObject, entity?: string): Promise<unknown> {
  const login = await requestOverHttp(service.httpUrl, { command: 'create', module: 'auth', payload: ADMIN });
  const token = login.ok ? String(Object(login.value).bearer) : '';
  const request = { command, module, token, ...(entity === undefined ? { payload } : { entity }) };
  const answer = await requestOverHttp(service.httpUrl, request);
  return answer.ok ? answer.value : answer;
}

it('a camera without anybody who observes it is not running any more after a restart', async () => {
  await ask('create', 'cameras', { name: 'Door', mtx_path: 'door', is_enabled: true });
  await ask('create', 'events', { domain: 'camera', entity: '1', event: 'ready' });
  await ask('create', 'events', { domain: 'camera', entity: '1', event: 'read' });
  expect(await ask('read', 'cameras', {}, '1')).toMatchObject({ stream_ready: true });
  await service.stop();
  service = await startService({ dataDir });
  expect(await ask('read', 'cameras', {}, '1')).toMatchObject({ stream_ready: false, stream_consumer_count: 0 });
});
