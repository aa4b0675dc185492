/** Pins the way in through Home Assistant: whom it believes, who somebody is inside, and what gets through. */

import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Ingress, openIngress } from '../../addon/ingress.ts';
import type { Role } from '../../src/core/accounts/records.ts';
import { connectSocket, requestOverSocketIo } from '../support/api/socketio.ts';
import { ALICE, INGRESS_PATH, PROXY, proxyHeaders, send } from '../support/app/ingress.ts';
import { recordingLog } from '../support/recording-log.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';
import { systemClock } from '../support/system-clock.ts';

const BOB = { id: 'ffffffffffffffffffffffffffffffff', name: 'bob' };

let service: Service;
let ingress: Ingress;
const log = recordingLog();
beforeAll(async () => {
  service = await startService();
  ingress = await open('admin');
});
afterAll(async () => {
  await ingress.close();
  await service.stop();
});

function open(role: Role, proxy = PROXY): Promise<Ingress> {
  const roleOf = async () => role;
  return openIngress({ door: service.app.door, roleOf, proxy, host: '127.0.0.1', port: 0, clock: systemClock, log });
}

const ask = async (path: string, sent: Parameters<typeof send>[2] = {}, port = ingress.port) => {
  const { status, body } = await send(port, path, sent);
  return { status, value: body === '' ? undefined : JSON.parse(body) };
};

/** What the service knows of the users whom Home Assistant has sent. */
async function usersByName(): Promise<Map<string, { id: number; role: string; can_login: boolean }>> {
  const { value } = await ask('/api/users?itemsPerPage=100');
  return new Map(value.items.map((user: { username: string }) => [user.username, user]));
}

async function logIn(username: string, password: string): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ username, password });
  return (await fetch(`${service.httpUrl}/api/auth`, { method: 'POST', headers, body })).status;
}

