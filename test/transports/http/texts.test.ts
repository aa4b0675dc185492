/** Pins payloads that come as texts: forms and queries are read as the module means them, together, or refused aloud (N-22). */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startWeb, type WebSetting } from '../socketio/web-setting.ts';
import { errorOf, json } from './setting.ts';

let web: WebSetting;
let authorization: string;
let lastId = 0;

beforeAll(async () => {
  web = await startWeb();
  authorization = `Bearer ${await web.token('admin')}`;
});
afterAll(() => web.stop());
beforeEach(async () => {
  await send('/api/cameras', json('POST', { name: 'Garage', mtx_path: `first${lastId + 1}` }));
  lastId += 1;
});

const send = (path: string, init: RequestInit) =>
  fetch(web.url + path, { ...init, headers: { ...init.headers, authorization } });
const update = (init: RequestInit, query = '') => send(`/api/cameras/${lastId}${query}`, { method: 'PUT', ...init });

async function camera(): Promise<Record<string, unknown>> {
  const found: unknown = await (await send(`/api/cameras/${lastId}`, {})).json();
  return Object(found);
}

describe('an update', () => {
  const form = () => ({ mtx_path: `form${lastId}`, is_enabled: 'true' });
  const asMultipart = () => {
    const data = new FormData();
    for (const [name, value] of Object.entries(form())) data.set(name, value);
    return data;
  };

  it.each([
    ['a form', () => ({ body: new URLSearchParams(form()) })],
    ['a multipart form', () => ({ body: asMultipart() })],
    ['JSON with the texts of a form', () => json('PUT', form())],
  ])('by %s does what it says', async (_, request) => {
    const response = await update(request());
    expect([response.status, await response.text()]).toEqual([201, '']);
    expect(await camera()).toMatchObject({ mtx_path: `form${lastId}`, is_enabled: true });
  });

  it('by its query does what it says, also with a body beside it', async () => {
    expect(await update({}, `?mtx_path=query${lastId}`)).toHaveProperty('status', 201);
    expect(await camera()).toMatchObject({ mtx_path: `query${lastId}`, is_enabled: false });
    expect(await update(json('PUT', { is_enabled: true }), `?mtx_path=both${lastId}`)).toHaveProperty('status', 201);
    expect(await camera()).toMatchObject({ mtx_path: `both${lastId}`, is_enabled: true });
  });

  it('with an empty path clears it', async () => {
    await update({ body: new URLSearchParams({ mtx_path: '' }) });
    expect(await camera()).toHaveProperty('mtx_path', null);
  });

  it.each([{ is_enabled: 'perhaps' }, { is_enabled: '' }, { is_enabled: '1' }])(
    'by the form %j is refused',
    async (texts) => {
      const response = await update({ body: new URLSearchParams(texts) });
      expect([response.status, await errorOf(response)]).toMatchObject([
        400,
        { message: '"payload.is_enabled" must be a boolean', code: 'invalid_payload' },
      ]);
    },
  );

  it('takes back what was read, whole, and nothing that was never there', async () => {
    const read = await camera();
    expect(await update(json('PUT', { ...read, is_enabled: true }))).toHaveProperty('status', 201);
    expect(await camera()).toMatchObject({ id: read['id'], uid: read['uid'], is_enabled: true });
    expect(await errorOf(await update(json('PUT', { ...read, colour: 'red' })))).toMatchObject({
      message: '"payload.colour" is not allowed',
    });
  });
});

describe('a form', () => {
  it('has inner values by names in brackets, and numbers as texts', async () => {
    const source = { 'source[type]': 'rtsp', 'source[url]': 'rtsp://10.0.0.9/live' };
    const made = await send('/api/cameras', { method: 'POST', body: new URLSearchParams({ name: 'Door', ...source }) });
    lastId += 1;
    expect(await made.json()).toMatchObject({ name: 'Door', source: { type: 'rtsp', url: 'rtsp://10.0.0.9/live' } });
    const limit = new URLSearchParams({ instance_limit: '7' });
    await send('/api/users/2', { method: 'PUT', body: limit });
    expect(await (await send('/api/users/2', {})).json()).toHaveProperty('instance_limit', 7);
  });

  it('with a file is refused, and so is one that is broken off', async () => {
    const withFile = new FormData();
    withFile.set('name', new Blob(['x']), 'x.txt');
    const broken = { body: '--x\r\nContent-Disp', headers: { 'content-type': 'multipart/form-data; boundary=x' } };
    for (const request of [{ body: withFile }, broken]) {
      const response = await send('/api/cameras', { method: 'POST', ...request });
      expect([response.status, await errorOf(response)]).toMatchObject([400, { code: 'invalid_payload' }]);
    }
  });
});

it.each([
  ['true', 30],
  ['false', 1],
])('a login by a form with rememberMe=%s lasts %i days', async (rememberMe, days) => {
  const { username, password } = web.accounts.admin;
  const body = new URLSearchParams({ username, password, rememberMe });
  const login = Object(await (await fetch(`${web.url}/api/auth`, { method: 'POST', body })).json());
  expect(Math.round((Date.parse(login.expiration) - Date.now()) / (24 * 60 * 60 * 1000))).toBe(days);
});

it('a secret in a query is refused, and does not come back', async () => {
  const response = await fetch(`${web.url}/api/auth?username=admin&password=hunter2`, { method: 'POST' });
  const text = await response.text();
  expect(response.status).toBe(400);
  expect(JSON.parse(text).error).toMatchObject({
    message: '"payload.password" must not be in the query: send it in the body',
    code: 'invalid_payload',
  });
  expect(text).not.toContain('hunter2');
});

it('a list that asks for no page has everything, one that asks for sizes keeps to them', async () => {
  for (let made = 0; made < 12; made += 1) {
    await send('/api/cameras', json('POST', { name: `Garden ${String(made).padStart(2, '0')}` }));
    lastId += 1;
  }
  const list = async (query: string) => Object(await (await send(`/api/cameras${query}`, {})).json());
  const garden = await list('?search=garden&sortBy[0][key]=name&sortBy[0][order]=asc');
  expect(garden.items.map(({ name }: { name: string }) => name).slice(0, 2)).toEqual(['Garden 00', 'Garden 01']);
  expect(garden).toMatchObject({ total: 12, sortBy: [{ key: 'name', order: 'asc' }] });
  expect(garden.items).toHaveLength(12);
  expect((await list('?search=garden&page=1')).items).toHaveLength(10);
});
