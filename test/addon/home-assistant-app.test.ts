/** Pins the app as a whole inside Home Assistant: up whatever is away, on the right broker, and the same after a restart. */

import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadAppConfig } from '../../addon/app-config.ts';
import { type HomeAssistantApp, startHomeAssistantApp } from '../../addon/home-assistant-app.ts';
import type { Clock } from '../../src/core/ports.ts';
import { createLog } from '../../src/log.ts';
import { connectSocket } from '../support/api/socketio.ts';
import { type FakeSupervisor, SUPERVISOR_TOKEN, startFakeSupervisor } from '../support/app/fake-supervisor.ts';
import { ALICE, PROXY, proxyHeaders, send } from '../support/app/ingress.ts';
import { connectClient } from '../support/brokers/mqtt-client.ts';
import { eventually } from '../support/eventually.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';
import { systemClock } from '../support/system-clock.ts';
import { startUpstream } from '../support/upstream/upstream.ts';

const HOSTNAME = 'local-nestmtx-bridge';

/** The minute between two questions is over at once. */
const impatientClock: Clock = {
  now: systemClock.now,
  monotonicMs: systemClock.monotonicMs,
  after: (delayMs, callback) => systemClock.after(delayMs === 60_000 ? 50 : delayMs, callback),
};

const cleanups: (() => Promise<unknown>)[] = [];
let supervisor: FakeSupervisor;
let dataDir: string;
let written: string[];
beforeEach(async () => {
  written = [];
  dataDir = await mkdtemp(join(tmpdir(), 'nestmtx-bridge-app-'));
  cleanups.push(() => rm(dataDir, { recursive: true }));
  supervisor = await startFakeSupervisor();
  cleanups.push(supervisor.close);
  supervisor.core.users = [{ id: ALICE.id, is_owner: false, is_active: true, group_ids: ['system-admin'] }];
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** @param proxy the peer that counts as Home Assistant */
async function start(options: Record<string, unknown> = {}, proxy = PROXY): Promise<HomeAssistantApp> {
  const optionsFile = join(dataDir, 'options.json');
  await writeFile(optionsFile, JSON.stringify({ log_level: 'debug', ...options }));
  const isAlone = options['use_home_assistant_broker'] === false || options['mode'] === 'follow';
  const ports = { HOST: '127.0.0.1', PORT: '0', ...(isAlone ? { MQTT_PORT: '0' } : { EMBEDDED_PORT: '0' }) };
  const env = { DATA_DIR: dataDir, ADMIN_PASSWORD: ADMIN.password, ...ports };
  const config = loadAppConfig({ env, optionsFile, cwd: dataDir, readFile: (path) => readFileSync(path, 'utf8') });
  const log = createLog({ level: config.log.level, out: { write: (text) => written.push(text) } });
  const app = await startHomeAssistantApp(
    config,
    { log, clock: impatientClock, random: () => 0 },
    {
      supervisor: { url: supervisor.url, token: SUPERVISOR_TOKEN },
      ingress: { proxy, port: 0 },
      hostname: HOSTNAME,
    },
  );
  cleanups.push(app.close);
  return app;
}

/** The broker of another service stands for Mosquitto: it has accounts, and topics of ours are free there. */
async function startBroker(): Promise<Service> {
  const service = await startService({ env: { MQTT_BASE_TOPIC: 'somebody/else' } });
  cleanups.push(service.stop);
  return service;
}

function offerOf(broker: Service, password = ADMIN.password) {
  return { host: '127.0.0.1', port: broker.app.mqttPort, username: ADMIN.username, password };
}

async function ask(app: HomeAssistantApp, path: string, sent: Parameters<typeof send>[2] = {}) {
  const { status, body } = await send(app.ingressPort, path, sent);
  return { status, value: body === '' ? undefined : JSON.parse(body) };
}

describe('on the broker of Home Assistant', () => {
  it('is up and healthy while neither Supervisor nor broker answer, and connects when they do', async () => {
    supervisor.misbehave('hangs up');
    const app = await start();
    expect(await (await fetch(`http://127.0.0.1:${app.httpPort}/healthz`)).json()).toEqual({ status: 'ok' });
    expect((await ask(app, '/api/cameras')).status).toBe(200);
    await eventually(() => supervisor.requests.length > 0);

    const broker = await startBroker();
    const witness = await broker.client();
    await witness.subscribe('nestmtx/#');
    supervisor.misbehave(undefined);
    supervisor.offer(offerOf(broker));
    expect((await witness.next('nestmtx/availability')).text).toBe('online');
    await witness.publish('nestmtx/requests', JSON.stringify({ command: 'list', module: 'version', requestId: 'r1' }));
    expect((await witness.next('nestmtx/responses/r1')).text).toContain('release');
    await witness.end();
  });

  it('follows a change of the login, and stays where it is while the service flaps', async () => {
    const broker = await startBroker();
    supervisor.offer(offerOf(broker));
    const app = await start();
    const health = async () => (await ask(app, '/api/health')).value;
    const ups = () => written.join('').split('connected to the MQTT broker').length - 1;
    await eventually(() => ups() === 1);

    supervisor.offer(undefined);
    await eventually(() => written.join('').includes('has no MQTT broker at the moment'));
    supervisor.offer(offerOf(broker));
    await eventually(() => written.join('').split('has told where its MQTT broker is').length === 3);
    expect(ups()).toBe(1);

    const admin = await logIn(broker);
    await admin('PUT', '/api/users/1', { password: 'changed by somebody', current_password: ADMIN.password });
    supervisor.offer(offerOf(broker, 'changed by somebody'));
    await eventually(() => ups() === 2, 'a second connection');
    expect(await health()).toBeDefined();
    expect(written.join('')).not.toContain('changed by somebody');
  });

  it('rents out instances on a broker of its own beside it, where nobody else may log in', async () => {
    const broker = await startBroker();
    supervisor.offer(offerOf(broker));
    const app = await start();
    expect(app.mqttPort).toBeGreaterThan(0);
    const { value } = await ask(app, '/v1/mqtt', { method: 'POST', body: {} });
    const url = `mqtt://127.0.0.1:${app.mqttPort}`;
    const instance = await connectClient({ url, username: value.user, password: value.password });
    expect(await instance.subscribe(`${value.user}/#`)).toEqual([1]);
    await instance.end();
    await expect(connectClient({ url, ...ADMIN })).rejects.toMatchObject({ code: expect.any(Number) });
    expect(written.join('')).toContain('only MQTT instances may use the embedded broker');
  });

  it('stops in an orderly way while a browser waits for news', async () => {
    const app = await start({}, '127.0.0.1');
    const socket = await connectSocket(`http://127.0.0.1:${app.ingressPort}`, {
      transports: ['polling'],
      extraHeaders: proxyHeaders(),
      reconnection: false,
    });
    const gone = new Promise((resolve) => socket.once('disconnect', resolve));
    await app.close();
    await gone;
    expect(written.join('')).not.toContain('did not stop cleanly');
    await expect(fetch(`http://127.0.0.1:${app.ingressPort}/healthz`)).rejects.toThrow();
  });

  async function logIn({ httpUrl }: Service) {
    const call = async (method: string, path: string, body: object, token = '') => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      return fetch(httpUrl + path, { method, headers, body: JSON.stringify(body) });
    };
    const { bearer } = await (await call('POST', '/api/auth', ADMIN)).json();
    return (method: string, path: string, body: object) => call(method, path, body, bearer);
  }
});

describe('with a broker of its own', () => {
  it('keeps it to itself unless it is told to provide it', async () => {
    await start({ use_home_assistant_broker: false });
    expect(supervisor.requests).toEqual([]);
  });

  it('provides it to Home Assistant with an account that stays the same over restarts', async () => {
    const options = { use_home_assistant_broker: false, provide_broker: true };
    const app = await start(options);
    const { username = '', password = '', ...place } = await eventually(() => supervisor.offered);
    expect([username, place]).toMatchObject(['homeassistant', { host: HOSTNAME, port: app.mqttPort }]);
    await eventually(() => supervisor.requests.find(({ path }) => path === '/discovery'));
    await useAs(app, username, password);
    await app.close();

    supervisor.offer(undefined);
    const again = await start(options);
    expect(await eventually(() => supervisor.offered)).toMatchObject({ username, password });
    await useAs(again, username, password);
    expect(written.join('')).not.toContain(password);
    expect(await readFile(join(dataDir, 'store.journal'), 'utf8')).not.toContain(password);
  });

  it('gives Home Assistant its password back when somebody has changed it: no other one is known there', async () => {
    const options = { use_home_assistant_broker: false, provide_broker: true };
    const app = await start(options);
    const { username, password } = await eventually(() => supervisor.offered);
    const { value } = await ask(app, `/api/users?search=${username}`);
    await ask(app, `/api/users/${value.items[0].id}`, { method: 'PUT', body: { password: 'somebody else’s idea' } });
    await app.close();
    await useAs(await start(options), username, password);
  });

  it('lends it for the broker alone: whoever reads the login at Supervisor is nobody at the API', async () => {
    const app = await start({ use_home_assistant_broker: false, provide_broker: true });
    const { username, password } = await eventually(() => supervisor.offered);
    const body = JSON.stringify({ username, password });
    const headers = { 'content-type': 'application/json' };
    for (const path of ['/api/auth', '/v1/auth/login']) {
      const answer = await fetch(`http://127.0.0.1:${app.httpPort}${path}`, { method: 'POST', headers, body });
      expect([path, answer.ok, await answer.text()]).toEqual([path, false, expect.not.stringContaining('oat_')]);
    }
  });

  /** As Home Assistant does: it announces itself, and reads what is discovered. */
  async function useAs({ mqttPort }: HomeAssistantApp, username: string, password: string): Promise<void> {
    const client = await connectClient({ url: `mqtt://127.0.0.1:${mqttPort}`, username, password });
    const filters = ['homeassistant/#', 'nestmtx/availability', 'nestmtx/state/#', 'nestmtx/homeassistant/#'];
    expect(await client.subscribe(filters)).toEqual([1, 1, 1, 1]);
    expect(await client.subscribe('nestmtx/requests')).toEqual([0x87]);
    await client.publish('homeassistant/status', 'online', { qos: 1 });
    await client.end();
  }
});

it('lets administrators of Home Assistant do everything, and everybody else what the option says', async () => {
  const bob = { headers: proxyHeaders({ id: 'b'.repeat(32), name: 'bob' }) };
  const app = await start({ use_home_assistant_broker: false });
  expect((await ask(app, '/api/users')).status).toBe(200);
  expect((await ask(app, '/api/users', bob)).status).toBe(403);
  expect((await ask(app, '/api/cameras', bob)).status).toBe(200);
  await app.close();
  const open = await start({ use_home_assistant_broker: false, ingress_role: 'admin' });
  expect((await ask(open, '/api/users', bob)).status).toBe(200);
});

it('leads to its own page in Home Assistant, and has a button that lets Supervisor restart it', async () => {
  const app = await start({ use_home_assistant_broker: false });
  const client = await connectClient({ url: `mqtt://127.0.0.1:${app.mqttPort}`, ...ADMIN });
  await client.subscribe('homeassistant/device/nestmtx_bridge/config');
  const { dev, cmps } = JSON.parse((await client.next('homeassistant/device/nestmtx_bridge/config')).text);
  expect(dev.cu).toBe('homeassistant://hassio/ingress/local_nestmtx_bridge');
  await client.publish(cmps.restart.command_topic, 'PRESS', { qos: 1 });
  await eventually(() => supervisor.requests.some(({ path }) => path === '/addons/self/restart'), 'the restart');
  await client.end();
});

it('follows a NestMTX on the broker of Home Assistant, and shows its cameras to whoever comes through Home Assistant', async () => {
  const upstream = await startUpstream();
  cleanups.push(upstream.close);
  upstream.addUser('bridge', 'a password there');
  upstream.setCamera({ id: 7, name: 'Gate' });
  const app = await start({ mode: 'follow', follow_username: 'bridge', follow_password: 'a password there' });
  supervisor.offer({ host: '127.0.0.1', port: upstream.port, username: 'any', password: 'any' });
  await eventually(() => written.join('').includes('"msg":"NestMTX answers"'), 'NestMTX');
  const { value } = await ask(app, '/api/cameras');
  expect(value.items).toEqual([expect.objectContaining({ id: 7, name: 'Gate' })]);
});
