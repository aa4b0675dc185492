import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CountingProxy, startCountingProxy } from '../../support/brokers/counting-proxy.ts';
import { eventually } from '../../support/eventually.ts';
import { asking, node, server, settled, TAB } from '../../support/node-red/flows.ts';
import { type FlowNode, type NodeRed, PACKAGE, startNodeRed } from '../../support/node-red/node-red.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';

let service: Service;
let red: NodeRed;
let proxy: CountingProxy;

beforeAll(async () => {
  [service, red] = await Promise.all([startService(), startNodeRed()]);
  proxy = await startCountingProxy(Number(new URL(service.mqttUrl).port));
});

afterAll(async () => {
  await red.stop();
  await proxy.close();
  await service.stop();
});

const version = asking('version', { module: 'version' });

async function deploy(flow: readonly FlowNode[]): Promise<void> {
  await red.deploy([TAB, server(service.mqttUrl, ADMIN), ...flow]);
}

describe('the server node', () => {
  it('is loaded with the others, their icons and their help', async () => {
    const json = { headers: { accept: 'application/json' } };
    const sets: { module: string; name: string; enabled: boolean; err?: string }[] = await (
      await red.admin('nodes', json)
    ).json();
    const ours = sets.filter(({ module }) => module === PACKAGE);
    expect(ours.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['nestmtx-server', 'nestmtx-request', 'nestmtx-event']),
    );
    for (const set of ours) expect(set).toMatchObject({ enabled: true });
    expect(ours.filter(({ err }) => err)).toEqual([]);
    const icons = await (await red.admin('icons')).json();
    expect(icons[PACKAGE]).toEqual(expect.arrayContaining(['nestmtx-event.svg', 'nestmtx-request.svg']));
    const html = await (await red.admin(`nodes/${PACKAGE}/nestmtx-event`, { headers: { accept: 'text/html' } })).text();
    expect(html).toContain('data-help-name="nestmtx-event"');
    const german = await (await red.admin(`locales/${PACKAGE}/nestmtx-event?lng=de`)).json();
    expect(german['nestmtx-event'].events).toBe('Ereignisse');
  });

  it('has one connection for all its nodes, keeps it while they are edited, and ends it with the last of them', async () => {
    const event = { server: 'server', domain: 'camera', entity: '', events: [], holdSeconds: '0' };
    const events = Array.from({ length: 20 }, (_, index) => node(`event-${index}`, 'nestmtx-event', [], event));
    const config = server(`mqtt://127.0.0.1:${proxy.port}`, ADMIN);
    await red.deploy([TAB, config, ...version, ...events]);
    await settled(() => red.post('version'));
    expect([proxy.open, proxy.accepted]).toEqual([1, 1]);
    // As the editor sends it: credentials only when they have changed.
    const { credentials: _, ...unchanged } = config;
    for (let round = 0; round < 5; round += 1) {
      await red.deploy([TAB, unchanged, ...version, ...events.map((one) => ({ ...one, name: `${round}` }))], 'nodes');
    }
    await red.deploy([TAB, unchanged, ...version.map((one) => ({ ...one, name: 'alone' }))], 'nodes');
    expect((await settled(() => red.post('version'))).status).toBe(200);
    expect([proxy.open, proxy.accepted]).toEqual([1, 1]);
    await red.deploy([TAB, unchanged], 'nodes');
    await eventually(() => proxy.open === 0);
    expect(red.output()).not.toContain('MaxListenersExceededWarning');
  });

  it('ends the connection when its only node turns to another server', async () => {
    const config = server(`mqtt://127.0.0.1:${proxy.port}`, ADMIN);
    const other = server(service.mqttUrl, ADMIN, { id: 'other' });
    await red.deploy([TAB, config, other, ...version]);
    await settled(() => red.post('version'));
    expect(proxy.open).toBe(1);
    const { credentials: _, ...first } = config;
    const { credentials: __, ...second } = other;
    await red.deploy([TAB, first, second, ...asking('version', { module: 'version', server: 'other' })], 'nodes');
    await eventually(() => proxy.open === 0);
    expect((await settled(() => red.post('version'))).status).toBe(200);
  });

  it('leaves no client behind, however often all is deployed', async () => {
    const config = server(`mqtt://127.0.0.1:${proxy.port}`, ADMIN);
    for (let round = 0; round < 5; round += 1) await red.deploy([TAB, config, ...version]);
    await settled(() => red.post('version'));
    expect(proxy.open).toBe(1);
  });

  it('shows no password in the flows, nor to those who may edit', async () => {
    await deploy(version);
    await settled(() => red.post('version'));
    expect(await (await red.admin('flows')).text()).not.toContain(ADMIN.password);
    const credentials = await (await red.admin('credentials/nestmtx-server/server')).json();
    expect(credentials).toMatchObject({ username: ADMIN.username, has_password: true });
    expect(JSON.stringify(credentials)).not.toContain(ADMIN.password);
    expect(red.output()).not.toContain(ADMIN.password);
  });

  it('lists cameras for dialogs, and says why it cannot', async () => {
    await deploy([...version, ...asking('create', { command: 'create' })]);
    await settled(() => red.post('version'));
    await red.post('create', { name: 'Hall', room: 'Ground floor' });
    const cameras = await red.admin('nestmtx/server/cameras');
    expect(await cameras.json()).toEqual([
      { value: '1', label: 'Hall (1) · Ground floor', name: 'Hall', room: 'Ground floor' },
    ]);
    for (const path of [
      'nestmtx/nobody/cameras',
      'nestmtx/server/auth',
      'nestmtx/server/__proto__',
      'nestmtx/event/cameras',
    ]) {
      expect((await red.admin(path)).status).toBe(404);
    }
    await red.deploy([TAB, server('mqtt://127.0.0.1:1', ADMIN)]);
    const away = await red.admin('nestmtx/server/cameras');
    expect([away.status, await away.json()]).toEqual([503, { error: expect.stringContaining('ECONNREFUSED') }]);
  });

  it.each([
    ['an address that is none', { url: 'http://x' }],
    ['no address', { url: '' }],
    ['a base topic with a wildcard', { baseTopic: 'nest/#' }],
    ['a token that is missing', { login: 'token', credentials: {} }],
    ['a TLS configuration that is missing', { tls: 'gone' }],
    ['an HTTP URL that is none', { httpUrl: 'x' }],
  ])('stays an error in the log, and its nodes say so: %s', async (_what, properties) => {
    await red.deploy([TAB, server(service.mqttUrl, ADMIN, properties), ...version]);
    const { status, body } = await red.post('version');
    expect([status, body]).toEqual([
      500,
      expect.objectContaining({ message: expect.stringContaining('no NestMTX server') }),
    ]);
    expect(red.output()).toContain('[error] [nestmtx-server:server]');
    expect(red.isRunning()).toBe(true);
  });

  it('takes the broker login from the environment', async () => {
    const other = await startNodeRed({ env: { BROKER: service.mqttUrl, SECRET: ADMIN.password } });
    try {
      const credentials = { username: ADMIN.username, password: '$' + '{SECRET}' };
      await other.deploy([TAB, server('$' + '{BROKER}', ADMIN, { credentials }), ...version]);
      expect((await settled(() => other.post('version'))).status).toBe(200);
    } finally {
      await other.stop();
    }
  });
});

describe('the lookups of a Node-RED with accounts', () => {
  it('are for those who may read, and for nobody else', async () => {
    // The bcrypt hash of `password`.
    const password = '$2a$08$zZWtXTja0fB1pzD4sHCMyOCMYz2Z6dNbM6tl8sJogENOMcxWV9DN.';
    const users = [{ username: 'reader', password, permissions: 'read' }];
    const guarded = await startNodeRed({
      settings: { adminAuth: { type: 'credentials', users }, httpAdminRoot: '/red' },
    });
    try {
      expect((await guarded.admin('nestmtx/server/cameras')).status).toBe(401);
      const login = {
        client_id: 'node-red-editor',
        grant_type: 'password',
        scope: 'read',
        username: 'reader',
        password: 'password',
      };
      const headers = { 'content-type': 'application/json' };
      const answer = await guarded.admin('auth/token', { method: 'POST', headers, body: JSON.stringify(login) });
      const { access_token: token } = (await answer.json()) as { access_token?: string };
      const mine = await guarded.admin('nestmtx/server/cameras', { headers: { authorization: `Bearer ${token}` } });
      expect(mine.status).toBe(404);
    } finally {
      await guarded.stop();
    }
  });
});
