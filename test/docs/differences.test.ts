/** Pins the table of what differs from NestMTX: each row is tried on a whole service, or names the suite that holds it. */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApiRequest } from '../contracts/api/api.contract.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { connectSocket, requestOverSocketIo } from '../support/api/socketio.ts';
import { connectClient, type TestClient } from '../support/brokers/mqtt-client.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const [, section = ''] = read('docs/protocol.md').split('## What differs from NestMTX');
const rows = [...section.matchAll(/^\| (?!NestMTX|---)(.+?) \| .+ \| .+ \|$/gm)].map(([, there = '']) => there);

let service: Service;
let client: TestClient;
let token: string;

beforeAll(async () => {
  service = await startService();
  client = await service.client();
  token = await logIn(ADMIN.username, ADMIN.password);
  const cameras = Array.from({ length: 12 }, (_, index) => ({
    name: `Camera ${11 - index}`,
    mtx_path: `path${index}`,
  }));
  for (const payload of cameras) await ok({ command: 'create', module: 'cameras', payload });
});
afterAll(async () => {
  await client.end();
  await service.stop();
});

const ask = (request: ApiRequest) => requestOverHttp(service.httpUrl, { token, ...request });
const raw = (path: string, init: RequestInit = {}) =>
  fetch(service.httpUrl + path, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });

async function ok(request: ApiRequest) {
  const answer = await ask(request);
  if (!answer.ok) throw new Error(answer.error.message);
  return Object(answer.value);
}

async function code(request: ApiRequest): Promise<string | undefined> {
  const answer = await ask(request);
  return answer.ok ? undefined : answer.error.code;
}

async function logIn(username: string, password: string): Promise<string> {
  const payload = { username, password };
  const answer = await requestOverHttp(service.httpUrl, { command: 'create', module: 'auth', payload });
  return answer.ok ? String(Object(answer.value).bearer) : '';
}

const newUser = (username: string, more: object = {}) =>
  ok({ command: 'create', module: 'users', payload: { username, password: 'five5', can_login: true, ...more } });
const camera = (entity: string) => ok({ command: 'read', module: 'cameras', entity });

/** Where a suite of its own holds it, by the title of its test. */
const heldBy = (path: string, title: string) => async () => expect(read(path)).toContain(title);

