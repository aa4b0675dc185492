/** Follows a plug through its life: made by an administrator, at home on the broker, a stranger at every other door. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { freshId, refused } from '../support/api/mqtt.ts';
import { type Service, startService } from '../support/service.ts';

const PASSWORD = 'the password of a plug';

let service: Service;
/** Of the administrator. */
let token: string | undefined;

beforeAll(async () => {
  service = await startService();
  const { username, password } = { username: 'admin', password: 'correct horse battery' };
  token = (await json('POST', '/v1/auth/login', { username, password })).token;
});

afterAll(() => service.stop());

async function call(method: string, path: string, body?: object): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  return fetch(service.httpUrl + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
}

async function json(method: string, path: string, body?: object) {
  return JSON.parse(await (await call(method, path, body)).text());
}

async function addPlug(...topics: string[]) {
  const username = `plug-${freshId()}`;
  const { id } = await json('POST', '/api/users', {
    username,
    password: PASSWORD,
    can_login: true,
    role: 'device',
    topics,
  });
  return { id, login: { username, password: PASSWORD } };
}

it('a plug speaks on its topics, and asks the service for nothing', async () => {
  const { login } = await addPlug('tele/plug/#', 'homeassistant/#');
  const plug = await service.client(login);
  const home = await service.client();
  await home.subscribe('#');
  await plug.publish('tele/plug/state', 'on', { qos: 1, retain: true });
  expect((await home.next('tele/plug/state')).text).toBe('on');
  await expect(plug.publish('nestmtx/requests', '{}', { qos: 1 })).rejects.toHaveProperty('code', 0x87);
  expect(await plug.subscribe('nestmtx/responses/x')).toEqual([0x87]);
  expect(await plug.subscribe('nestmtx/state/#')).toEqual([0x87]);
});

it('its password opens no other door, and no door gives it a token', async () => {
  const { login } = await addPlug('tele/plug/#');
  await service.client(login);
  const { username, password } = login;
  expect((await call('POST', '/v1/auth/login', { username, password })).status).toBe(401);
  const anonymous = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const answer = await fetch(`${service.httpUrl}/api/auth`, {
    ...anonymous,
    body: JSON.stringify({ username, password }),
  });
  expect((await answer.json()).error.message).toBe('Invalid user credentials');
  const request = { command: 'create', module: 'auth', payload: { username, password } };
  expect((await refused(await service.client(), request)).message).toBe('Invalid user credentials');
});

it('other topics count at once, on the connection that it has', async () => {
  const { id, login } = await addPlug('tele/plug/#');
  const plug = await service.client(login);
  await plug.publish('tele/plug/x', 'x', { qos: 1 });
  expect((await call('PUT', `/api/users/${id}`, { topics: ['stat/plug/#'] })).status).toBe(201);
  await expect(plug.publish('tele/plug/x', 'x', { qos: 1 })).rejects.toHaveProperty('code', 0x87);
  await plug.publish('stat/plug/x', 'x', { qos: 1 });
});

it('it is gone with its account, its password or its role', async () => {
  for (const [method, body] of [
    ['DELETE', undefined],
    ['PUT', { can_login: false }],
    ['PUT', { password: 'another password' }],
    ['PUT', { role: 'user' }],
  ] as const) {
    const { id, login } = await addPlug('tele/plug/#');
    const plug = await service.client(login);
    expect((await call(method, `/api/users/${id}`, body)).status).toBeLessThan(300);
    expect(await plug.closed).toBe(0x98);
  }
});

it('a rented instance keeps its root to itself', async () => {
  const { user } = await json('POST', '/v1/mqtt');
  const payload = { username: 'greedy', password: PASSWORD, can_login: true, role: 'device', topics: [`${user}/#`] };
  const { error } = await json('POST', '/api/users', payload);
  expect(error).toMatchObject({ code: 'invalid_payload', details: [{ path: ['payload', 'topics', 0] }] });
});
