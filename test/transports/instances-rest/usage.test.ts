/** Pins on a whole service what is known of an instance that is used: sessions, usage, metrics, and the lines to connect with. */

import { execFile } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasProgram } from '../../support/programs.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';

interface Rented {
  readonly _id: string;
  readonly user: string;
  readonly password: string;
}

let service: Service;
let admin: string;
let someone: string;
let instance: Rented;
beforeAll(async () => {
  service = await startService({ env: { INSTANCE_SERVER: '127.0.0.1', INSTANCE_LIMIT: '9' } });
  admin = await logIn(ADMIN.username, ADMIN.password);
  await call('/api/users', { body: { username: 'someone', password: 'secret', can_login: true } });
  someone = await logIn('someone', 'secret');
  instance = (await call('/v1/mqtt', { body: {}, token: someone })).json();
});
afterAll(() => service.stop());

interface Sent {
  readonly body?: object;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A body makes it a POST. */
async function call(path: string, { body, token = admin, headers = {} }: Sent = {}) {
  const response = await fetch(service.httpUrl + path, {
    headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), 'content-type': 'application/json', ...headers },
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
}

async function logIn(email: string, password: string): Promise<string> {
  return (await call('/v1/auth/login', { body: { email, password }, token: '' })).json().token;
}

const login = () => ({ username: instance.user, password: instance.password });
const ofInstance = async (what: string) => (await call(`/v1/mqtt/${instance._id}/${what}`, { token: someone })).json();

describe('an instance that is used', () => {
  it('was never seen before', async () => {
    expect(await ofInstance('sessions')).toEqual({
      sessions: [],
      last_seen: null,
      last_address: null,
      last_client_id: null,
    });
  });

  it('shows its clients while they are there, and who was seen last when nobody is', async () => {
    const client = await service.client({ ...login(), clientId: 'porch' });
    await client.subscribe(`${instance.user}/#`);
    await client.publish(`${instance.user}/x`, 'hello', { qos: 1 });
    await client.next();
    await expect(service.client({ username: instance.user, password: 'wrong' })).rejects.toThrow();
    expect(await ofInstance('sessions')).toMatchObject({ sessions: [{ client_id: 'porch', protocol_version: 5 }] });
    const metrics = (await call('/metrics')).text;
    expect(metrics).toContain(`nestmtx_instance_connections{user="${instance.user}"} 1\n`);
    await client.end();
    await expect.poll(async () => (await ofInstance('sessions')).sessions).toEqual([]);
    expect(await ofInstance('sessions')).toEqual({
      sessions: [],
      last_seen: expect.stringMatching(/^20\d\d-/),
      last_address: '127.0.0.1',
      last_client_id: 'porch',
    });
  });

  it('knows what it has used, over a restart too, with the plan beside it', async () => {
    const expected = {
      messages_received: 1,
      messages_sent: 1,
      bytes_received: 5,
      bytes_sent: 5,
      peak_connections: 1,
      refused_logins: 1,
    };
    const usage = await ofInstance('usage');
    expect(usage).toMatchObject({ ...expected, plan: { instances: { used: 1, limit: 9 } } });
    expect(usage.history).toEqual([{ since: expect.stringMatching(/:00:00\.000Z$/), ...expected }]);
    await service.app.close();
    const { dataDir } = service;
    service = await startService({ dataDir, env: { INSTANCE_SERVER: '127.0.0.1', INSTANCE_LIMIT: '9' } });
    expect(await ofInstance('usage')).toEqual(usage);
  });
});

describe('/metrics', () => {
  it('has figures of everything, and no secret', async () => {
    const { headers, text } = await call('/metrics');
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    for (const line of [
      /^process_resident_memory_bytes \d+$/m,
      /^nestmtx_broker_connections\{account="instance"\} 0$/m,
      /^nestmtx_store_records\{collection="instances"\} 1$/m,
      /^nestmtx_store_bytes [1-9]\d*$/m,
      new RegExp(`^nestmtx_instance_received_bytes_total\\{user="${instance.user}"\\} 5$`, 'm'),
    ]) {
      expect(text).toMatch(line);
    }
    expect(text).not.toContain(instance.password);
  });

  it('counts requests by module, verb and outcome, and unknown modules as one', async () => {
    await call('/api/version');
    await call('/api/cameras/77');
    await call('/api/nope');
    await call('/api/never');
    const { text } = await call('/metrics');
    expect(text).toMatch(/^nestmtx_requests_total\{module="version",command="list",outcome="ok"\} 1$/m);
    expect(text).toMatch(/^nestmtx_requests_total\{module="cameras",command="read",outcome="not_found"\} 1$/m);
    expect(text).toMatch(/^nestmtx_requests_total\{module="unknown",command="list",outcome="unknown_module"\} 2$/m);
  });

  it('is for administrators, and for whoever asks from this machine', async () => {
    expect((await call('/metrics')).status).toBe(200);
    expect((await call('/metrics', { token: '' })).status).toBe(200);
    expect((await call('/metrics', { token: someone })).status).toBe(403);
    const forwarded = await call('/metrics', { token: '', headers: { 'x-forwarded-for': '127.0.0.1' } });
    expect([forwarded.status, forwarded.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="metrics"']);
    expect(await statusUnderName('evil.example')).toBe(401);
  });
});

/** As a page of a site whose name was made to point here would ask. */
function statusUnderName(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${service.httpUrl}/metrics`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject).end();
  });
}

describe('what to connect with', () => {
  beforeAll(async () => {
    // The service listens on another port since it was started again.
    instance = (await call('/v1/mqtt', { body: {}, token: someone })).json();
  });

  it('comes all at once or one by one, and is kept by no cache', async () => {
    const all = await ofInstance('connection');
    expect(Object.keys(all)).toEqual(['node-red', 'home-assistant', 'mosquitto_sub', 'esp32', 'qr']);
    for (const [kind, text] of Object.entries(all)) {
      const one = await call(`/v1/mqtt/${instance._id}/connection?kind=${kind}`, { token: someone });
      expect([one.status, one.text, one.headers.get('cache-control')]).toEqual([200, text, 'no-store']);
    }
    const svg = await call(`/v1/mqtt/${instance._id}/connection?kind=qr`, { token: someone });
    expect(svg.headers.get('content-type')).toContain('image/svg+xml');
  });

  it.skipIf(!hasProgram('mosquitto_sub'))('is a line that a shell runs and that hears the instance', async () => {
    const { text: line } = await call(`/v1/mqtt/${instance._id}/connection?kind=mosquitto_sub`, { token: someone });
    const client = await service.client(login());
    await client.publish(`/${instance.user}/kept`, 'hello', { retain: true, qos: 1 });
    const { stdout } = await promisify(execFile)('sh', ['-c', `${line} -C 1 -W 10`]);
    expect(stdout).toBe(`/${instance.user}/kept hello\n`);
    await client.end();
  });
});