const CHECKS: Readonly<Record<string, () => Promise<unknown>>> = {
  'the embedded broker takes anybody': async () => {
    await expect(connectClient({ url: service.mqttUrl })).rejects.toThrow();
  },
  'every subscriber of `responses/#` reads all answers': heldBy(
    'test/journeys/mqtt/answers.test.ts',
    'an administrator with a wildcard sees answers to its own requests, and those of nobody else',
  ),
  'a retained request runs again at each reconnection; one with `#` as its id stops the API': async () => {
    await client.subscribe('nestmtx/failures');
    const request = { command: 'list', module: 'health', requestId: '#' };
    await client.publish('nestmtx/requests', JSON.stringify(request), { retain: true, qos: 1 });
    expect((await client.next('nestmtx/failures')).text).toMatch(/retained_request|invalid_request_id/);
    await client.publish('nestmtx/requests', '', { retain: true, qos: 1 });
    expect(await code({ command: 'list', module: 'health' })).toBeUndefined();
  },
  'invalid requests go to `failures` only, broken JSON nowhere': async () => {
    await client.subscribe(['nestmtx/failures', 'nestmtx/responses/told']);
    await client.publish('nestmtx/requests', '{"requestId":"told"}');
    expect((await client.next('nestmtx/responses/told')).text).toContain('invalid_envelope');
    await client.publish('nestmtx/requests', '{');
    expect(
      (await client.next(({ topic, text }) => topic === 'nestmtx/failures' && text.includes('malformed_json'))).text,
    ).toBeTruthy();
  },
  'a request id may be of any length': async () => {
    await client.subscribe('nestmtx/failures');
    await client.publish(
      'nestmtx/requests',
      JSON.stringify({ command: 'list', module: 'health', requestId: 'x'.repeat(129) }),
    );
    await client.next(({ topic, text }) => topic === 'nestmtx/failures' && text.includes('invalid_request_id'));
  },
  'nobody asks too much': heldBy(
    'test/core/requests/limits.test.ts',
    'are refused above the rate, which time restores',
  ),
  'failures have no code, and repeat passwords in clear': async () => {
    const answer = await ask({ command: 'create', module: 'users', payload: { username: 'x', password: 'hunter2' } });
    expect(answer).toMatchObject({
      error: { code: 'invalid_payload', context: { payload: { password: '[redacted]' } } },
    });
  },
  'payloads are not checked': async () => {
    const update = (is_enabled: unknown) =>
      code({ command: 'update', module: 'cameras', entity: '1', payload: { is_enabled } });
    expect([await update('true'), await update(1), await update(null)]).toEqual([
      undefined,
      'invalid_payload',
      'invalid_payload',
    ]);
  },
  'an id is read up to its first letter: `1abc` is 1': async () => {
    expect(await code({ command: 'read', module: 'cameras', entity: '1abc' })).toBe('not_found');
  },
  'tokens never end': async () => {
    const [own] = await ok({ command: 'list', module: 'auth' });
    expect(Date.parse(own.expires_at) - Date.now()).toBeLessThanOrEqual(24 * 60 * 60 * 1000);
  },
  'tokens are without number': heldBy(
    'test/journeys/accounts.test.ts',
    'are fifty to a user: with one more the oldest goes, and the connection that it opened',
  ),
  'whoever is logged in may set the own password': async () => {
    const payload = { password: 'another one' };
    expect(await code({ command: 'update', module: 'users', entity: '1', payload })).toBe('invalid_payload');
    const known = { ...payload, current_password: 'wrong' };
    expect(await code({ command: 'update', module: 'users', entity: '1', payload: known })).toBe('invalid_credentials');
  },
  '`can_login: false` does not lock out': async () => {
    await newUser('locked', { can_login: false });
    expect(await logIn('locked', 'five5')).toBe('');
  },
  'everybody may do everything': async () => {
    await newUser('plain');
    const plain = await logIn('plain', 'five5');
    expect(await code({ command: 'update', module: 'cameras', entity: '1', payload: {}, token: plain })).toBe(
      'forbidden',
    );
  },
  '`users.create` answers nothing': async () => {
    expect(await newUser('shown')).toEqual({
      id: expect.any(Number),
      username: 'shown',
      can_login: true,
      role: 'user',
    });
  },
  'a first user that was deleted comes back at the next start': heldBy(
    'test/journeys/process.test.ts',
    'never brings a deleted first administrator back',
  ),
  'an omitted `is_enabled` disables the camera': async () => {
    await ok({ command: 'update', module: 'cameras', entity: '2', payload: { is_enabled: true } });
    await ok({ command: 'update', module: 'cameras', entity: '2', payload: { is_persistent: true } });
    expect(await camera('2')).toMatchObject({ is_enabled: true, is_persistent: true });
  },
  'cameras come from Google only': async () => {
    const { id } = await ok({ command: 'create', module: 'cameras', payload: { name: 'Ours' } });
    expect(await code({ command: 'delete', module: 'cameras', entity: String(id) })).toBeUndefined();
  },
  'URLs of streams hold a placeholder for the host': async () => {
    expect(await camera('1')).toHaveProperty('url_rtsp_tcp', 'rtsp://127.0.0.1:8554/path0');
  },
  '`credentials` are listed with encrypted secrets, `tokens` among them': async () => {
    const payload = { description: 'House', oauth_client_id: 'id', oauth_client_secret: 'secret' };
    await ok({ command: 'create', module: 'credentials', payload });
    const [item] = (await ok({ command: 'list', module: 'credentials' })).items;
    expect(item).toMatchObject({ tokens: null, oauth_client_secret: null, has_secret: true, is_authenticated: false });
  },
  '`sortBy` does nothing, list defaults are all or none': async () => {
    const page = await ok({ command: 'list', module: 'cameras', payload: { sortBy: 'name', itemsPerPage: 1 } });
    expect(page).toMatchObject({ page: 1, itemsPerPage: 1, search: null, items: [{ name: 'Camera 0' }] });
  },
  'a list over HTTP without pages has every row, and `page: null`': async () => {
    const page = await ok({ command: 'list', module: 'cameras' });
    expect([page.page, page.items.length >= 12]).toEqual([1, true]);
  },
  'event topics without the documented slash': () =>
    heard('ready', ['nestmtx/events/camera/3/ready', '/nestmtx/events/camera/3/ready']),
  '`undemand`, though `unDemand` is documented': async () => {
    await emit('demand');
    await heard('unDemand', ['nestmtx/events/camera/3/unDemand', 'nestmtx/events/camera/3/undemand']);
  },
  '`demand` each minute for persistent cameras; events out of order, 1.4 s after the hook and more': async () => {
    await emit('demand');
    expect(await emit('demand')).toEqual([]);
  },
  'no state, no availability': async () => {
    const late = await service.client();
    await late.subscribe(['nestmtx/state/camera/1', 'nestmtx/availability']);
    expect(JSON.parse((await late.next('nestmtx/state/camera/1')).text)).toHaveProperty('ready', false);
    expect((await late.next('nestmtx/availability')).text).toBe('online');
    await late.end();
  },
  'a stream can only be restarted by its process, `htop.update` of `mtx-<path>`': heldBy(
    'test/modules/htop.test.ts',
    'by the name of its process in NestMTX',
  ),
  'no event for created, changed, removed, stalled or dead cameras': async () => {
    await client.subscribe('nestmtx/stream/camera/created');
    await ok({ command: 'create', module: 'cameras', payload: { name: 'Told' } });
    expect((await client.next('nestmtx/stream/camera/created')).text).toContain('Told');
  },
  'what was is forgotten': async () => {
    await ok({ command: 'list', module: 'outages' });
    expect(await camera('1')).toHaveProperty('uptime');
  },
  'no event when MediaMTX or NestMTX itself is gone': heldBy(
    'test/modules/cameras.test.ts',
    'a source that is gone is told once, whoever says it again, and so is its return',
  ),
  'a path holds no slash': async () => {
    const payload = { name: 'Inside', mtx_path: 'live/inside' };
    expect(await ok({ command: 'create', module: 'cameras', payload })).toHaveProperty('mtx_path', 'live/inside');
  },
  'the whole HTTP error of Google in `failed-extension`': heldBy(
    'test/follow/hearing.test.ts',
    'carry no raw error of an HTTP client',
  ),
  'over HTTP everything but `Unauthorized` is 400': async () => {
    const statuses = [await raw('/api/users/99'), await raw('/api/users', { method: 'PATCH' })].map(
      ({ status }) => status,
    );
    expect(statuses).toEqual([404, 405]);
  },
  'a password in the query of `POST /api/auth` is taken': async () => {
    const response = await raw(`/api/auth?username=admin&password=x`, { method: 'POST' });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('invalid_payload')]);
  },
  'HTTPS at 2001 always': heldBy('test/journeys/https.test.ts', 'a certificate of our own'),
  'Socket.IO without a good token hears events and the log': async () => {
    const heardBy: string[] = [];
    const socket = await connectSocket(service.httpUrl, {}, (name) => heardBy.push(name));
    await ok({ command: 'create', module: 'cameras', payload: { name: 'Quiet' } });
    await requestOverSocketIo(socket, { command: 'list', module: 'version' });
    expect(heardBy.filter((name) => name === 'log' || name.startsWith('camera'))).toEqual([]);
    socket.disconnect();
  },
  'the command line documents `command read users \'{"id":1}\'`, which fails': heldBy(
    'test/cli/request.test.ts',
    'read',
  ),
  'the declared minimum of 6 characters for a password at login': async () => {
    await newUser('short');
    expect(await logIn('short', 'five5')).toMatch(/^oat_/);
  },
};

async function emit(event: string): Promise<unknown> {
  const payload = { domain: 'camera', entity: '3', event };
  return (await ok({ command: 'create', module: 'events', payload })).events;
}

async function heard(event: string, topics: readonly string[]): Promise<void> {
  await client.subscribe([...topics]);
  await emit(event);
  for (const topic of topics) await client.next(topic);
}

it('every row of the table is tried here, and nothing else', () => {
  expect(Object.keys(CHECKS)).toEqual(rows);
});

it.each(Object.entries(CHECKS))('%s: not here', async (_, check) => {
  await check();
});
