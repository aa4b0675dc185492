/** Pins what the console is made of, over plain HTTP: who is told what, which files there are, how large, and what they may load. */

import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESS } from '../../../src/core/requests/access.ts';
import { startProcess, temporaryDirectory } from '../../support/process.ts';
import type { Service } from '../../support/service.ts';
import { type Api, signInOverHttp, startConsole } from './setting.ts';

const SOMEBODY = { username: 'somebody', password: 'another long password' };
const BUDGET_BYTES = 120_000;

let service: Service;
let admin: Api;
let user: Api;

beforeAll(async () => {
  service = await startConsole();
  admin = await signInOverHttp(service.httpUrl);
  await admin.ask('create', 'users', undefined, { ...SOMEBODY, can_login: true });
  user = await signInOverHttp(service.httpUrl, SOMEBODY);
});
afterAll(() => service.stop());

const get = (path: string, init: RequestInit = {}) => fetch(service.httpUrl + path, init);

async function status(token?: string) {
  const init = token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } };
  const response = await get('/status.json', init);
  expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
  return JSON.parse(await response.text());
}

describe('status.json', () => {
  it.each([undefined, 'oat_wrong'])('tells a stranger (%s) how the service is, and no more', async (token) => {
    expect(await status(token)).toEqual({
      version: expect.stringMatching(/^\d/),
      mode: 'serve',
      baseTopic: 'nestmtx',
      eventTopics: 'both',
      now: expect.stringMatching(/Z$/),
      health: {
        healthy: 'healthy',
        details: {
          setup: { healthy: true, meta: { systemUserConfigured: true, interfaceUserConfigured: true } },
          store: { healthy: true },
          disk: { healthy: true },
          mqtt: { healthy: true },
        },
      },
      viewer: null,
    });
  });

  it('tells an administrator all that the service offers', async () => {
    const { viewer } = await status(admin.token);
    expect(viewer).toMatchObject({ id: '1', name: 'admin', role: 'admin' });
    expect(viewer.may.cameras).toEqual({ list: 'all', read: 'all', create: 'all', update: 'all', delete: 'all' });
    const reaches = Object.values(viewer.may).flatMap((verbs) => Object.values(Object(verbs)));
    expect(new Set(reaches)).toEqual(new Set(['all']));
  });

  it('tells a user what that user may do, as the same table decides it', async () => {
    const { viewer } = await status(user.token);
    expect(viewer.may).toMatchObject({
      cameras: { list: 'all', read: 'all' },
      users: { read: 'own', update: 'own' },
      credentials: {},
    });
    const forAdmins = Object.entries(ACCESS).flatMap(([module, row]) =>
      Object.entries(row).flatMap(([command, right]) => (right === 'admin' ? [[module, command] as const] : [])),
    );
    expect(forAdmins.filter(([module, command]) => viewer.may[module]?.[command] !== undefined)).toEqual([]);
  });

  it('ends with the session', async () => {
    const { token, ask } = await signInOverHttp(service.httpUrl, SOMEBODY);
    expect((await status(token)).viewer).not.toBeNull();
    await ask('delete', 'auth', 'current');
    expect((await status(token)).viewer).toBeNull();
  });
});

describe('the files', () => {
  const addresses = async () =>
    [...(await (await get('/')).text()).matchAll(/(?:href|src)="([^"]+)"/g)].map(([, address = '']) => address);

  it('are named relative to the page, and all there', async () => {
    const all = await addresses();
    expect(all).toEqual(['console/logo.svg', 'console/console.css', 'console/console.js']);
    for (const address of all) {
      const response = await get(`/${address}`);
      expect([address, response.status]).toEqual([address, 200]);
      await response.arrayBuffer();
    }
    expect(await (await get('/console/licences.txt')).text()).toMatch(/== preact [\s\S]*== socket\.io-client /);
  });

  it('have a budget', async () => {
    const sizes = await Promise.all(
      ['', ...(await addresses())].map(async (address) => {
        const body = await (await get(`/${address}`)).arrayBuffer();
        return gzipSync(new Uint8Array(body)).length;
      }),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(BUDGET_BYTES);
  });

  it('may load nothing from elsewhere and run nothing that stands in the page', async () => {
    const response = await get('/');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'self'");
    expect(policy).not.toContain('unsafe');
    expect(await response.text()).not.toMatch(/<script>|<style|style=| on\w+=/);
    expect(await (await get('/console/console.css')).text()).not.toMatch(/@import|url\(/);
  });

  it('set no cookie, and nothing is done without the token that only its own page reads', async () => {
    const sent = await get('/api/auth', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'http://elsewhere.example' },
      body: JSON.stringify({ ...SOMEBODY }),
    });
    expect([sent.status, sent.headers.getSetCookie(), sent.headers.get('access-control-allow-origin')]).toEqual([
      201,
      [],
      null,
    ]);
    for (const path of ['/', '/status.json', '/api/cameras'])
      expect((await get(path)).headers.getSetCookie()).toEqual([]);
    const forged = await get('/api/cameras/1', { method: 'DELETE', headers: { origin: 'http://elsewhere.example' } });
    expect(forged.status).toBe(401);
  });

  it('are loaded again only when they have changed', async () => {
    for (const path of ['/', '/console/console.js']) {
      const etag = (await get(path)).headers.get('etag') ?? '';
      const known = { headers: { 'if-none-match': etag, 'cache-control': 'max-age=0' } };
      expect([path, (await get(path, known)).status]).toEqual([path, 304]);
    }
    const other = { headers: { 'if-none-match': 'W/"else"', 'cache-control': 'max-age=0' } };
    expect((await get('/', other)).status).toBe(200);
  });

  it.each(['main.tsx', 'index.html', 'package.json', '..%2f..%2fpackage.json', '%2e%2e/app.ts', ''])(
    'are no others: not %s',
    async (name) => {
      expect((await get(`/console/${name}`)).status).toBe(404);
    },
  );

  it('are all there in the program as it is built', async () => {
    const folder = await temporaryDirectory();
    const built = await startProcess(folder.path);
    try {
      for (const path of ['', ...(await addresses())]) {
        const response = await fetch(`http://127.0.0.1:${built.httpPort}/${path}`);
        await response.arrayBuffer();
        expect([path, response.status]).toEqual([path, 200]);
      }
    } finally {
      built.kill('SIGTERM');
      await built.exit;
      await folder.remove();
    }
  });
});

describe('what else is at the root', () => {
  it.each([
    ['/healthz', 200, 'application/json'],
    ['/api/version', 200, 'application/json'],
    ['/api/cameras', 401, 'application/json'],
    ['/v1/mqtt', 401, 'text/plain'],
    ['/docs/', 200, 'text/html'],
    ['/openapi.json', 200, 'application/json'],
    ['/metrics', 200, 'text/plain'],
    ['/socket.io/?EIO=4&transport=polling', 200, 'text/plain'],
    ['/nothing', 404, 'application/json'],
    ['/index.html', 404, 'application/json'],
  ])('is still there: %s', async (path, expected, type) => {
    const response = await get(path);
    expect([response.status, response.headers.get('content-type')]).toEqual([expected, expect.stringContaining(type)]);
    await response.arrayBuffer();
  });

  it('takes no other method', async () => {
    expect((await get('/', { method: 'POST' })).status).toBe(404);
    expect((await get('/', { method: 'HEAD' })).status).toBe(200);
  });
});
