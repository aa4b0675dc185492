// Owns the checks of the published contract: four calls and the login, byte for byte, with the traps of its spelling.
import assert from 'node:assert/strict';
import { CannotBeTried, expectExact, expectHeader } from './api.js';

const KEYS = ['_id', 'server', 'user', 'password', 'port', 'owner', 'created_at', '__v'];
const NO_SUCH = '{"message":"No such MQTT instance"}';
const ABSENT = [
  'ffffffffffffffffffffffff',
  'x',
  '123',
  '%zz',
  'a%2Fb',
  '%00',
  '__proto__',
  'FFFFFFFFFFFFFFFFFFFFFFFF',
  '0'.repeat(200),
];

function expectInstance(instance, owner) {
  assert.deepEqual(Object.keys(instance), KEYS);
  assert.match(instance._id, /^[0-9a-f]{24}$/);
  assert.match(instance.user, /^[A-Za-z0-9]{8}$/);
  assert.match(instance.password, /^[A-Za-z0-9]{12}$/);
  assert.match(instance.port, /^\d{1,5}$/);
  assert.match(instance.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.ok(typeof instance.server === 'string' && instance.server !== '');
  assert.equal(instance.owner, owner);
  assert.equal(instance.__v, 0);
}

export const loginChecks = {
  'login: user id and role, then the token': async (api, { email, password, state }) => {
    const answer = await api.logIn(email, password);
    assert.equal(answer.status, 200, answer.text);
    const body = answer.json();
    expectExact(answer, 200, JSON.stringify({ user: { id: body.user.id, role: body.user.role }, token: body.token }));
    assert.match(body.user.id, /^[0-9a-f]{24}$/);
    state.owner = body.user.id;
    expectHeader(answer, 'cache-control', /no-store/);
  },
  'login: rememberMe as a boolean and as a text': async (api, { email, password }) => {
    for (const rememberMe of [true, false, 'true', 'false']) {
      assert.equal((await api.logIn(email, password, { rememberMe })).status, 200);
    }
  },
  'login: username instead of email': async (api, { email, password }) => {
    const body = { username: email, password };
    assert.equal((await api.call('POST', '/v1/auth/login', { body, token: null })).status, 200);
  },
  'login: a wrong password and an unknown user read the same, with "error"': async (api, { email }) => {
    for (const name of [email, 'nobody@example.org']) {
      const body = { email: name, password: 'certainly wrong' };
      const answer = await api.call('POST', '/v1/auth/login', { body, token: null });
      expectExact(answer, 401, '{"error":"Login or password is wrong"}');
    }
  },
};

export const publishedChecks = {
  '401: the bare text, whatever is wrong with the token': async (api) => {
    for (const token of [null, 'nonsense', 'a.b.c']) {
      for (const [method, path] of [
        ['GET', '/v1/mqtt'],
        ['POST', '/v1/mqtt'],
        ['GET', `/v1/mqtt/${ABSENT[0]}`],
        ['DELETE', '/v1/mqtt/x'],
      ]) {
        const answer = await api.call(method, path, { token });
        expectExact(answer, 401, 'Unauthorized');
        const challenge = token === null ? /^Bearer realm="[^"]+"$/ : /^Bearer realm="[^"]+", error="invalid_token"$/;
        expectHeader(answer, 'www-authenticate', challenge);
      }
    }
  },
  'create: 201, the bare object, eight keys in order': async (api, { state }) => {
    const answer = await api.create();
    assert.equal(answer.status, 201, `${answer.text} (the account must have room for at least two instances)`);
    state.first = answer.json();
    expectInstance(state.first, state.owner);
    expectExact(answer, 201, JSON.stringify(state.first));
    expectHeader(answer, 'content-type', /^application\/json\b/);
    expectHeader(answer, 'cache-control', /no-store/);
    expectHeader(answer, 'location', /\/v1\/mqtt\/[0-9a-f]{24}$/);
    expectHeader(answer, 'x-powered-by', null);
    expectHeader(answer, 'x-content-type-options', 'nosniff');
  },
  'create: whatever body is sent with it': async (api, { state }) => {
    const answer = await api.create({ body: '{"user":', headers: { 'content-type': 'application/json' } });
    assert.equal(answer.status, 201, answer.text);
    state.second = answer.json();
    expectInstance(state.second, state.owner);
    assert.notEqual(state.second.user, state.first.user);
  },
  'read: the bare object as it was created': async (api, { state }) => {
    const answer = await api.get(`/v1/mqtt/${state.first._id}`);
    expectExact(answer, 200, JSON.stringify(state.first));
    expectHeader(answer, 'cache-control', /no-store/);
  },
  'read and remove: absent and malformed ids are one 404': async (api) => {
    for (const id of ABSENT) {
      expectExact(await api.get(`/v1/mqtt/${id}`), 404, NO_SUCH);
      expectExact(await api.remove(id), 404, NO_SUCH);
    }
  },
  'list: rows and both counts in order, draw only when sent': async (api, { state }) => {
    const answer = await api.get('/v1/mqtt');
    const body = answer.json();
    assert.deepEqual(Object.keys(body), ['mqtts', 'recordsTotal', 'recordsFiltered']);
    for (const instance of body.mqtts) expectInstance(instance, state.owner);
    assert.ok(body.mqtts.some(({ _id }) => _id === state.first._id));
    assert.equal(body.recordsTotal, body.recordsFiltered);
    const drawn = await api.get('/v1/mqtt?draw=07&draw=warp');
    assert.equal(drawn.text, `${answer.text.slice(0, -1)},"draw":"warp"}`);
  },
  'list: in order of creation, and backwards': async (api) => {
    const up = (await api.get('/v1/mqtt?order_dir=sideways')).json().mqtts;
    const sorted = [...up].sort((a, b) => (a.created_at + a._id < b.created_at + b._id ? -1 : 1));
    assert.deepEqual(up, sorted);
    assert.deepEqual((await api.get('/v1/mqtt?order_dir=DeSC')).json().mqtts, sorted.reverse());
  },
  'list: a search takes the text literally, in any case, and counts before paging': async (api, { state }) => {
    const { user } = state.first;
    const total = (await api.get('/v1/mqtt')).json().recordsTotal;
    const found = async (search, more = '') =>
      (await api.get(`/v1/mqtt?search_value=${encodeURIComponent(search)}${more}`)).json();
    const swapped = user.replace(/[a-z]/gi, (c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase()));
    for (const search of [user, swapped, user.slice(2, 7)]) {
      const body = await found(search);
      assert.ok(body.mqtts.some(({ _id }) => _id === state.first._id));
      assert.deepEqual([body.recordsTotal, body.recordsFiltered], [total, body.mqtts.length]);
    }
    for (const search of ['.*', '%', '*', `${user}x`, '^', '[']) assert.equal((await found(search)).recordsFiltered, 0);
    assert.equal((await found('')).recordsFiltered, total);
    assert.deepEqual([(await found(user, '&limit=0')).mqtts, (await found(user, '&limit=0')).recordsFiltered], [[], 1]);
  },
  'list: odd numbers fall back to the defaults': async (api) => {
    const all = (await api.get('/v1/mqtt')).json();
    for (const query of [
      'limit=x',
      'limit=-2',
      'limit=1.5',
      'limit=',
      'offset=-1',
      'offset=x',
      'limit=-1',
      'limit[a]=0',
    ]) {
      assert.deepEqual((await api.get(`/v1/mqtt?${query}`)).json(), all, query);
    }
    assert.deepEqual((await api.get('/v1/mqtt?limit=99999')).json(), all);
    const [, second] = all.mqtts;
    assert.deepEqual((await api.get('/v1/mqtt?offset=1&limit=1')).json(), { ...all, mqtts: [second] });
    assert.deepEqual((await api.get('/v1/mqtt?offset=99999')).json(), { ...all, mqtts: [] });
  },
  'remove: 200 with the published apostrophe and spelling, then 404': async (api, { state }) => {
    const answer = await api.remove(state.second._id);
    expectExact(answer, 200, `{"message":"'MQTT instance succesfully removed"}`);
    expectExact(await api.remove(state.second._id), 404, NO_SUCH);
    expectExact(await api.get(`/v1/mqtt/${state.second._id}`), 404, NO_SUCH);
    const { mqtts } = (await api.get('/v1/mqtt?limit=-1')).json();
    assert.ok(mqtts.every(({ _id }) => _id !== state.second._id));
  },
  'create: 403 when the plan has none left, and never one too many': async (api) => {
    const { mqtts } = (await api.get('/v1/mqtt?limit=-1')).json();
    const answers = await Promise.all(Array.from({ length: 30 }, () => api.create()));
    const refused = answers.filter(({ status }) => status !== 201);
    if (refused.length === 0) throw new CannotBeTried('this account has room for more than 30 instances');
    for (const answer of refused) {
      const message = 'Maximum number of MQTT instances reached. Please upgrade your account.';
      expectExact(answer, 403, JSON.stringify({ message }));
    }
    const room = answers.length - refused.length;
    assert.equal((await api.get('/v1/mqtt?limit=-1')).json().recordsTotal, mqtts.length + room);
    const [one] = answers.filter(({ status }) => status === 201);
    await api.remove((one ?? { json: () => mqtts.at(-1) }).json()._id);
    assert.equal((await api.create()).status, 201);
  },
};
