/** Pins what the conformance suite cannot bring about from outside: failures in the published words, and pages of many. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lookUpFailed } from '../../../src/core/instances/faults.ts';
import { INSTANCES } from '../../../src/core/instances/records.ts';
import { DOWN } from '../../support/instances/fake-provisioner.ts';
import { ANNA } from '../../support/instances/world.ts';
import { type Api, openApi } from './setting.ts';

const ID = { 'x-request-id': 'r-1' };
const PROBLEM = { accept: 'application/problem+json' };

let api: Api;
beforeEach(async () => {
  api = await openApi(undefined, { limit: 100 });
});
afterEach(() => api.close());

/** A record whose password nobody can open. */
async function breakRecord(id: string) {
  await api.store.commit((tx) => {
    const rows = tx.collection(INSTANCES);
    const record = rows.get(id);
    if (record) rows.put({ ...record, sealedPassword: 'v1:AAAA' });
  });
}

describe('a failure', () => {
  it('of the broker during a creation has the published words and none of its own, and leaves nothing', async () => {
    api.broker.failWith('provision', DOWN);
    const answer = await api.call('POST', '/mqtt', { headers: ID });
    expect([answer.status, answer.text]).toEqual([
      500,
      '{"message":"Error when creating MQTT instance","error":"The broker or the store is not available (request r-1)"}',
    ]);
    expect((await api.get('/mqtt')).json()).toEqual({ mqtts: [], recordsTotal: 0, recordsFiltered: 0 });
  });

  it('during a removal too, with the one case that has words of its own, and it can be repeated', async () => {
    const { _id } = await api.create();
    api.broker.failWith('deprovision', DOWN);
    const failed = await api.call('DELETE', `/mqtt/${_id}`, { headers: ID });
    expect([failed.status, failed.text]).toEqual([
      500,
      '{"message":"Error when removing MQTT instance","error":"The broker or the store is not available (request r-1)"}',
    ]);
    api.broker.failWith('deprovision', lookUpFailed(new Error('timeout')));
    const lookUp = await api.call('DELETE', `/mqtt/${_id}`);
    expect([lookUp.status, lookUp.text]).toEqual([500, '{"message":"Error finding instance user"}']);
    api.broker.failWith('deprovision');
    const done = await api.call('DELETE', `/mqtt/${_id}`);
    expect([done.status, done.text]).toEqual([200, `{"message":"'MQTT instance succesfully removed"}`]);
    expect(['kicked', 'offline-dropped', 'retained-purged'].map((n) => done.headers.get(`x-receipt-${n}`))).toEqual([
      '2',
      '1',
      'unknown',
    ]);
  });

  it('to read says "instances" in the list and "instance" in the single one', async () => {
    const { _id = '' } = await api.create();
    await breakRecord(_id);
    const error = 'Internal error (request r-1)';
    const list = await api.get('/mqtt', { headers: ID });
    expect([list.status, list.json()]).toEqual([500, { message: 'Error when getting MQTT instances', error }]);
    const read = await api.get(`/mqtt/${_id}`, { headers: ID });
    expect([read.status, read.json()]).toEqual([500, { message: 'Error when getting MQTT instance', error }]);
    const problem = await api.get(`/mqtt/${_id}`, { headers: { ...ID, ...PROBLEM } });
    expect(problem.json()).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      detail: 'Error when getting MQTT instance',
      message: 'Error when getting MQTT instance',
      error,
    });
  });

  it('of the broker in a call of ours is 503, and the log has the cause', async () => {
    const { _id } = await api.create();
    api.broker.failWith('disconnect', DOWN);
    const answer = await api.call('POST', `/mqtt/${_id}/disconnect`);
    expect(answer.status).toBe(503);
    expect(api.log.lines.find(({ level }) => level === 'error')?.fields['err']).toBe(DOWN.cause);
  });

  it.each([
    ['{"label":', {}, 400],
    [`{"label":"${'x'.repeat(300_000)}"}`, {}, 413],
    ['<label/>', { 'content-type': 'application/xml' }, 415],
    ['{"label":7}', {}, 400],
    ['{"expires_at":"tomorrow"}', {}, 400],
    ['{"expires_at":"2026-02-31T25:00:00Z"}', {}, 400],
    ['[]', {}, 400],
  ])('to understand a body is told in both forms (case %#)', async (body, headers, status) => {
    const { _id } = await api.create();
    const plain = await api.call('PUT', `/mqtt/${_id}`, { body, headers });
    expect([plain.status, Object.keys(plain.json())]).toEqual([status, ['message']]);
    const problem = await api.call('PUT', `/mqtt/${_id}`, { body, headers: { ...headers, ...PROBLEM } });
    expect([problem.status, problem.json().status]).toEqual([status, status]);
  });
});

