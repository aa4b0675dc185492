// Owns the checks of what was added to the published contract: all of it must be asked for.
import assert from 'node:assert/strict';
import { expectExact, expectHeader } from './api.js';

const PROBLEM = { headers: { accept: 'application/problem+json' } };

export const additionChecks = {
  'problem+json: only for who names it, with message as a member': async (api) => {
    const answer = await api.get('/v1/mqtt/x', PROBLEM);
    expectHeader(answer, 'content-type', /^application\/problem\+json\b/);
    expectHeader(answer, 'vary', /\bAccept\b(?!-)/);
    const { type, title, status, message } = answer.json();
    assert.deepEqual([type, title, status, message], ['about:blank', 'Not Found', 404, 'No such MQTT instance']);
    const both = await api.get('/v1/mqtt/x', { headers: { accept: '*/*' } });
    expectHeader(both, 'content-type', /^application\/json\b/);
    const denied = await api.get('/v1/mqtt', { ...PROBLEM, token: null });
    assert.deepEqual([denied.status, denied.json().status], [401, 401]);
  },
  'fields: the keys that were named, in the order of the contract, no password unless named': async (
    api,
    { state },
  ) => {
    const { _id, user } = state.first;
    expectExact(
      await api.get(`/v1/mqtt/${_id}?fields=label,user,_id`),
      200,
      JSON.stringify({ _id, user, label: null }),
    );
    const [row] = (await api.get(`/v1/mqtt?search_value=${user}&fields=user,enabled`)).json().mqtts;
    assert.deepEqual(row, { user, enabled: true });
  },
  'ETag and If-Match: a mismatch is 412 and changes nothing': async (api, { state }) => {
    const path = `/v1/mqtt/${state.first._id}`;
    const before = await api.get(path);
    const etag = before.headers.get('etag');
    assert.match(etag ?? '', /^"[^"]+"$/);
    const headers = { 'if-match': '"another"' };
    for (const [method, target] of [
      ['DELETE', path],
      ['PUT', path],
      ['POST', `${path}/rotate`],
    ]) {
      assert.equal((await api.call(method, target, { headers, body: {} })).status, 412, method);
    }
    expectExact(await api.get(path), 200, before.text);
    const put = await api.call('PUT', path, { headers: { 'if-match': etag }, body: { label: 'porch' } });
    assert.equal(put.status, 200, put.text);
    assert.notEqual(put.headers.get('etag'), etag);
    expectExact(await api.get(`${path}?fields=label`), 200, '{"label":"porch"}');
  },
  'PUT: what cannot be changed is refused': async (api, { state }) => {
    const path = `/v1/mqtt/${state.first._id}`;
    for (const key of ['user', 'password', 'server', 'port', 'owner']) {
      const answer = await api.call('PUT', path, { body: { [key]: 'x', label: 'no' } });
      assert.equal(answer.status, 400, `${key}: ${answer.text}`);
    }
    expectExact(await api.get(`${path}?fields=label`), 200, '{"label":"porch"}');
  },
  'rotate: another password, the same user': async (api, { state }) => {
    const path = `/v1/mqtt/${state.first._id}`;
    const answer = await api.call('POST', `${path}/rotate`, { body: { overlap_seconds: 0 } });
    assert.equal(answer.status, 200, answer.text);
    const rotated = answer.json();
    assert.notEqual(rotated.password, state.first.password);
    assert.deepEqual({ ...rotated, password: '' }, { ...state.first, password: '' });
    expectExact(await api.get(path), 200, answer.text);
    for (const overlap_seconds of [-1, 604_801, 'soon']) {
      assert.equal((await api.call('POST', `${path}/rotate`, { body: { overlap_seconds } })).status, 400);
    }
    expectExact(await api.get(path), 200, answer.text);
  },
  'disconnect, sessions, usage and acl-check answer': async (api, { state }) => {
    const path = `/v1/mqtt/${state.first._id}`;
    const disconnected = await api.call('POST', `${path}/disconnect`);
    // Not every broker tells how many there were.
    expectExact(
      disconnected,
      200,
      JSON.stringify({ disconnected: disconnected.text.includes('unknown') ? 'unknown' : 0 }),
    );
    assert.deepEqual((await api.get(`${path}/sessions`)).json().sessions, []);
    const { instances } = (await api.get(`${path}/usage`)).json().plan;
    assert.ok(instances.used >= 1 && instances.limit >= instances.used);
    const check = async (action, topic) =>
      (await api.get(`${path}/acl-check?action=${action}&topic=${encodeURIComponent(topic)}`)).json();
    const { user } = state.first;
    for (const topic of [user, `/${user}`, `${user}/a`, `/${user}/a/b`]) {
      assert.equal((await check('publish', topic)).allowed, true, topic);
      assert.equal((await check('subscribe', `${topic}/#`)).allowed, true, topic);
    }
    for (const filter of ['#', '+/x', '/+/x', '$SYS/#', `${user}x/#`]) {
      const { allowed, rule } = await check('subscribe', filter);
      assert.deepEqual([allowed, typeof rule], [false, 'string'], filter);
    }
    assert.equal((await api.get(`${path}/acl-check?action=eat&topic=x`)).status, 400);
  },
  'Idempotency-Key: a retry is the first request again': async (api, { state }) => {
    const { mqtts } = (await api.get('/v1/mqtt?limit=-1')).json();
    await api.remove(mqtts.find(({ _id }) => _id !== state.first._id)?._id);
    const headers = { 'idempotency-key': `conformance ${state.first._id} ${process.hrtime.bigint()}` };
    const made = await api.create({ headers });
    assert.equal(made.status, 201, made.text);
    const { recordsTotal } = (await api.get('/v1/mqtt')).json();
    expectExact(await api.create({ headers }), 201, made.text);
    assert.equal((await api.get('/v1/mqtt')).json().recordsTotal, recordsTotal);
    assert.equal((await api.create({ headers, body: { other: 1 } })).status, 422);
  },
  'Link: the neighbours of a page': async (api) => {
    const answer = await api.get('/v1/mqtt?limit=1&offset=1');
    const relations = [...(answer.headers.get('link') ?? '').matchAll(/<([^>]+)>; rel="(\w+)"/g)];
    const links = new Map(relations.map(([, address, relation]) => [relation, address]));
    assert.match(links.get('first') ?? '', /offset=0/);
    assert.match(links.get('prev') ?? '', /offset=0/);
    const all = (await api.get('/v1/mqtt?limit=-1')).json().mqtts;
    const last = new URL(links.get('last'), 'http://localhost');
    assert.deepEqual((await api.get(last.pathname + last.search)).json().mqtts, [all.at(-1)]);
  },
  'removal leaves a receipt in headers': async (api, { state }) => {
    const answer = await api.remove(state.first._id);
    assert.equal(answer.status, 200);
    for (const name of ['kicked', 'offline-dropped', 'retained-purged']) {
      expectHeader(answer, `x-receipt-${name}`, /^(\d+|unknown)$/);
    }
    expectHeader(answer, 'ratelimit', /r=\d+/);
    expectHeader(answer, 'ratelimit-policy', /q=\d+/);
  },
};
