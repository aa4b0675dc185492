/** Who administrates: the last one stays, whoever asks; and the log says who changed what. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { JsonObject } from '../../src/protocol/envelope.ts';
import type { Command } from '../../src/protocol/verbs.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { type Service, startService } from '../support/service.ts';

let service: Service;
/** May do everything, and is nobody who could be counted. */
let operator: string;

beforeEach(async () => {
  service = await startService();
  operator = JSON.parse(await readFile(join(service.dataDir, 'service.json'), 'utf8')).token;
});

afterEach(() => service.stop());

const ask = (command: Command, module: string, entity?: string, payload?: JsonObject) =>
  requestOverHttp(service.httpUrl, {
    command,
    module,
    token: operator,
    ...(entity === undefined ? {} : { entity }),
    ...(payload === undefined ? {} : { payload }),
  });

const add = (username: string, more: JsonObject = {}) =>
  ask('create', 'users', undefined, { username, password: 'a password', can_login: true, ...more });

const audited = () =>
  service
    .log()
    .split('\n')
    .filter((line) => line.includes('"audit"'))
    .map((line) => JSON.parse(line));

const REFUSED = { ok: false, error: { code: 'last_administrator' } };

it('the last administrator is neither deleted nor disabled nor made something else, by the operator either', async () => {
  await add('bob');
  await add('carol', { role: 'admin', can_login: false });
  expect(await ask('delete', 'users', '1')).toMatchObject(REFUSED);
  expect(await ask('update', 'users', '1', { can_login: false })).toMatchObject(REFUSED);
  expect(await ask('update', 'users', '1', { role: 'user' })).toMatchObject(REFUSED);
  expect(await ask('read', 'users', '1')).toMatchObject({ value: { can_login: true, role: 'admin' } });
  expect(await ask('update', 'users', '3', { can_login: true })).toMatchObject({ ok: true });
  expect(await ask('delete', 'users', '1')).toMatchObject({ ok: true });
  expect(await ask('update', 'users', '3', { can_login: false })).toMatchObject(REFUSED);
});

it('a user is listed with the instances that would go along, and their end is in the log', async () => {
  await add('bob', { role: 'admin' });
  const bearer = await ask('create', 'auth', undefined, {});
  expect(bearer.ok).toBe(false);
  const login = await requestOverHttp(service.httpUrl, {
    command: 'create',
    module: 'auth',
    payload: { username: 'bob', password: 'a password' },
  });
  const token = login.ok ? String(Object(login.value).bearer) : '';
  await requestOverHttp(service.httpUrl, { command: 'create', module: 'instances', payload: {}, token });
  expect(await ask('read', 'users', '2')).toMatchObject({ value: { username: 'bob', instances: 1 } });
  expect(await ask('read', 'users', '1')).not.toMatchObject({ value: { instances: expect.anything() } });
  await ask('delete', 'users', '2');
  expect(audited().at(-2)).toMatchObject({ audit: 'instances.remove', instances: [expect.any(String)] });
  expect(audited().at(-1)).toMatchObject({ audit: 'users.delete', entity: '2', by: 'system' });
});

it('changes of users, cameras and credentials are in the log with who and what, and without values', async () => {
  await add('bob');
  await ask('update', 'users', '2', { password: 'a new password' });
  await ask('create', 'cameras', undefined, { name: 'Door' });
  await ask('update', 'cameras', '1', { name: 'Front door' });
  await ask('delete', 'cameras', '1');
  const client = { description: 'House', oauth_client_id: 'client', oauth_client_secret: 'hunter22' };
  await ask('create', 'credentials', undefined, client);
  await ask('delete', 'credentials', '1');
  await ask('delete', 'cameras', '7');
  expect(audited().map(({ audit, entity, changed }) => [audit, String(entity), changed])).toEqual([
    ['users.create', '2', undefined],
    ['users.update', '2', ['password']],
    ['cameras.create', '1', undefined],
    ['cameras.update', '1', ['name']],
    ['cameras.delete', '1', undefined],
    ['credentials.create', '1', undefined],
    ['credentials.delete', '1', undefined],
  ]);
  expect(audited()[0]).toMatchObject({
    by: 'system',
    transport: 'http',
    address: '127.0.0.1',
    msg: 'a user was created',
  });
  expect(service.log()).not.toMatch(/a new password|hunter22/);
});
