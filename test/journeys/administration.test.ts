/** What an administrator does to the service over the API alone: whoever is connected, everybody's MQTT accounts, backups, and moving in. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requestOverHttp } from '../support/api/http.ts';
import { connectClient } from '../support/brokers/mqtt-client.ts';
import { comesTrue } from '../support/patience.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';
import { startUpstreamHttp, type UpstreamHttp } from '../support/upstream/http.ts';

const APP_KEY = 'the key of a NestMTX, 32 characters';

let service: Service;
let admin: string;
beforeEach(async () => {
  service = await startService();
  admin = await logIn(ADMIN);
});
afterEach(() => service.stop());

type Request = Parameters<typeof requestOverHttp>[1];

async function ask(request: Request, token = admin): Promise<unknown> {
  const answer = await requestOverHttp(service.httpUrl, { ...request, token });
  if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`);
  return answer.value;
}

async function logIn(payload: object): Promise<string> {
  const answer = await requestOverHttp(service.httpUrl, { command: 'create', module: 'auth', payload });
  return answer.ok ? String(Object(answer.value).bearer) : '';
}

async function user(username: string): Promise<string> {
  const login = { username, password: 'a good password' };
  await ask({ command: 'create', module: 'users', payload: { ...login, can_login: true } });
  return logIn(login);
}

describe('clients of the broker', () => {
  const list = async (search: string) =>
    Object(await ask({ command: 'list', module: 'clients', payload: { search } })).items;

  it('are listed with what they hear, and one of them is sent away', async () => {
    const phone = await service.client({ clientId: 'the/phone' });
    await phone.subscribe(['nestmtx/events/#', 'nestmtx/availability']);
    const [client] = await list('the/phone');
    expect(client).toMatchObject({
      clientId: 'the/phone',
      account: ADMIN.username,
      kind: 'admin',
      address: '127.0.0.1',
      protocol: '5',
      subscriptionCount: 2,
    });
    expect(client.subscriptions.map(({ filter }: { filter: string }) => filter)).toContain('nestmtx/events/#');
    await ask({ command: 'delete', module: 'clients', entity: client.id });
    expect(await phone.closed).toBe(0x98);
    expect(await list('the/phone')).toEqual([]);
    await expect(ask({ command: 'delete', module: 'clients', entity: client.id })).rejects.toThrow('not_found');
  });
});

describe('MQTT accounts of everybody', () => {
  it('are found by label or owner, without passwords, and can be rotated and deleted with a receipt', async () => {
    const anna = await user('anna');
    const made = Object(await ask({ command: 'create', module: 'instances', payload: { label: 'Doorbell' } }, anna));
    const all = { owner: 'all', search: 'anna' };
    const page = await ask({ command: 'list', module: 'instances', payload: all });
    expect(page).toMatchObject({ total: 1, items: [{ _id: made._id, owner_name: 'anna', password: '' }] });
    const entity = made._id;
    const connect = (password: string) => connectClient({ url: service.mqttUrl, username: made.user, password });
    const payload = { action: 'rotate', overlap_seconds: 0 };
    await ask({ command: 'update', module: 'instances', entity, payload });
    const { password } = Object(await ask({ command: 'read', module: 'instances', entity }));
    await expect(connect(made.password)).rejects.toThrow();
    await (await connect(password)).end();
    expect(service.log()).toMatch(/"level":"info".*"audit":"instances.read-secret".*"by":"admin"/);
    await ask({ command: 'delete', module: 'instances', entity });
    await expect(connect(password)).rejects.toThrow();
  });

  it('are nobody’s but an administrator’s to see', async () => {
    const [anna, bert] = [await user('anna'), await user('bert')];
    const { _id: entity } = Object(await ask({ command: 'create', module: 'instances', payload: {} }, anna));
    const list = { command: 'list', module: 'instances', payload: { owner: 'all' } } as const;
    await expect(ask(list, bert)).rejects.toThrow('forbidden');
    await expect(ask({ command: 'read', module: 'instances', entity }, bert)).rejects.toThrow('not_found');
    const usage = (token: string) =>
      fetch(`${service.httpUrl}/v1/mqtt/${entity}/usage`, { headers: { authorization: `Bearer ${token}` } });
    expect([(await usage(bert)).status, (await usage(anna)).status, (await usage(admin)).status]).toEqual([
      404, 200, 200,
    ]);
    const published = { headers: { authorization: `Bearer ${admin}` } };
    expect((await fetch(`${service.httpUrl}/v1/mqtt/${entity}`, published)).status).toBe(404);
  });
});

describe('a backup over HTTP', () => {
  const backup = (path = '', more: RequestInit = {}, token = admin) =>
    fetch(`${service.httpUrl}/api/backup${path}`, {
      ...more,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    });

  it('is a whole file, which its check reads; a damaged one is told', async () => {
    const response = await backup();
    expect(response.headers.get('content-disposition')).toMatch(/filename="nestmtx-bridge-\d{4}-\d\d-\d\d\.backup"/);
    const body = Buffer.from(await response.arrayBuffer());
    const checked = await backup('/check', { method: 'POST', body });
    const counts = { users: 1, credentials: 0, cameras: 0, instances: 0 };
    expect([checked.status, await checked.json()]).toEqual([200, { counts }]);
    expect(await ask({ command: 'list', module: 'backups' })).toEqual({ counts });
    const damaged = await backup('/check', { method: 'POST', body: body.subarray(0, -9) });
    expect([damaged.status, Object(await damaged.json()).error.message]).toEqual([
      503,
      'the file is none that backup has written, or it is damaged',
    ]);
  });

  it('is for administrators alone', async () => {
    const anna = await user('anna');
    const statuses = await Promise.all([
      backup('', {}, anna),
      backup('/check', { method: 'POST', body: 'x' }, anna),
      fetch(`${service.httpUrl}/api/backup`),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([403, 403, 401]);
  });
});

describe('moving in while the service runs', () => {
  let nest: UpstreamHttp;
  beforeEach(async () => {
    nest = await startUpstreamHttp(APP_KEY);
    nest.addUser('anna');
    nest.addCredentials('House', null);
    nest.addCamera({ id: 5, name: 'Porch', room: 'Outside', mtx_path: 'porch', is_enabled: true });
  });
  afterEach(() => nest.close());

  async function ended(entity: string) {
    const read = () => ask({ command: 'read', module: 'operations', entity });
    await comesTrue(async () => expect(await read()).not.toHaveProperty('state', 'running'));
    return Object(await read());
  }

  async function planned(password = 'nestmtx') {
    const payload = { from: 'nestmtx', url: nest.url, password, app_key: APP_KEY };
    const { operation } = Object(await ask({ command: 'create', module: 'imports', payload }));
    return ended(operation);
  }

  it('shows a plan, then brings all of it at once, and cameras are told as new', async () => {
    const events = await service.client();
    await events.subscribe('nestmtx/stream/camera/created');
    const plan = await planned();
    const camera = expect.objectContaining({ kind: 'camera', id: 5, name: 'Porch', fate: 'new' });
    expect(plan).toMatchObject({ state: 'done', kind: 'import-plan', by: ADMIN.username });
    expect(plan.result.steps).toContainEqual(camera);
    const run = { command: 'update', module: 'imports', entity: plan.id, payload: { skipRefused: true } } as const;
    const move = await ended(Object(await ask(run)).operation);
    expect(move).toMatchObject({ state: 'done', result: { passwords: { anna: expect.any(String) } } });
    expect(JSON.parse((await events.next('nestmtx/stream/camera/created')).text)).toMatchObject({ entity: 5 });
    expect(await logIn({ username: 'anna', password: move.result.passwords.anna })).toMatch(/^oat_/);
    await expect(ask(run)).rejects.toThrow('not_found');
  });

  it('says why nobody is let in there, and changes nothing', async () => {
    expect(await planned('wrong')).toMatchObject({ state: 'failed', error: { code: 'invalid_credentials' } });
    expect(service.log()).not.toContain(APP_KEY);
  });
});
