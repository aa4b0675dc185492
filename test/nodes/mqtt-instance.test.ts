import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { node, settled, TAB } from '../support/flows.ts';
import { manualClock } from '../support/manual-clock.ts';
import { type FlowNode, type NodeRed, startNodeRed } from '../support/node-red.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';
import { startSilentHttp } from '../support/silent-http.ts';

type Properties = Readonly<Record<string, unknown>>;

interface Rented {
  readonly _id: string;
  readonly user: string;
  readonly password: string;
  readonly server: string;
  readonly port: string;
}

interface Connectable {
  readonly payload: Rented;
  readonly broker: Readonly<Record<string, unknown>>;
  readonly action: string;
}

const RENTER = { username: 'renter', password: 'letme1n-then' };
/** The service's; that of Node-RED goes on by itself. */
const clock = manualClock();

let service: Service;
let red: NodeRed;
/** For what tests prepare and look at, beside Node-RED. */
let token: string;

beforeAll(async () => {
  [service, red] = await Promise.all([
    startService({ clock, env: { INSTANCE_SERVER: '127.0.0.1', INSTANCE_LIMIT: '130' } }),
    startNodeRed({ env: { WHICH: 'usage' } }),
  ]);
  const admin = await logIn(ADMIN);
  await call(admin, 'POST', '/api/users', { ...RENTER, can_login: true });
});

beforeEach(async () => {
  // The rates of logins count from here.
  clock.advance(60_000);
  token = await logIn(RENTER);
  const { mqtts } = await call(token, 'GET', '/v1/mqtt?limit=-1');
  await Promise.all((mqtts as Rented[]).map(({ _id }) => call(token, 'DELETE', `/v1/mqtt/${_id}`)));
});

afterAll(async () => {
  await red.stop();
  await service.stop();
});

async function call(as: string, method: string, path: string, body?: object) {
  const headers = { authorization: `Bearer ${as}`, 'content-type': 'application/json' };
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  const text = await (await fetch(service.httpUrl + path, init)).text();
  return text === '' ? undefined : JSON.parse(text);
}

async function logIn({ username, password }: typeof ADMIN): Promise<string> {
  return (await call('', 'POST', '/v1/auth/login', { username, password })).token;
}

function rent(): Promise<Rented> {
  // Lists are in the order of creation.
  clock.advance(1);
  return call(token, 'POST', '/v1/mqtt');
}

function account(properties: Properties = {}): FlowNode {
  const fixed = { id: 'account', type: 'mqtt-instance-account', name: '', version: 1, url: service.httpUrl };
  return { ...fixed, login: 'password', brokerTls: 'auto', credentials: RENTER, ...properties };
}

/** `POST /<path>` goes through an instance node, whole messages come back; what fails comes back as 500 with `msg.error`. */
function acting(path: string, properties: Properties): FlowNode[] {
  const tell = 'msg.payload = { payload: msg.payload, broker: msg.broker, action: msg.action }; return msg;';
  const fail = 'msg.payload = { error: msg.error, statusCode: msg.statusCode }; msg.statusCode = 500; return msg;';
  return [
    node(`in-${path}`, 'http in', [`do-${path}`], { url: `/${path}`, method: 'post' }),
    node(`do-${path}`, 'mqtt-instance', [`tell-${path}`], {
      ...{ account: 'account', action: 'list', actionType: 'verb', entity: 'payload.id', entityType: 'msg' },
      ...{ confirmed: false, overlap: '', overlapType: 'num', search: '', searchType: 'str', order: 'asc' },
      ...{
        offset: '',
        offsetType: 'num',
        limit: '',
        limitType: 'num',
        paging: 'page',
        timeout: '5',
        timeoutType: 'num',
      },
      ...properties,
    }),
    node(`tell-${path}`, 'function', [`out-${path}`], { outputs: 1, func: tell }),
    node(`out-${path}`, 'http response', []),
    node(`catch-${path}`, 'catch', [`fail-${path}`], { scope: [`do-${path}`] }),
    node(`fail-${path}`, 'function', [`out-${path}`], { outputs: 1, func: fail }),
  ];
}

