/** Pins the table of what differs from NestMTX: each row is tried on a whole service, by the differential or by a case of its own here. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commandLine } from '../cli/command-line.ts';
import type { ApiRequest } from '../contracts/api/api.contract.ts';
import { ROWS_TRIED } from '../contracts/nestmtx/nestmtx.contract.ts';
import { startFollowing } from '../follow/following.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { refused, requestText } from '../support/api/mqtt.ts';
import { connectSocket, nextEvent, requestOverSocketIo } from '../support/api/socketio.ts';
import { connectClient, type TestClient } from '../support/brokers/mqtt-client.ts';
import { startMediaMtx } from '../support/cameras/mediamtx.ts';
import { DIFFERENCES } from '../support/difference-rows.ts';
import { manualClock } from '../support/manual-clock.ts';
import { comesTrue } from '../support/patience.ts';
import { temporaryDirectory } from '../support/process.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

let service: Service;
let client: TestClient;
let token: string;

beforeAll(async () => {
  service = await startService();
  client = await service.client();
  token = await logIn(service, ADMIN);
  for (const mtx_path of ['path1', 'path2', 'path3']) {
    await ok({ command: 'create', module: 'cameras', payload: { name: 'Camera', mtx_path, is_enabled: true } });
  }
});
afterAll(async () => {
  await client.end();
  await service.stop();
});

const ask = (request: ApiRequest) => requestOverHttp(service.httpUrl, { token, ...request });

async function ok(request: ApiRequest) {
  const answer = await ask(request);
  if (!answer.ok) throw new Error(answer.error.message);
  return Object(answer.value);
}

/** @returns the token; empty where the login is refused */
async function logIn({ httpUrl }: Service, payload: typeof ADMIN): Promise<string> {
  const answer = await requestOverHttp(httpUrl, { command: 'create', module: 'auth', payload });
  return answer.ok ? String(Object(answer.value).bearer) : '';
}

async function emit(event: string): Promise<unknown> {
  return (await ok({ command: 'create', module: 'events', payload: { domain: 'camera', entity: '3', event } })).events;
}

async function heard(event: string, topics: readonly string[]): Promise<void> {
  await client.subscribe([...topics]);
  await emit(event);
  for (const topic of topics) await client.next(topic);
}

