import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { node, settled, TAB } from '../../support/node-red/flows.ts';
import { startNodeRed } from '../../support/node-red/node-red.ts';
import { ADMIN } from '../../support/service.ts';
import { startSilentHttp } from '../../support/silent-http.ts';
import { ALL_ACTIONS, acting, type InstanceSetting, RENTER, startSetting } from './setting.ts';

let world: InstanceSetting;

beforeAll(async () => {
  world = await startSetting();
});

beforeEach(() => world.reset());

afterAll(() => world.stop());

describe('what goes wrong reaches the Catch nodes:', () => {
  it('the words of the API, its status, and a code', async () => {
    await world.red.deploy([TAB, world.account(), ...ALL_ACTIONS]);
    const absent = { id: '5e23585e02180144b6dcbb05' };
    for (const action of ['read', 'delete', 'rotate', 'disconnect', 'sessions', 'usage', 'connection']) {
      expect(await world.refused(action, absent)).toMatchObject({
        statusCode: 404,
        error: { code: 'not_found', message: 'No such MQTT instance', cause: { status: 404 } },
      });
    }
  });

  it('a plan that is exhausted', async () => {
    const admin = await world.logIn(ADMIN);
    const { items } = await world.call('GET', '/api/users?search=renter', undefined, admin);
    const limit = (instance_limit: number) => world.call('PUT', `/api/users/${items[0].id}`, { instance_limit }, admin);
    await limit(0);
    await world.red.deploy([TAB, world.account(), ...ALL_ACTIONS]);
    const words = 'Maximum number of MQTT instances reached. Please upgrade your account.';
    const fault = await world.refused('create');
    await limit(130);
    expect(fault).toMatchObject({
      statusCode: 403,
      error: { code: 'forbidden', message: expect.stringContaining(words) },
    });
  });

  it.each([
    ['no id', 'read', {}, {}, 'read needs the id of an instance'],
    ['an id that leads elsewhere', 'read', {}, { id: '../auth' }, 'letters and digits'],
    ['a deletion that nobody confirmed', 'delete', { entity: 'abc', entityType: 'record' }, {}, 'must be confirmed'],
    ['an overlap that is none', 'rotate', { overlap: '-1' }, { id: 'abc' }, 'the overlap must be a whole number'],
    ['an overlap of years', 'rotate', { overlap: '9999999' }, { id: 'abc' }, 'at most 604800'],
    ['an update of nothing', 'update', {}, { id: 'abc' }, 'update needs something to change'],
    [
      'a moment in no calendar',
      'update',
      { expires: 'payload.at', expiresType: 'msg' },
      { id: 'abc', at: 9e15 },
      'range',
    ],
    [
      'a right that is none',
      'acl-check',
      { right: 'x', rightType: 'str' },
      { id: 'abc', topic: 'a' },
      'publish, subscribe',
    ],
    ['no topic', 'acl-check', {}, { id: 'abc' }, 'acl-check needs a topic'],
    ['a bundle that is none', 'connection', { bundle: 'x' }, { id: 'abc' }, 'the bundle must be one of all, node-red'],
    ['no ETag', 'delete', { ifMatch: 'etag', ifMatchType: 'msg' }, { id: 'abc' }, 'there is no ETag'],
    [
      'a key that is missing',
      'create',
      { idempotencyKey: 'x', idempotencyKeyType: 'msg' },
      {},
      'the key of a creation',
    ],
    [
      'a key over two lines',
      'create',
      { idempotencyKey: 'payload.key', idempotencyKeyType: 'msg' },
      { key: 'a\nb' },
      'the key',
    ],
    ['a timeout of nothing', 'list', { timeout: '0' }, {}, 'the timeout must be more than 0'],
    ['JSONata that throws', 'list', { search: '$error("boom")', searchType: 'jsonata' }, {}, 'boom'],
  ])('%s, before anything is sent', async (_what, action, properties, body, words) => {
    await world.red.deploy([
      TAB,
      world.account({ url: 'http://127.0.0.1:9' }),
      ...acting('bad', { action, ...properties }),
    ]);
    const code = words === 'must be confirmed' ? 'not_confirmed' : 'invalid_value';
    expect(await world.refused('bad', body)).toMatchObject({
      error: { code, message: expect.stringContaining(words) },
    });
  });

  it('a service that is not there, or is another', async () => {
    await world.red.deploy([TAB, world.account({ url: 'http://127.0.0.1:9' }), ...acting('list', {})]);
    expect(await world.refused('list')).toMatchObject({
      error: { code: 'not_connected', message: expect.stringContaining('http://127.0.0.1:9 cannot be reached') },
    });
    await world.red.deploy([TAB, world.account({ url: `${world.service.httpUrl}/nowhere` }), ...acting('list', {})]);
    expect(await world.refused('list')).toMatchObject({ statusCode: 404 });
  });

  it.each([
    ['no URL', { url: '' }, 'must be a URL such as'],
    [
      'no password',
      { credentials: { username: 'me', password: '' } },
      'needs an e-mail address or a name, and a password',
    ],
    ['no token', { login: 'token', credentials: { token: '' } }, 'there is none'],
  ])('an account with %s, which takes nothing down', async (_what, properties, words) => {
    await world.red.deploy([TAB, world.account(properties), ...acting('list', {})]);
    expect(JSON.stringify(await world.refused('list'))).toContain('no instance account is chosen');
    expect(world.red.output()).toContain(words);
  });
});