const ALL_ACTIONS = ['list', 'create', 'read', 'delete', 'rotate', 'disconnect', 'usage'].flatMap((action) =>
  acting(action, { action }),
);

async function done(path: string, body?: object): Promise<Connectable> {
  const answer = await red.post(path, body);
  expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
  return answer.body as Connectable;
}

/** What a Catch node sees. */
async function refused(path: string, body?: object): Promise<unknown> {
  const answer = await red.post(path, body);
  expect([answer.status, answer.body]).toEqual([500, expect.anything()]);
  return answer.body;
}

describe('the instance node', () => {
  it('rents an instance, and tells the mqtt nodes how to connect as it', async () => {
    await red.deploy([TAB, account(), ...ALL_ACTIONS]);
    const { payload, broker, action } = await done('create');
    expect(payload).toMatchObject({ server: '127.0.0.1', port: new URL(service.mqttUrl).port, __v: 0 });
    const { user: username, password, port } = payload;
    expect([action, broker]).toEqual([
      'connect',
      { broker: '127.0.0.1', port, usetls: false, username, password, force: true },
    ]);
    expect(await done('read', { id: payload._id })).toEqual({ payload, broker, action });
    await (await service.client({ username, password })).end();
  });

  it('gives a new password, which counts at once if there is no overlap', async () => {
    const now = acting('now', { action: 'rotate', overlap: '0' });
    await red.deploy([TAB, account(), ...ALL_ACTIONS, ...now]);
    const { _id: id, user: username, password: first } = await rent();
    const second = (await done('rotate', { id })).payload.password;
    for (const password of [first, second]) await (await service.client({ username, password })).end();
    const { payload, broker } = await done('now', { id });
    expect(broker).toMatchObject({ username, password: payload.password });
    for (const password of [first, second]) await expect(service.client({ username, password })).rejects.toThrow();
    await (await service.client({ username, password: payload.password })).end();
  });

  it('disconnects clients, tells the usage, and deletes; none of these is a connection', async () => {
    await red.deploy([TAB, account(), ...ALL_ACTIONS]);
    const { _id: id, user: username, password } = await rent();
    const client = await service.client({ username, password });
    expect(await done('disconnect', { id })).toEqual({ payload: { disconnected: 1 } });
    await client.closed;
    expect(await done('usage', { id })).toMatchObject({ payload: { plan: { instances: { limit: 130, used: 1 } } } });
    expect(await done('delete', { id })).toEqual({ payload: { message: "'MQTT instance succesfully removed" } });
    expect(await refused('read', { id })).toMatchObject({ statusCode: 404 });
  });

  it('lists a page as the API answers it, sought and ordered', async () => {
    const rented = [await rent(), await rent(), await rent()];
    const page = { search: 'payload.search', searchType: 'msg', offset: 'payload.skip', offsetType: 'msg', limit: '2' };
    await red.deploy([TAB, account(), ...ALL_ACTIONS, ...acting('page', page), ...acting('newest', { order: 'desc' })]);
    expect((await done('list')).payload).toEqual({ mqtts: rented, recordsTotal: 3, recordsFiltered: 3 });
    expect((await done('page', { skip: 1 })).payload).toMatchObject({ mqtts: rented.slice(1) });
    const { payload } = await done('page', { search: rented[1]?.user.toLowerCase() });
    expect(payload).toEqual({ mqtts: [rented[1]], recordsTotal: 3, recordsFiltered: 1 });
    expect((await done('newest')).payload).toMatchObject({ mqtts: rented.toReversed() });
  });

  it('reads more instances than a page has, as one array or as messages that a join node puts together', async () => {
    const rented = await Promise.all(Array.from({ length: 101 }, rent));
    const [httpIn, streaming, tell, ...rest] = acting('stream', { paging: 'stream' });
    const join = { mode: 'auto', build: 'object', property: 'payload', propertyType: 'msg' };
    const joined = [httpIn, { ...streaming, wires: [['join']] }, node('join', 'join', ['tell-stream'], join), tell];
    await red.deploy([TAB, account(), ...acting('all', { paging: 'all' }), ...(joined as FlowNode[]), ...rest]);
    const users = ({ payload }: { payload: unknown }) => new Set((payload as Rented[]).map(({ user }) => user));
    const expected = new Set(rented.map(({ user }) => user));
    expect(users(await done('all'))).toEqual(expected);
    expect(users(await done('stream'))).toEqual(expected);
  });

  it('does what the message or the environment says', async () => {
    const { _id: id } = await rent();
    const fromMessage = acting('any', { action: 'payload.action', actionType: 'msg' });
    const fromEnvironment = acting('env', { action: 'WHICH', actionType: 'env', entity: id, entityType: 'record' });
    await red.deploy([TAB, account(), ...fromMessage, ...fromEnvironment]);
    expect((await done('any', { action: 'read', id })).payload).toMatchObject({ _id: id });
    expect((await done('env')).payload).toMatchObject({ plan: {} });
    expect(JSON.stringify(await refused('any', { action: 'destroy', id }))).toContain('the action must be one of list');
  });
});