const CHECKS: Readonly<Record<string, () => Promise<unknown>>> = {
  'tokens are without number': async () => {
    const logins = await Promise.all(Array.from({ length: 52 }, () => logIn(service, ADMIN)));
    const listed: unknown = await ok({ command: 'list', module: 'auth', token: logins.at(-1) ?? '' });
    expect(listed).toHaveLength(50);
    token = logins.at(-1) ?? '';
  },
  'whoever is logged in may set the own password': async () => {
    const update = (payload: object) =>
      refused(client, { command: 'update', module: 'users', entity: '1', payload: { ...payload }, token });
    expect(await update({ password: 'another one' })).toMatchObject({ code: 'invalid_payload' });
    const wrong = { password: 'another one', current_password: 'wrong' };
    expect(await update(wrong)).toMatchObject({ code: 'invalid_credentials' });
  },
  'the embedded broker takes anybody': async () => {
    await expect(connectClient({ url: service.mqttUrl })).rejects.toThrow();
  },
  'every subscriber of `responses/#` reads all answers': async () => {
    await ok({ command: 'create', module: 'users', payload: { ...OTHER, can_login: true, role: 'admin' } });
    const other = await service.client(OTHER);
    await other.subscribe('nestmtx/responses/#');
    await requestText(client, { command: 'list', module: 'health', requestId: 'of-the-first' });
    await other.publish('nestmtx/requests', JSON.stringify({ command: 'list', module: 'health', requestId: 'own' }));
    expect((await other.next('nestmtx/responses/+')).topic).toBe('nestmtx/responses/own');
    await other.end();
  },
  'a retained request runs again at each reconnection; one with `#` as its id stops the API': async () => {
    await client.subscribe('nestmtx/failures');
    const request = { command: 'list', module: 'health', requestId: '#' };
    await client.publish('nestmtx/requests', JSON.stringify(request), { retain: true, qos: 1 });
    expect((await client.next('nestmtx/failures')).text).toMatch(/retained_request|invalid_request_id/);
    await client.publish('nestmtx/requests', '', { retain: true, qos: 1 });
    await ok({ command: 'list', module: 'health' });
  },
  'a request id may be of any length': async () => {
    await client.subscribe('nestmtx/failures');
    const request = { command: 'list', module: 'health', requestId: 'x'.repeat(129) };
    await client.publish('nestmtx/requests', JSON.stringify(request));
    await client.next(({ topic, text }) => topic === 'nestmtx/failures' && text.includes('invalid_request_id'));
  },
  'nobody asks too much': async () => {
    const strict = await startService({ env: { REQUESTS_PER_SECOND: '1' } });
    const hasty = await strict.client();
    const answers = Array.from({ length: 50 }, () => requestText(hasty, { command: 'list', module: 'version' }));
    expect((await Promise.all(answers)).filter((text) => text.includes('too_many_requests'))).not.toEqual([]);
    const codes: unknown[] = [];
    const payload = { username: 'nobody', password: 'wrong' };
    for (let count = 0; count <= 10; count += 1) {
      const answer = await requestOverHttp(strict.httpUrl, { command: 'create', module: 'auth', payload });
      codes.push(answer.ok || answer.error.code);
    }
    expect(codes.at(-1)).toBe('rate_limited');
    await hasty.end();
    await strict.stop();
  },
  'failures have no code, and repeat passwords in clear': async () => {
    const payload = { username: 'x', password: 'hunter2' };
    expect(await refused(client, { command: 'create', module: 'users', payload, token })).toMatchObject({
      code: 'invalid_payload',
      context: { payload: { password: '[redacted]' } },
    });
  },
  'a first user that was deleted comes back at the next start': async () => {
    const folder = await temporaryDirectory();
    const first = await startService({ dataDir: folder.path });
    const url = first.httpUrl;
    const root = await logIn(first, ADMIN);
    const create = {
      command: 'create',
      module: 'users',
      payload: { ...OTHER, can_login: true, role: 'admin' },
    } as const;
    await requestOverHttp(url, { ...create, token: root });
    await requestOverHttp(url, { command: 'delete', module: 'users', entity: '1', token: await logIn(first, OTHER) });
    await first.stop();
    const second = await startService({ dataDir: folder.path });
    expect([await logIn(second, ADMIN), await logIn(second, OTHER)]).toEqual(['', expect.stringMatching(/^oat_/)]);
    await second.stop();
    await folder.remove();
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
    expect(JSON.parse((await late.next('nestmtx/state/camera/1')).text)).toHaveProperty('path', 'path1');
    expect((await late.next('nestmtx/availability')).text).toBe('online');
    await late.end();
  },
  'a stream can only be restarted by its process, `htop.update` of `mtx-<path>`': async () => {
    const media = await startMediaMtx({ minor: 20 });
    const other = await startService({ env: { MEDIAMTX_URL: media.url } });
    const { httpUrl: url } = other;
    const asRoot = { token: await logIn(other, ADMIN) };
    const payload = { name: 'Up', mtx_path: 'front', is_enabled: true };
    await requestOverHttp(url, { command: 'create', module: 'cameras', payload, ...asRoot });
    media.feed('front', { since: new Date().toISOString(), source: { type: 'rtspSession', id: 'one' } });
    const restart = { command: 'update', payload: { action: 'restart' }, ...asRoot } as const;
    await comesTrue(async () => {
      const answer = await requestOverHttp(url, { ...restart, module: 'htop', entity: 'mtx-front' });
      expect(answer).toEqual({ ok: true, value: {} });
    });
    expect(await requestOverHttp(url, { ...restart, module: 'cameras', entity: '1' })).toHaveProperty('ok', true);
    expect(media.kicked).toEqual(['rtspsessions one', 'rtspsessions one']);
    await other.stop();
    await media.close();
  },
  'no event for created, changed, removed, stalled or dead cameras': async () => {
    await client.subscribe('nestmtx/stream/camera/+');
    const { id } = await ok({ command: 'create', module: 'cameras', payload: { name: 'Told' } });
    await client.next('nestmtx/stream/camera/created');
    await ok({ command: 'update', module: 'cameras', entity: String(id), payload: { room: 'Yard' } });
    await client.next('nestmtx/stream/camera/updated');
    await ok({ command: 'delete', module: 'cameras', entity: String(id) });
    await client.next('nestmtx/stream/camera/removed');
    for (const event of ['ready', 'stalled', 'ready']) await emit(event);
    for (const event of ['stalled', 'offline', 'online']) await client.next(`nestmtx/stream/camera/${event}`);
  },
  "what Google's cameras notice is not told": async () => {
    await heard('chime', ['nestmtx/events/camera/3/chime']);
  },
  'what was is forgotten': async () => {
    await ok({ command: 'list', module: 'outages' });
    expect(await ok({ command: 'read', module: 'cameras', entity: '1' })).toHaveProperty('uptime');
  },
  'no event when MediaMTX or NestMTX itself is gone': async () => {
    const clock = manualClock();
    const gone = await startMediaMtx({ minor: 20 });
    const other = await startService({ clock, env: { MEDIAMTX_URL: gone.url } });
    const witness = await other.client();
    await witness.subscribe('nestmtx/events/source/+/offline');
    await comesTrue(() => expect(gone.requests.length).toBeGreaterThan(1));
    await gone.close();
    const told = witness.next('nestmtx/events/source/+/offline');
    await comesTrue(async () => {
      clock.advance(1000);
      await expect(Promise.race([told, Promise.reject(new Error('not yet'))])).resolves.toBeDefined();
    });
    expect((await told).text).toContain('mediamtx-unreachable');
    await witness.end();
    await other.stop();
  },
  'the whole HTTP error of Google in `failed-extension`': async () => {
    const following = await startFollowing((upstream) => void upstream.setCamera({ id: 7, name: 'Door' }));
    const operator = await following.operatorToken();
    const socket = await connectSocket(following.service.httpUrl, { auth: { token: operator } });
    await requestOverSocketIo(socket, { command: 'list', module: 'health' });
    const told = nextEvent(socket, 'camera:failed-extension');
    const error = { message: 'gone', code: 'ERR', status: 404, config: { url: 'https://secret' } };
    await following.upstream.emit('camera', 'failed-extension', 7, { name: 'Door', error });
    expect(Object(await told).details).toEqual({ name: 'Door', error: { message: 'gone', code: 'ERR', status: 404 } });
    socket.disconnect();
    await following.stop();
  },
  'HTTPS at 2001 always': async () => {
    expect(service.log()).not.toContain('HTTPS is open');
    const open = await startService({ env: { HTTPS_PORT: '0' } });
    expect(open.log()).toMatch(/"port":\d+,"isOwn":true/);
    expect(await readFile(join(open.dataDir, 'https', 'cert.pem'), 'utf8')).toContain('CERTIFICATE');
    await open.stop();
  },
  'Socket.IO without a good token hears events and the log': async () => {
    const heardBy: string[] = [];
    const socket = await connectSocket(service.httpUrl, {}, (name) => heardBy.push(name));
    await ok({ command: 'create', module: 'cameras', payload: { name: 'Quiet' } });
    await requestOverSocketIo(socket, { command: 'list', module: 'version' });
    expect(heardBy.filter((name) => name === 'log' || name.startsWith('camera'))).toEqual([]);
    socket.disconnect();
  },
  'the command line documents `command read users \'{"id":1}\'`, which fails': async () => {
    const cli = await commandLine();
    const asAdmin = ['--url', service.httpUrl, '--token', token];
    expect(await cli.run('command', 'read', 'users', '1', ...asAdmin)).toMatchObject({ code: 0 });
    expect(await cli.run('command', 'read', 'users', '{"id":1}', ...asAdmin)).toHaveProperty('code', 1);
    await cli.remove();
  },
  'the declared minimum of 6 characters for a password at login': async () => {
    const short = { username: 'short', password: 'five5' };
    await ok({ command: 'create', module: 'users', payload: { ...short, can_login: true } });
    expect(await logIn(service, short)).toMatch(/^oat_/);
  },
};

const OTHER = { username: 'other', password: 'another good password' };

it('every row of the table is tried, here or by the differential, and nothing else is', () => {
  expect([...ROWS_TRIED, ...Object.keys(CHECKS)].toSorted()).toEqual([...DIFFERENCES].toSorted());
});

it.each(Object.entries(CHECKS))('%s: not here', async (_, check) => {
  await check();
});