describe('a call under way', () => {
  it('is cancelled when the node is deployed anew, and nothing of it comes later', async () => {
    const silent = await startSilentHttp();
    const token = { login: 'token', credentials: { token: 'mine' } };
    await world.red.deploy([TAB, world.account({ url: silent.url, ...token }), ...acting('list', { timeout: '60' })]);
    // Nobody answers an http-in whose flow is gone.
    void world.red.post('list').catch(() => undefined);
    await eventually(() => silent.asked() > 0);
    const errors = world.red.output().split('[error]');
    await world.red.deploy([TAB, world.account(), ...acting('list', {})]);
    await eventually(() => silent.left() > 0);
    await silent.close();
    expect((await world.done('list')).payload).toMatchObject({ mqtts: [] });
    expect(world.red.output().split('[error]')).toHaveLength(errors.length);
  });
});

describe('the login', () => {
  it('is made anew when the service has forgotten the token', async () => {
    await world.red.deploy([TAB, world.account(), ...ALL_ACTIONS]);
    await world.done('list');
    world.clock.advance(25 * 3600_000);
    await Promise.all(Array.from({ length: 5 }, () => world.done('list')));
  });

  it('may be a token; one that is refused stays refused', async () => {
    const withToken = (text: string) => world.account({ login: 'token', credentials: { token: text } });
    await world.red.deploy([TAB, withToken(world.token()), ...ALL_ACTIONS]);
    await world.done('list');
    await world.red.deploy([TAB, withToken('nonsense'), ...ALL_ACTIONS]);
    expect(await world.refused('list')).toMatchObject({
      statusCode: 401,
      error: { code: 'unauthorized', message: 'Unauthorized' },
    });
  });

  it('says so when the password is wrong', async () => {
    await world.red.deploy([
      TAB,
      world.account({ credentials: { username: 'renter', password: 'guess' } }),
      ...ALL_ACTIONS,
    ]);
    const fault = {
      statusCode: 401,
      error: { code: 'invalid_credentials', message: 'Login or password is wrong' },
    };
    expect(await world.refused('list')).toMatchObject(fault);
  });
});

describe('no password', () => {
  it('is in the log, an error, the status, the flows or the list that dialogs choose from', async () => {
    const keep = "flow.set('statuses', [...(flow.get('statuses') || []), msg.status]);";
    await world.red.deploy([
      ...[TAB, world.account(), ...ALL_ACTIONS],
      node('status', 'status', ['keep'], { scope: null }),
      node('keep', 'function', [], { outputs: 0, func: keep }),
      node('in-statuses', 'http in', ['statuses'], { url: '/statuses', method: 'post' }),
      node('statuses', 'function', ['out-statuses'], {
        outputs: 1,
        func: "msg.payload = flow.get('statuses'); return msg;",
      }),
      node('out-statuses', 'http response', []),
    ]);
    const { payload: made } = await world.done('create');
    const { payload: rotated } = await world.done('rotate', { id: made._id });
    await world.done('read', { id: made._id });
    const refusal = await world.refused('read', { id: 'absent' });
    const statuses = await settled(
      () => world.red.post('statuses'),
      ({ body }) => JSON.stringify(body).includes('not_found'),
    );
    const choices: unknown = await (await world.red.admin('mqtt-instance/account')).json();
    expect(choices).toEqual([{ value: made._id, label: `${made.user} (${made._id})`, name: made.user }]);
    const seen = {
      log: world.red.output(),
      errors: JSON.stringify(refusal),
      statuses: JSON.stringify(statuses.body),
      flows: await (await world.red.admin('flows')).text(),
      choices: JSON.stringify(choices),
      credentials: await (await world.red.admin('credentials/mqtt-instance-account/account')).text(),
    };
    expect(seen.statuses).toContain('mqtt-instance.status.working, {\\"count\\":1}');
    expect(seen.credentials).toContain('has_password');
    for (const secret of [made.password, rotated.password, RENTER.password, world.token()]) {
      for (const [place, said] of Object.entries(seen)) expect([place, said.includes(secret)]).toEqual([place, false]);
    }
  });
});

describe('the list for dialogs', () => {
  it('says whether the account is not deployed, not reached or not let in', async () => {
    const status = async () => (await world.red.admin('mqtt-instance/account')).status;
    await world.red.deploy([TAB]);
    expect(await status()).toBe(404);
    await world.red.deploy([TAB, world.account({ url: 'http://127.0.0.1:9' })]);
    expect(await status()).toBe(503);
    await world.red.deploy([TAB, world.account({ login: 'token', credentials: { token: 'nonsense' } })]);
    expect(await status()).toBe(502);
  });

  it('is only for users who may see the account', async () => {
    const users = [{ username: 'someone', password: '', permissions: '*' }];
    const guarded = await startNodeRed({ settings: { adminAuth: { type: 'credentials', users } } });
    try {
      expect((await guarded.admin('mqtt-instance/account')).status).toBe(401);
    } finally {
      await guarded.stop();
    }
  });
});