describe('who comes in', () => {
  it('is a user of Home Assistant, made at the first visit with the role of the option', async () => {
    expect((await ask('/api/users')).status).toBe(200);
    expect((await usersByName()).get('alice')).toMatchObject({ role: 'admin', can_login: true });
  });

  it('is the same user at every visit, however the name in Home Assistant changes', async () => {
    await Promise.all([1, 2, 3].map(() => ask('/api/cameras', { headers: proxyHeaders(BOB) })));
    await ask('/api/cameras', { headers: proxyHeaders({ ...BOB, name: 'robert' }) });
    const names = [...(await usersByName()).keys()];
    expect(names.filter((name) => /^(bob|robert)/.test(name))).toEqual(['bob']);
  });

  it('never becomes somebody of the same name: neither our administrator nor a rented instance', async () => {
    const impostor = { id: 'eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee', name: ADMIN.username };
    await ask('/api/version', { headers: proxyHeaders(impostor) });
    const users = await usersByName();
    expect(users.get(`${ADMIN.username}-2`)?.id).not.toBe(users.get(ADMIN.username)?.id);
  });

  it('is called as Home Assistant shows them where they have no user name there', async () => {
    await ask('/api/version', { headers: proxyHeaders({ id: 'd'.repeat(32), displayName: 'Jörg Ümläut' }) });
    await ask('/api/version', { headers: proxyHeaders({ id: 'c'.repeat(32) }) });
    expect([...(await usersByName()).keys()]).toEqual(
      expect.arrayContaining(['Jörg Ümläut', 'home-assistant-cccccccc']),
    );
  });

  it('has no password, so nobody logs in by that name, until an administrator gives one', async () => {
    expect(await logIn('alice', '')).not.toBe(201);
    expect(await logIn('alice', 'a guess of mine')).not.toBe(201);
    const { id = 0 } = (await usersByName()).get('alice') ?? {};
    const own = { method: 'PUT', body: { password: 'a second way in, of my own' } };
    expect((await ask(`/api/users/${id}`, own)).status).toBe(403);
    expect(await logIn('alice', own.body.password)).not.toBe(201);

    const headers = proxyHeaders({ id: 'd'.repeat(32), name: 'dora' });
    await ask(`/api/users/${id}`, { method: 'PUT', headers, body: { password: 'given by an administrator' } });
    expect(await logIn('alice', 'given by an administrator')).toBe(201);
  });

  it('has the role that the option gives today, also where it was another one before', async () => {
    const narrow = await open('user');
    expect((await ask('/api/users', {}, narrow.port)).status).toBe(403);
    expect((await ask('/api/cameras', {}, narrow.port)).status).toBe(200);
    await narrow.close();
    expect((await ask('/api/users')).status).toBe(200);
  });

  it('is let in again after the token was revoked', async () => {
    const { value: tokens } = await ask('/api/auth');
    const own = tokens.find(({ current }: { current: boolean }) => current);
    expect((await ask(`/api/auth/${own.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await ask('/api/users')).status).toBe(200);
    const after = (await ask('/api/auth')).value.find(({ current }: { current: boolean }) => current);
    expect(after.id).not.toBe(own.id);
  });

  it('uses one token for all requests', async () => {
    const tokens = async () => (await ask('/api/auth')).value.length;
    const before = await tokens();
    await Promise.all(Array.from({ length: 20 }, () => ask('/api/version')));
    expect(await tokens()).toBe(before);
  });

  it('stays outside when an administrator has barred the user', async () => {
    const carol = { id: 'b'.repeat(32), name: 'carol' };
    await ask('/api/version', { headers: proxyHeaders(carol) });
    const { id = 0 } = (await usersByName()).get('carol') ?? {};
    await ask(`/api/users/${id}`, { method: 'PUT', body: { can_login: false } });
    const { status, value } = await ask('/api/version', { headers: proxyHeaders(carol) });
    expect([status, value.message]).toEqual([403, 'an administrator of NestMTX Bridge has barred this user']);
  });

  it('is who the proxy says and not who the client says', async () => {
    const headers = { ...proxyHeaders(), authorization: 'Bearer a-token-of-my-own', cookie: 'ingress_session=x' };
    expect((await ask('/api/users', { headers })).status).toBe(200);
  });
});

describe('what is refused', () => {
  it.each(['127.0.0.1', '127.0.0.3'])('the peer %s, which says that it is Alice', async (from) => {
    for (const path of ['/', '/api/users', '/healthz/../api/users']) {
      const { status, value } = await ask(path, { from });
      expect([status, value.message]).toEqual([403, 'this port is for the proxy of Home Assistant alone']);
    }
  });

  it('nothing of the health of the service, which this machine may ask for', async () => {
    expect((await ask('/healthz', { from: '127.0.0.1', headers: {} })).value).toEqual({ status: 'ok' });
  });

  it.each([
    undefined,
    '',
    '/',
    INGRESS_PATH.slice(1),
    `${INGRESS_PATH}/`,
    `${INGRESS_PATH}"><script>`,
    `https://evil.example${INGRESS_PATH}`,
    '/api/hassio_ingress/../../x',
  ])('the ingress path %j', async (path) => {
    const { 'X-Ingress-Path': _right, ...rest } = proxyHeaders();
    const headers = path === undefined ? rest : { ...rest, 'X-Ingress-Path': path };
    const { status, value } = await ask('/api/version', { headers });
    expect([status, value.message]).toEqual([400, expect.stringContaining('x-ingress-path')]);
  });

  it.each([
    ['no user', undefined],
    ['an empty one', ''],
    ['words', 'Alice and Bob'],
    ['two of them: one was smuggled past the proxy', [ALICE.id, BOB.id]],
  ])('%s', async (_what, id) => {
    const { 'X-Remote-User-Id': _right, ...rest } = proxyHeaders();
    const headers: Record<string, string | string[]> = id === undefined ? rest : { ...rest, 'X-Remote-User-Id': id };
    const { status, value } = await ask('/api/version', { headers });
    expect([status, value.message]).toEqual([400, expect.stringContaining('x-remote-user-id')]);
  });

  it('a WebSocket of a stranger, in words and without ending the process', async () => {
    const socket = connect({ host: '127.0.0.1', port: ingress.port, localAddress: '127.0.0.3' });
    const fields = ['Host: x', 'Connection: Upgrade', 'Upgrade: websocket'];
    const key = ['Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', 'Sec-WebSocket-Version: 13'];
    const headers = Object.entries(proxyHeaders()).map((pair) => pair.join(': '));
    socket.write(
      ['GET /socket.io/?EIO=4&transport=websocket HTTP/1.1', ...fields, ...key, ...headers, '', ''].join('\r\n'),
    );
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
    expect(answer).toContain('this port is for the proxy of Home Assistant alone');
    socket.destroy();
  });

  it('is told to the log with the peer, and without the token of anybody', async () => {
    await ask('/', { from: '127.0.0.3' });
    const refused = log.lines.filter(({ message }) => message.includes('was refused'));
    expect(refused.at(-1)?.fields).toMatchObject({ peer: '127.0.0.3' });
    expect(JSON.stringify(log.lines)).not.toContain('oat_');
  });
});

describe('what gets through', () => {
  it('pages with relative addresses only, that work below the path of the ingress', async () => {
    const { status, body } = await send(ingress.port, '/docs/');
    expect(status).toBe(200);
    const addresses = [...body.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, address = '']) => address);
    expect(addresses.length).toBeGreaterThan(0);
    expect(addresses.filter((address) => /^(\/|https?:)/.test(address))).toEqual([]);
  });

  it('bodies with the limits of the service', async () => {
    const body = { username: 'u'.repeat(300_000), password: 'p' };
    expect((await ask('/api/auth', { method: 'POST', body })).status).toBe(413);
  });

  it('the instance API, as that user', async () => {
    const { status, value } = await ask('/v1/mqtt', { method: 'POST', body: {} });
    expect(status).toBeLessThan(300);
    expect((await ask('/v1/mqtt')).value.mqtts).toEqual([expect.objectContaining({ _id: value._id })]);
    const bobs = await ask('/v1/mqtt', { headers: proxyHeaders(BOB) });
    expect(bobs.value.mqtts).toEqual([]);
  });

  it.each(['polling', 'websocket'] as const)('Socket.IO over %s, as that user', async (transport) => {
    const own = await open('admin', '127.0.0.1');
    const socket = await connectSocket(`http://127.0.0.1:${own.port}`, {
      transports: [transport],
      extraHeaders: proxyHeaders(),
      auth: { token: 'a-token-of-my-own' },
    });
    const answer = await requestOverSocketIo(socket, { command: 'list', module: 'users' });
    expect(answer).toHaveProperty('ok', true);
    socket.disconnect();
    await own.close();
  });

  it('other WebSockets: MQTT of an instance', async () => {
    const own = await open('admin', '127.0.0.1');
    const socket = new WebSocket(`ws://127.0.0.1:${own.port}/mqtt`, 'mqtt', { headers: proxyHeaders() });
    const protocol = await new Promise((resolve, reject) => {
      socket.once('open', () => resolve(socket.protocol));
      socket.once('error', reject);
    });
    expect(protocol).toBe('mqtt');
    socket.close();
    await own.close();
  });
});