describe('what goes wrong reaches the Catch nodes:', () => {
  it('the words of the API, its status, and a code', async () => {
    await red.deploy([TAB, account(), ...ALL_ACTIONS]);
    const absent = { id: '5e23585e02180144b6dcbb05' };
    for (const action of ['read', 'delete', 'rotate', 'disconnect', 'usage']) {
      expect(await refused(action, absent)).toMatchObject({
        statusCode: 404,
        error: { code: 'not_found', message: 'InstanceApiError: No such MQTT instance', cause: { status: 404 } },
      });
    }
  });

  it('a plan that is exhausted', async () => {
    const { items } = await call(await logIn(ADMIN), 'GET', '/api/users?search=renter');
    await call(await logIn(ADMIN), 'PUT', `/api/users/${items[0].id}`, { instance_limit: 0 });
    await red.deploy([TAB, account(), ...ALL_ACTIONS]);
    const words = 'Maximum number of MQTT instances reached. Please upgrade your account.';
    const fault = await refused('create');
    await call(await logIn(ADMIN), 'PUT', `/api/users/${items[0].id}`, { instance_limit: 130 });
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
    ['a timeout of nothing', 'list', { timeout: '0' }, {}, 'the timeout must be more than 0'],
    ['JSONata that throws', 'list', { search: '$error("boom")', searchType: 'jsonata' }, {}, 'boom'],
  ])('%s, before anything is sent', async (_what, action, properties, body, words) => {
    await red.deploy([TAB, account({ url: 'http://127.0.0.1:9' }), ...acting('bad', { action, ...properties })]);
    expect(JSON.stringify(await refused('bad', body))).toContain(words);
  });

  it('a service that is not there, or is another', async () => {
    await red.deploy([TAB, account({ url: 'http://127.0.0.1:9' }), ...acting('list', {})]);
    expect(await refused('list')).toMatchObject({
      error: { code: 'not_connected', message: expect.stringContaining('http://127.0.0.1:9 cannot be reached') },
    });
    await red.deploy([TAB, account({ url: `${service.httpUrl}/nowhere` }), ...acting('list', {})]);
    expect(await refused('list')).toMatchObject({ statusCode: 404 });
  });

  it.each([
    ['no URL', { url: '' }, 'must be a URL such as'],
    ['a password in the URL', { url: 'http://me:sesame@127.0.0.1/' }, 'have fields of their own'],
    [
      'no password',
      { credentials: { username: 'me', password: '' } },
      'needs an e-mail address or a name, and a password',
    ],
    ['no token', { login: 'token', credentials: { token: '' } }, 'there is none'],
  ])('an account with %s, which takes nothing down', async (_what, properties, words) => {
    await red.deploy([TAB, account(properties), ...acting('list', {})]);
    expect(JSON.stringify(await refused('list'))).toContain('no instance account is chosen');
    expect(red.output()).toContain(words);
    expect(red.output()).not.toContain('sesame');
  });
});

