import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../../src/client/client.ts';
import { asking, node, server, settled, TAB } from '../../support/node-red/flows.ts';
import { type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';

/** The bcrypt hash of `password`. */
const PASSWORD = '$2a$08$zZWtXTja0fB1pzD4sHCMyOCMYz2Z6dNbM6tl8sJogENOMcxWV9DN.';
const BOB = { username: 'bob', password: 'bob-has-one' };

let service: Service;
let red: NodeRed;

beforeAll(async () => {
  const users = [
    { username: 'reader', password: PASSWORD, permissions: 'read' },
    { username: 'writer', password: PASSWORD, permissions: '*' },
  ];
  [service, red] = await Promise.all([
    startService(),
    startNodeRed({ settings: { adminAuth: { type: 'credentials', users, default: { permissions: '*' } } } }),
  ]);
  const admin = createClient({ url: service.mqttUrl, ...ADMIN });
  admin.connect();
  await admin.connected();
  await admin.login(ADMIN.username, ADMIN.password);
  await admin.request({ command: 'create', module: 'users', payload: { ...BOB, can_login: true } });
  await admin.close();
});

afterAll(async () => {
  await red.stop();
  await service.stop();
});

async function ask(username: string, path: string): Promise<Response> {
  const login = { client_id: 'node-red-editor', grant_type: 'password', scope: '', username, password: 'password' };
  const headers = { 'content-type': 'application/json' };
  const answer = await red.admin('auth/token', { method: 'POST', headers, body: JSON.stringify(login) });
  const { access_token: token } = (await answer.json()) as { access_token?: string };
  return red.admin(path, { headers: { authorization: `Bearer ${token}` } });
}

describe('the lists for dialogs', () => {
  it('show cameras to whoever may read, and the names of accounts only to who may edit', async () => {
    await red.deploy([TAB, server(service.mqttUrl, ADMIN), ...asking('version', { module: 'version' })]);
    await settled(() => red.post('version'));
    expect((await ask('reader', 'nestmtx/server/cameras')).status).toBe(200);
    expect((await ask('reader', 'nestmtx/server/users')).status).toBe(401);
    const shown = await ask('writer', 'nestmtx/server/users');
    expect(await shown.json()).toEqual(
      expect.arrayContaining([{ value: expect.any(String), label: expect.stringContaining('bob'), name: 'bob' }]),
    );
  });

  it('say what the API says where it refuses, and so does the log', async () => {
    const event = { server: 'server', domain: 'camera', entity: '', events: [], holdSeconds: '0' };
    await red.deploy([TAB, server(service.mqttUrl, BOB), node('event', 'nestmtx-event', [], event)]);
    const refused = await ask('writer', 'nestmtx/server/users');
    expect([refused.status, await refused.json()]).toEqual([502, { error: 'Forbidden' }]);
    expect(red.output()).toContain('[nestmtx-server] the list of users could not be read: Forbidden');
  });
});
