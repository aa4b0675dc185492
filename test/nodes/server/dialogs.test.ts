/** What dialogs of configuration nodes ask before they are deployed: lists and trials, with the values that stand in the dialog. */

import { createServer, type Server as TcpServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../../../src/version.ts';
import { freePort } from '../../support/free-port.ts';
import { asking, server, settled, TAB } from '../../support/node-red/flows.ts';
import { type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';

/** What the editor has in place of a password that it may not see. */
const UNSEEN = '__PWRD__';

let service: Service;
let red: NodeRed;
let mute: TcpServer;
let mutePort: number;

beforeAll(async () => {
  [service, red] = await Promise.all([startService(), startNodeRed({ env: { BROKER_USER: ADMIN.username } })]);
  mutePort = await freePort();
  mute = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(mutePort, '127.0.0.1');
  await red.deploy([TAB, ...asking('create', { command: 'create' }), server(service.mqttUrl, ADMIN)]);
  await settled(() => red.post('create', { name: 'Hall', room: 'Ground floor' }));
  await red.post('create', { name: 'Yard' });
});

afterAll(async () => {
  await red.stop();
  await service.stop();
  mute.close();
});

async function ask(path: string, settings: object, secrets: object = ADMIN, through: NodeRed = red, headers = {}) {
  const answer = await through.admin(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ settings, secrets }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text };
}

const settings = () => ({ url: service.mqttUrl, baseTopic: 'nestmtx', tls: '', login: 'broker', httpUrl: '' });
const account = () => ({ url: service.httpUrl, login: 'password', brokerTls: 'auto' });

describe('a list before the first deploy', () => {
  it('comes from the values of the dialog, and has no room that was never set', async () => {
    expect((await ask('nestmtx/new/cameras', settings())).body).toEqual([
      { value: '2', label: 'Yard (2)', name: 'Yard' },
      { value: '1', label: 'Hall (1) · Ground floor', name: 'Hall', room: 'Ground floor' },
    ]);
    expect((await ask('mqtt-instance/new/instances', account())).body).toEqual([]);
  });

  it('takes a variable of the environment, and the deployed password where nobody typed another', async () => {
    const secrets = { username: '$' + '{BROKER_USER}', password: UNSEEN };
    expect((await ask('nestmtx/server/cameras', settings(), secrets)).body).toHaveLength(2);
    expect((await ask('nestmtx/new/cameras', settings(), secrets)).status).toBe(503);
  });

  it.each([
    ['nestmtx/new/cameras', { url: 'http://x' }, 404, 'mqtt://host:1883'],
    ['nestmtx/new/cameras', { url: 'mqtt://127.0.0.1:1' }, 503, 'ECONNREFUSED'],
    ['nestmtx/new/cameras', { login: 'none' }, 502, 'Unauthorized'],
    ['nestmtx/new/secrets', {}, 404, 'deploy'],
    ['mqtt-instance/new/instances', { url: 'nowhere' }, 404, 'must be a URL'],
  ])('says why there is none: %s with %j', async (path, wrong, status, words) => {
    const all = path.startsWith('nestmtx') ? settings() : account();
    const answer = await ask(path, { ...all, ...wrong });
    expect(answer).toEqual({ status, body: { error: expect.stringContaining(words) } });
  });
});

describe('a trial of a server', () => {
  it('says that it works, with what was found', async () => {
    expect((await ask('nestmtx/new', settings())).body).toMatchObject({ reason: 'ok', version: VERSION, cameras: 2 });
    const open = await ask('nestmtx/new', { ...settings(), login: 'none' });
    expect(open.body).toMatchObject({ reason: 'ok', cameras: null });
  });

  it.each<[string, string, () => object, object?]>([
    ['settings', 'settings that are none', () => ({ url: 'http://x' })],
    ['unreachable', 'a port where nothing listens', () => ({ url: 'mqtt://127.0.0.1:1' })],
    ['unreachable', 'a host that nobody knows', () => ({ url: 'mqtt://no-such-host.invalid' })],
    ['noBroker', 'something that speaks HTTP', () => ({ url: `mqtt://127.0.0.1:${mutePort}` })],
    ['noBroker', 'TLS where there is none', () => ({ url: `mqtts://127.0.0.1:${mutePort}` })],
    ['brokerLogin', 'a wrong password', () => ({}), { username: ADMIN.username, password: 'wrong' }],
    ['nobody', 'another base topic', () => ({ baseTopic: 'elsewhere' })],
    [
      'apiLogin',
      'a wrong password of the API',
      () => ({ login: 'password' }),
      { ...ADMIN, apiUsername: ADMIN.username, apiPassword: 'wrong' },
    ],
    ['apiLogin', 'a token that is none', () => ({ login: 'token' }), { ...ADMIN, token: 'nonsense' }],
  ])('says that it is %s: %s', async (reason, _what, wrong, secrets) => {
    const { body } = await ask('nestmtx/new', { ...settings(), ...wrong() }, secrets);
    expect(body).toEqual({ reason, detail: expect.any(String) });
    expect(JSON.stringify(body)).not.toContain(ADMIN.password);
  });
});

describe('a trial of an account', () => {
  it('says that it works, with what was found', async () => {
    expect((await ask('mqtt-instance/new', account())).body).toEqual({ reason: 'ok', instances: 0 });
  });

  it.each<[string, string, () => object, object?]>([
    ['settings', 'an address that is none', () => ({ url: 'nowhere' })],
    ['unreachable', 'a port where nothing listens', () => ({ url: 'http://127.0.0.1:9' })],
    ['noTls', 'HTTPS where there is none', () => ({ url: service.httpUrl.replace('http:', 'https:') })],
    ['login', 'a wrong password', () => ({}), { username: ADMIN.username, password: 'wrong' }],
    ['noApi', 'another page', () => ({ url: `${service.httpUrl}/elsewhere` })],
  ])('says that it is %s: %s', async (reason, _what, wrong, secrets) => {
    const { body } = await ask('mqtt-instance/new', { ...account(), ...wrong() }, secrets);
    expect(body).toEqual({ reason, detail: expect.any(String) });
  });
});

describe('in a Node-RED with accounts', () => {
  it('values of a dialog are taken only from those who may change the node: they could have its secrets sent anywhere', async () => {
    // The bcrypt hash of `password`.
    const password = '$2a$08$zZWtXTja0fB1pzD4sHCMyOCMYz2Z6dNbM6tl8sJogENOMcxWV9DN.';
    const users = [
      { username: 'reader', password, permissions: 'read' },
      { username: 'writer', password, permissions: '*' },
    ];
    const guarded = await startNodeRed({ settings: { adminAuth: { type: 'credentials', users } } });
    const paths = ['nestmtx/new/cameras', 'nestmtx/new', 'mqtt-instance/new/instances', 'mqtt-instance/new'];
    const statuses = async (headers: object) =>
      Promise.all(paths.map(async (path) => (await ask(path, {}, {}, guarded, headers)).status));
    const login = async (username: string, scope: string) => {
      const body = { client_id: 'node-red-editor', grant_type: 'password', scope, username, password: 'password' };
      const headers = { 'content-type': 'application/json' };
      const answer = await guarded.admin('auth/token', { method: 'POST', headers, body: JSON.stringify(body) });
      const { access_token } = (await answer.json()) as { access_token?: string };
      return { authorization: `Bearer ${access_token}` };
    };
    try {
      expect(await statuses({})).toEqual([401, 401, 401, 401]);
      expect(await statuses(await login('reader', 'read'))).toEqual([401, 401, 401, 401]);
      expect(await statuses(await login('writer', '*'))).toEqual([404, 200, 404, 200]);
    } finally {
      await guarded.stop();
    }
  });
});