describe('a call under way', () => {
  it('is cancelled when the node is deployed anew, and nothing of it comes later', async () => {
    const silent = await startSilentHttp();
    const token = { login: 'token', credentials: { token: 'mine' } };
    await red.deploy([TAB, account({ url: silent.url, ...token }), ...acting('list', {})]);
    // Nobody answers an http-in whose flow is gone.
    void red.post('list').catch(() => undefined);
    await eventually(() => silent.asked() > 0);
    const errors = red.output().split('[error]');
    await red.deploy([TAB, account(), ...acting('list', {})]);
    await silent.close();
    expect((await done('list')).payload).toMatchObject({ mqtts: [] });
    expect(red.output().split('[error]')).toHaveLength(errors.length);
  });
});

describe('the login', () => {
  it('is made anew when the service has forgotten the token', async () => {
    await red.deploy([TAB, account(), ...ALL_ACTIONS]);
    await done('list');
    clock.advance(25 * 3600_000);
    await Promise.all(Array.from({ length: 5 }, () => done('list')));
  });

  it('may be a token; one that is refused stays refused', async () => {
    const withToken = (text: string) => account({ login: 'token', credentials: { token: text } });
    await red.deploy([TAB, withToken(token), ...ALL_ACTIONS]);
    await done('list');
    await red.deploy([TAB, withToken('nonsense'), ...ALL_ACTIONS]);
    expect(await refused('list')).toMatchObject({
      statusCode: 401,
      error: { code: 'unauthorized', message: 'InstanceApiError: Unauthorized' },
    });
  });

  it('says so when the password is wrong', async () => {
    await red.deploy([TAB, account({ credentials: { username: 'renter', password: 'guess' } }), ...ALL_ACTIONS]);
    const fault = {
      statusCode: 401,
      error: { code: 'invalid_credentials', message: 'InstanceApiError: Login or password is wrong' },
    };
    expect(await refused('list')).toMatchObject(fault);
  });
});

describe('no password', () => {
  it('is in the log, the status, the flows or the list that dialogs choose from', async () => {
    const keep = "flow.set('statuses', [...(flow.get('statuses') || []), msg.status]);";
    await red.deploy([
      ...[TAB, account(), ...ALL_ACTIONS],
      node('status', 'status', ['keep'], { scope: null }),
      node('keep', 'function', [], { outputs: 0, func: keep }),
      node('in-statuses', 'http in', ['statuses'], { url: '/statuses', method: 'post' }),
      node('statuses', 'function', ['out-statuses'], {
        outputs: 1,
        func: "msg.payload = flow.get('statuses'); return msg;",
      }),
      node('out-statuses', 'http response', []),
    ]);
    const { payload: made } = await done('create');
    const { payload: rotated } = await done('rotate', { id: made._id });
    await done('read', { id: made._id });
    await refused('read', { id: 'absent' });
    const statuses = await settled(
      () => red.post('statuses'),
      ({ body }) => JSON.stringify(body).includes('not_found'),
    );
    const choices: unknown = await (await red.admin('mqtt-instance/account')).json();
    expect(choices).toEqual([{ value: made._id, label: `${made.user} (${made._id})` }]);
    const seen = {
      log: red.output(),
      statuses: JSON.stringify(statuses.body),
      flows: await (await red.admin('flows')).text(),
      choices: JSON.stringify(choices),
      credentials: await (await red.admin('credentials/mqtt-instance-account/account')).text(),
    };
    expect(seen.statuses).toContain('working (1)');
    expect(seen.credentials).toContain('has_password');
    for (const secret of [made.password, rotated.password, RENTER.password, token]) {
      for (const [place, said] of Object.entries(seen)) expect([place, said.includes(secret)]).toEqual([place, false]);
    }
  });
});

describe('the list for dialogs', () => {
  it('says whether the account is not deployed, not reached or not let in', async () => {
    const status = async () => (await red.admin('mqtt-instance/account')).status;
    await red.deploy([TAB]);
    expect(await status()).toBe(404);
    await red.deploy([TAB, account({ url: 'http://127.0.0.1:9' })]);
    expect(await status()).toBe(503);
    await red.deploy([TAB, account({ login: 'token', credentials: { token: 'nonsense' } })]);
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
