/** MediaMTX asks a whole service who may watch and publish, as it does with `authMethod: http`. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manualClock } from '../support/manual-clock.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

const SECRET = 'shared-secret-of-hooks';
const SOMEONE = { username: 'someone', password: 'someones password' };
const GONE = { username: 'gone', password: 'password of the gone' };
const BRIDGE = { username: 'bridge', password: 'pa55word-of-the-api' };

describe('who may do what at MediaMTX', () => {
  let service: Service;
  let tokens: Readonly<Record<string, string>>;

  const clock = manualClock();

  beforeAll(async () => {
    service = await startService({
      clock,
      // Nothing listens there: it is MediaMTX that asks.
      env: {
        MEDIAMTX_URL: 'http://127.0.0.1:1',
        MEDIAMTX_USER: BRIDGE.username,
        MEDIAMTX_PASS: BRIDGE.password,
        HOOK_SECRET: SECRET,
      },
    });
    const admin = (await post('auth', ADMIN)).bearer;
    await post('users', { ...SOMEONE, can_login: true }, admin);
    await post('users', { ...GONE, can_login: false }, admin);
    const cameras = [
      { name: 'Garage', mtx_path: 'garage', is_enabled: true },
      { name: 'Porch', mtx_path: 'hall-porch', is_enabled: true, source: { type: 'rtsp', url: 'rtsp://10.0.0.5/s' } },
      { name: 'Attic', mtx_path: 'attic', is_enabled: false },
    ];
    for (const camera of cameras) await post('cameras', camera, admin);
    tokens = { ADMIN: admin, SOMEONE: (await post('auth', SOMEONE)).bearer };
  });
  afterAll(() => service.stop());

  async function post(module: string, body: object, token?: string) {
    const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
    const response = await fetch(`${service.httpUrl}/api/${module}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers,
    });
    expect(response.status).toBe(201);
    return response.json();
  }

  /** In the shape of 1.20; an older MediaMTX sends less. */
  const question = (more: object) => ({
    ip: '203.0.113.5',
    user: '',
    password: '',
    token: '',
    action: 'read',
    path: 'garage',
    protocol: 'rtsp',
    id: null,
    query: '',
    userAgent: 'VLC',
    ...more,
  });

  async function ask(more: object, headers: Record<string, string> = {}): Promise<number> {
    const response = await fetch(`${service.httpUrl}/hooks/mediamtx/auth`, {
      method: 'POST',
      body: JSON.stringify(question(more)),
      headers: { 'content-type': 'application/json', ...headers },
    });
    await response.text();
    return response.status;
  }

  const as = ({ username: user, password }: typeof ADMIN) => ({ user, password, token: password });

  it.each([
    ['read', 'garage', 200],
    ['playback', 'garage', 200],
    ['read', 'hall-porch', 200],
    ['read', 'attic', 403],
    ['read', 'elsewhere', 403],
    ['publish', 'garage', 200],
    ['publish', 'hall-porch', 403],
    ['publish', 'attic', 403],
    ['publish', 'elsewhere', 403],
    ['api', '', 403],
    ['metrics', '', 403],
    ['pprof', '', 403],
  ])('a user: %s %j is answered with %i', async (action, path, status) => {
    expect(await ask({ ...as(SOMEONE), action, path })).toBe(status);
  });

  it.each([
    ['read', 'attic'],
    ['publish', 'elsewhere'],
    ['api', ''],
    ['metrics', ''],
  ])('an administrator and we ourselves: %s %j is allowed', async (action, path) => {
    expect([await ask({ ...as(ADMIN), action, path }), await ask({ ...as(BRIDGE), action, path })]).toEqual([200, 200]);
  });

  it('takes a bearer token in place of a password, with the name of its user or none', async () => {
    const token = tokens['SOMEONE'];
    expect(await ask({ token })).toBe(200);
    expect(await ask({ user: SOMEONE.username, password: token, token })).toBe(200);
    expect(await ask({ user: ADMIN.username, password: token, token, ip: '203.0.113.6' })).toBe(401);
    expect(await ask({ token: 'oat_unknown' })).toBe(401);
  });

  it('asks for a login with 401, which counts as no failure, and refuses who may not log in', async () => {
    const ip = '203.0.113.7';
    for (let time = 0; time < 40; time += 1) expect(await ask({ ip })).toBe(401);
    expect(await ask({ ...as(GONE), ip })).toBe(401);
    expect(await ask({ user: SOMEONE.username, password: 'wrong', ip })).toBe(401);
    expect(await ask({ ...as(SOMEONE), ip })).toBe(200);
  });

  it('lets a viewer guess only so often, by the address that MediaMTX tells', async () => {
    const ip = '203.0.113.8';
    const guesses: number[] = [];
    for (let time = 0; time < 11; time += 1)
      guesses.push(await ask({ user: SOMEONE.username, password: `${time}`, ip }));
    expect(guesses).toEqual([...Array(10).fill(401), 429]);
    expect(await ask(as(SOMEONE))).toBe(200);
  });

  it('a player on this machine with an old password of the administrator locks nobody out of the API here', async () => {
    const old = { user: ADMIN.username, password: 'an old password', ip: '127.0.0.1' };
    for (let time = 0; time < 15; time += 1) await ask(old);
    expect(await ask(old)).toBe(429);
    // Longer ago than anybody remembers a password; the player has gone on meanwhile.
    clock.advance(11 * 60_000);
    for (let time = 0; time < 150; time += 1) await ask(old);
    await post('auth', ADMIN);
  });

  it('answers what it does not know with 400, and nobody else than MediaMTX', async () => {
    expect(await ask({ ...as(ADMIN), action: 'explode' })).toBe(400);
    const proxied = { 'x-forwarded-for': '203.0.113.9' };
    expect(await ask(as(ADMIN), proxied)).toBe(401);
    const basic = (secret: string) => `Basic ${Buffer.from(`mediamtx:${secret}`).toString('base64')}`;
    // As a MediaMTX elsewhere sends what stands in authHTTPAddress before the host.
    expect(await ask(as(ADMIN), { ...proxied, authorization: basic(SECRET) })).toBe(200);
    expect(await ask(as(ADMIN), { authorization: basic('wrong') })).toBe(401);
  });

  it('writes no password and no token into the log', () => {
    expect(service.log()).not.toMatch(/someones password|pa55word|oat_/);
  });
});
