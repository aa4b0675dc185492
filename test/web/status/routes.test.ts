/** Pins what the status page is made of, over plain HTTP: who is told what, which files there are, and that nothing is in its shadow. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isObject } from '../../../src/protocol/envelope.ts';
import { startProcess, temporaryDirectory } from '../../support/process.ts';
import { type Service, startService } from '../../support/service.ts';
import { type Api, signInOverHttp } from './setting.ts';

const SOMEBODY = { username: 'somebody', password: 'another long password' };

/** A camera is probed when it is added, and that is not waited for. */

let service: Service;
let admin: Api;
let user: Api;

beforeAll(async () => {
  service = await startService();
  admin = await signInOverHttp(service.httpUrl);
  await admin.ask('create', 'users', undefined, { ...SOMEBODY, can_login: true });
  user = await signInOverHttp(service.httpUrl, SOMEBODY);
});
afterAll(() => service.stop());

const get = (path: string, init: RequestInit = {}) => fetch(service.httpUrl + path, init);

interface Status {
  readonly view: {
    readonly cameras: readonly Record<string, unknown>[];
    readonly instances: readonly Record<string, unknown>[];
    readonly events: readonly Record<string, unknown>[];
    readonly user: unknown;
  } | null;
  readonly [key: string]: unknown;
}

async function status(token?: string): Promise<Status> {
  const response = await get(
    '/status.json',
    token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
  );
  expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
  return JSON.parse(await response.text());
}

async function viewOf(token: string): Promise<NonNullable<Status['view']>> {
  const { view } = await status(token);
  if (!view) throw new Error('the token is not taken');
  return view;
}

describe('the document', () => {
  it.each([undefined, 'oat_wrong'])('tells a stranger (%s) how the service is, and no more', async (token) => {
    expect(await status(token)).toEqual({
      version: expect.stringMatching(/^\d/),
      mode: 'serve',
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
      view: null,
    });
  });

  it('ends with the session', async () => {
    const { token, ask } = await signInOverHttp(service.httpUrl, SOMEBODY);
    expect((await status(token)).view).not.toBeNull();
    await ask('delete', 'auth', 'current');
    expect((await status(token)).view).toBeNull();
  });

  it('tells the condition of a camera, and what only an administrator can have done with it', async () => {
    const plain = await admin.addCamera({ name: 'Shed', mtx_path: 'shed', is_enabled: true });
    const source = { type: 'rtsp', url: 'rtsp://viewer:hidden-word@127.0.0.1:1/live' };
    const probed = await admin.addCamera({ name: 'Roof', room: 'Top', mtx_path: 'roof', is_enabled: true, source });
    const off = await admin.addCamera({ name: 'Pond' });
    await admin.emit(plain, 'demand');
    await admin.emit(plain, 'ready');
    await admin.emit(plain, 'read', 'tablet');
    let cameras: readonly Record<string, unknown>[] = [];
    const camera = (id: number) => cameras.find((each) => each['id'] === id);
    await expect
      .poll(async () => {
        cameras = (await viewOf(admin.token)).cameras;
        return camera(probed)?.['condition'];
      })
      .toBe('problem');
    const since = expect.stringMatching(/Z$/);
    expect(camera(plain)).toEqual({
      ...{ id: plain, name: 'Shed', room: 'Unknown', path: 'shed', condition: 'running', reason: null },
      ...{ readers: 1, demanded: true, persistent: false, since, actions: [] },
    });
    expect(camera(probed)).toMatchObject({ reason: 'refused', actions: ['probe'] });
    expect(camera(off)).toMatchObject({ condition: 'disabled', path: null, since: null });
    await admin.emit(plain, 'notReady');
    const forUser = (await viewOf(user.token)).cameras;
    expect(forUser.find((each) => each['id'] === plain)).toMatchObject({ condition: 'idle', readers: 0 });
    expect(forUser.flatMap((each) => each['actions'])).toEqual([]);
    expect(JSON.stringify(await status(admin.token))).not.toContain('hidden-word');
  });

  it('shows people their own instances, administrators those of all, and nobody a password', async () => {
    const own = objectOf(await user.ask('create', 'instances', undefined, { label: 'Mine' }));
    const others = objectOf(await admin.ask('create', 'instances', undefined, { label: 'Theirs' }));
    const client = await service.client({ username: String(own['user']), password: String(own['password']) });
    const seen = await viewOf(user.token);
    expect(seen.instances).toEqual([
      {
        ...{ id: own['_id'], user: own['user'], label: 'Mine', owner: null, server: own['server'], port: own['port'] },
        ...{ condition: 'enabled', expiresAt: null, connections: 1 },
      },
    ]);
    await client.end();
    const all = await viewOf(admin.token);
    expect(all.instances).toMatchObject([
      { label: 'Theirs', owner: null },
      { label: 'Mine', owner: SOMEBODY.username },
    ]);
    for (const { password } of [own, others]) expect(JSON.stringify([seen, all])).not.toContain(String(password));
  });

  it('tells of instances that no longer let anybody in', async () => {
    const { _id: id } = objectOf(await admin.ask('create', 'instances', undefined, { label: 'Off' }));
    await admin.ask('update', 'instances', String(id), { enabled: false });
    const past = { label: 'Past', expires_at: '2001-01-01T00:00:00Z' };
    await admin.ask('create', 'instances', undefined, past);
    const { instances } = await viewOf(admin.token);
    const condition = (label: string) => instances.find((each) => each['label'] === label)?.['condition'];
    expect([condition('Off'), condition('Past')]).toEqual(['disabled', 'expired']);
  });

  it('remembers the latest fifty events, the latest first, under the names of then', async () => {
    const id = await admin.addCamera({ name: 'Gate', mtx_path: 'gate', is_enabled: true });
    for (let n = 0; n < 26; n += 1) {
      await admin.emit(id, 'ready');
      await admin.emit(id, n < 25 ? 'notReady' : 'stalled');
    }
    const { events } = await viewOf(user.token);
    expect(events).toHaveLength(50);
    const gate = { domain: 'camera', entity: id, name: 'Gate', at: expect.stringMatching(/Z$/) };
    expect(events.slice(0, 4)).toEqual([
      { ...gate, event: 'offline', reason: 'stalled' },
      { ...gate, event: 'notReady', reason: 'stalled' },
      { ...gate, event: 'stalled', reason: null },
      { ...gate, event: 'ready', reason: null },
    ]);
  });
});