describe('a login', () => {
  it('that fails too often is 429 with the time to wait', async () => {
    const attempt = () => api.call('POST', '/auth/login', { body: { email: 'anna', password: 'wrong' } });
    for (let i = 0; i < 10; i += 1) expect((await attempt()).status).toBe(401);
    const refused = await attempt();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '6']);
    expect(refused.text).toBe('{"message":"Too many attempts"}');
  });

  it.each(['[]', '"x"', '{}', '{"email":["anna"],"password":"x"}', '{"email":"anna","password":""}'])(
    'with %s is a wrong one',
    async (body) => {
      const answer = await api.call('POST', '/auth/login', { body });
      expect([answer.status, answer.text]).toEqual([401, '{"error":"Login or password is wrong"}']);
    },
  );
});

describe('a list', () => {
  it('of 21 has pages and both counts as asked, and links to its neighbours', async () => {
    const users: (string | undefined)[] = [];
    for (let i = 0; i < 21; i += 1) {
      users.push((await api.create())['user']);
      api.clock.advance(1);
    }
    const page = await api.get('/mqtt?limit=2&offset=4&order_dir=ASC');
    expect(page.json()).toMatchObject({ recordsTotal: 21, recordsFiltered: 21 });
    expect(page.json().mqtts.map(({ user }: { user: string }) => user)).toEqual(users.slice(4, 6));
    const links = page.headers.get('link')?.split(', ');
    expect(links).toEqual([
      '</v1/mqtt?limit=2&offset=0&order_dir=ASC>; rel="first"',
      '</v1/mqtt?limit=2&offset=2&order_dir=ASC>; rel="prev"',
      '</v1/mqtt?limit=2&offset=6&order_dir=ASC>; rel="next"',
      '</v1/mqtt?limit=2&offset=20&order_dir=ASC>; rel="last"',
    ]);
    const last = (await api.get('/mqtt?limit=1&order_dir=desc')).json();
    expect(last.mqtts[0].user).toBe(users[20]);
    const found = (await api.get(`/mqtt?search_value=${users[7]}`)).json();
    expect([found.recordsTotal, found.recordsFiltered, found.mqtts.length]).toEqual([21, 1, 1]);
  });

  it('takes the last of repeated parameters', async () => {
    await api.create();
    const answer = (await api.get('/mqtt?draw=a&draw=b&limit=0&limit=1&search_value=zzzzzzzzz&search_value=')).json();
    expect([answer.draw, answer.mqtts.length]).toEqual(['b', 1]);
  });
});

describe('a password', () => {
  it('that is not asked for is not opened, and what is read of it is in no log', async () => {
    const { _id, password = '' } = await api.create();
    const audits = () => api.log.lines.filter(({ fields }) => fields['audit'] === 'instances.read-secret').length;
    const before = audits();
    expect((await api.get(`/mqtt/${_id}?fields=user,nonsense,__v`)).json()).toEqual({
      user: expect.any(String),
      __v: 0,
    });
    await api.get('/mqtt?fields=user');
    expect(audits()).toBe(before);
    await api.get(`/mqtt/${_id}?fields=password`);
    expect(audits()).toBe(before + 1);
    expect(JSON.stringify(api.log.lines)).not.toContain(password);
  });
});

describe('If-Match', () => {
  it('matches the tag, any of several, and the star; never a weak tag', async () => {
    const { _id } = await api.create();
    const path = `/mqtt/${_id}`;
    const put = async (tag: string) => (await api.call('PUT', path, { body: {}, headers: { 'if-match': tag } })).status;
    const tag = async () => (await api.get(path)).headers.get('etag') ?? '';
    expect(await put(await tag())).toBe(200);
    expect(await put(`"x", ${await tag()}`)).toBe(200);
    expect(await put('*')).toBe(200);
    expect(await put(`W/${await tag()}`)).toBe(412);
  });
});

describe('a connection bundle', () => {
  it('comes alone with its type, or all of them by name', async () => {
    const { _id, user, password } = await api.create();
    const line = `mosquitto_sub -u ${user} -P ${password}`;
    expect((await api.get(`/mqtt/${_id}/connection`)).json()).toEqual({ line, page: `<p>${user}</p>` });
    const page = await api.get(`/mqtt/${_id}/connection?kind=page`);
    expect([page.headers.get('content-type'), page.text]).toEqual(['text/html; charset=utf-8', `<p>${user}</p>`]);
    expect((await api.get(`/mqtt/${_id}/connection?kind=fax`)).status).toBe(400);
    expect((await api.get(`/mqtt/${_id}/connection`, { as: api.otherToken })).status).toBe(404);
  });
});

describe('sessions and usage', () => {
  it('tell who is there, who was last, and what the plan leaves', async () => {
    const { _id } = await api.create();
    expect((await api.get(`/mqtt/${_id}/sessions`)).json()).toEqual({
      sessions: [{ client_id: 'porch', address: '192.0.2.7', since: '2026-11-21T16:00:00.000Z', protocol_version: 5 }],
      last_seen: null,
      last_address: null,
      last_client_id: null,
    });
    expect((await api.get(`/mqtt/${_id}/usage`)).json()).toMatchObject({
      history: [],
      plan: { instances: { used: 1, limit: 100 } },
    });
    expect(api.instances.plan(ANNA)).toEqual({ used: 1, limit: 100 });
  });
});