describe('the files', () => {
  const named = async (path: string, pattern: RegExp) =>
    [...(await (await get(path)).text()).matchAll(pattern)].map(([, address = '']) => address);

  /** All that the page loads, and all that its scripts load. */
  async function addresses(): Promise<string[]> {
    const direct = await named('/', /(?:href|src)="((?!https:|#|docs\/)[^"]+)"/g);
    const found = new Set(direct);
    // What is added on the way is gone through too.
    for (const address of found) {
      if (!address.endsWith('.js') || address.includes('socket.io')) continue;
      const folder = address.slice(0, address.lastIndexOf('/') + 1);
      for (const imported of await named(`/${address}`, /from '\.\/([^']+)'/g)) found.add(folder + imported);
    }
    return [...found];
  }

  it('are named relative to the page, and all there', async () => {
    const all = await addresses();
    expect(all).toEqual(
      expect.arrayContaining(['status/look/status.css', 'status/status.js', 'status/words/words.js']),
    );
    for (const address of all) {
      expect(address).not.toMatch(/^\/|:|\.\./);
      const response = await get(`/${address}`);
      expect([address, response.status]).toEqual([address, 200]);
      await response.arrayBuffer();
    }
  });

  it('may load nothing from elsewhere and run nothing that stands in the page', async () => {
    const response = await get('/');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toContain('unsafe');
    expect(await response.text()).not.toMatch(/<script>|<style|style=| on\w+=/);
    for (const address of (await addresses()).filter((each) => each.endsWith('.css'))) {
      expect(await (await get(`/${address}`)).text()).not.toMatch(/@import|url\(/);
    }
  });

  it('are loaded again only when they have changed', async () => {
    for (const path of ['/', '/status/status.js', '/status/socket.io.min.js']) {
      const first = await get(path);
      const etag = first.headers.get('etag') ?? '';
      expect([path, first.headers.get('cache-control'), etag]).toEqual([
        path,
        'no-cache',
        expect.stringMatching(/^W\/"/),
      ]);
      const known = { headers: { 'if-none-match': etag, 'cache-control': 'max-age=0' } };
      expect([path, (await get(path, known)).status]).toEqual([path, 304]);
    }
    const other = { headers: { 'if-none-match': 'W/"else"', 'cache-control': 'max-age=0' } };
    expect((await get('/', other)).status).toBe(200);
  });

  it.each(['status-page.ts', 'status.html', 'docs.js', 'package.json', '..%2f..%2fpackage.json', '%2e%2e/app.ts', ''])(
    'are no others: not %s',
    async (name) => {
      expect((await get(`/status/${name}`)).status).toBe(404);
    },
  );

  it('are all there in the program as it is built', async () => {
    const folder = await temporaryDirectory();
    const built = await startProcess(folder.path);
    try {
      for (const path of ['', 'status/look/icons.svg', ...(await addresses())]) {
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

describe('what was there before', () => {
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

function objectOf(value: unknown): Record<string, unknown> {
  if (!isObject(value)) throw new Error(`no object: ${JSON.stringify(value)}`);
  return value;
}
