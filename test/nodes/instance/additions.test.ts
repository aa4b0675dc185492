import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { node, TAB } from '../../support/node-red/flows.ts';
import { type CuttingProxy, startCuttingProxy } from '../server/cutting-proxy.ts';
import { ALL_ACTIONS, acting, type InstanceSetting, type Rented, startSetting } from './setting.ts';

let world: InstanceSetting;

beforeAll(async () => {
  world = await startSetting();
});

beforeEach(() => world.reset());

afterAll(() => world.stop());

const CHANGES = {
  action: 'update',
  label: 'payload.label',
  labelType: 'msg',
  enabled: 'payload.enabled',
  enabledType: 'msg',
  expires: 'payload.expires',
  expiresType: 'msg',
};

function read(id: string): Promise<unknown> {
  return world.call('GET', `/v1/mqtt/${id}?fields=label,enabled,expires_at`);
}

describe('an update', () => {
  it('changes what the message has, and leaves the rest', async () => {
    await world.red.deploy([TAB, world.account(), ...acting('change', CHANGES)]);
    const { _id: id, user: username, password } = await world.rent();
    const client = await world.service.client({ username, password });
    const { payload, broker, etag } = await world.done('change', { id, label: 'porch', enabled: false });
    expect([payload._id, broker]).toEqual([id, undefined]);
    expect(etag).toMatch(/^".+"$/);
    await client.closed;
    expect(await read(id)).toEqual({ label: 'porch', enabled: false, expires_at: null });
    await world.done('change', { id, enabled: 'true', expires: Date.parse('2030-01-31T12:00:00Z') });
    expect(await read(id)).toEqual({ label: 'porch', enabled: true, expires_at: '2030-01-31T12:00:00.000Z' });
    await world.done('change', { id, label: '', expires: null });
    expect(await read(id)).toEqual({ label: null, enabled: true, expires_at: null });
  });

  it('changes what the dialog says', async () => {
    const off = { action: 'update', label: 'garden', labelType: 'str', enabled: 'false', enabledType: 'bool' };
    const soon = { action: 'update', expires: '2030-01-31T13:00+01:00', expiresType: 'str' };
    const never = { action: 'update', expiresType: 'never' };
    const flows = [...acting('off', off), ...acting('soon', soon), ...acting('never', never)];
    await world.red.deploy([TAB, world.account(), ...flows]);
    const { _id: id } = await world.rent();
    await world.done('off', { id });
    await world.done('soon', { id });
    expect(await read(id)).toEqual({ label: 'garden', enabled: false, expires_at: '2030-01-31T12:00:00.000Z' });
    await world.done('never', { id });
    expect(await read(id)).toMatchObject({ enabled: false, expires_at: null });
  });

  it('is refused in the words of the service', async () => {
    await world.red.deploy([TAB, world.account(), ...acting('change', CHANGES)]);
    const { _id: id } = await world.rent();
    const refusal = await world.call('PUT', `/v1/mqtt/${id}`, { enabled: 'perhaps' });
    expect(await world.refused('change', { id, enabled: 'perhaps' })).toMatchObject({
      error: { code: 'invalid_payload', message: `${refusal.message}`, cause: { status: 400 } },
    });
  });
});

describe('a closer look', () => {
  it('tells who is connected', async () => {
    await world.red.deploy([TAB, world.account(), ...ALL_ACTIONS]);
    const { _id: id, user: username, password } = await world.rent();
    const client = await world.service.client({ username, password, clientId: 'porch' });
    expect((await world.done('sessions', { id })).payload).toMatchObject({ sessions: [{ client_id: 'porch' }] });
    await client.end();
  });

  it('tells whether a topic may be used, and which rule says so', async () => {
    const subscribe = { action: 'acl-check', right: 'payload.right', rightType: 'msg' };
    await world.red.deploy([
      TAB,
      world.account(),
      ...acting('may', { action: 'acl-check' }),
      ...acting('sub', subscribe),
    ]);
    const { _id: id, user } = await world.rent();
    const topic = `${user}/devices/a b&c=d`;
    expect((await world.done('may', { id, topic })).payload).toMatchObject({ allowed: true, action: 'publish', topic });
    const filter = { id, right: 'subscribe', topic: '#' };
    expect((await world.done('sub', filter)).payload).toMatchObject({ allowed: false, topic: '#' });
  });

  it('gives what to paste: one text, or all of them by name', async () => {
    const kinds = new Set(['node-red', 'home-assistant', 'mosquitto_sub', 'esp32', 'qr']);
    const one = acting('one', { action: 'connection', bundle: 'payload.kind', bundleType: 'msg' });
    await world.red.deploy([TAB, world.account(), ...ALL_ACTIONS, ...one]);
    const { _id: id, user, password } = await world.rent();
    const { payload: all, broker } = await world.done('connection', { id });
    expect([new Set(Object.keys(all)), broker]).toEqual([kinds, undefined]);
    for (const [kind, text] of Object.entries(all)) {
      expect((await world.done('one', { id, kind })).payload).toBe(text);
      if (kind !== 'qr') expect([text.includes(user), text.includes(password)]).toEqual([true, true]);
    }
  });
});

describe('a condition', () => {
  it('keeps a change, a rotation or a deletion from an instance that has changed meanwhile', async () => {
    const condition = { ifMatch: 'payload.etag', ifMatchType: 'msg' };
    const actions = ['update', 'rotate', 'delete'];
    const flows = actions.flatMap((action) => acting(action, { ...CHANGES, ...condition, action }));
    const reading = ALL_ACTIONS.filter(({ id }) => id.endsWith('-read'));
    await world.red.deploy([TAB, world.account(), ...reading, ...flows]);
    const { _id: id } = await world.rent();
    const { etag } = await world.done('read', { id });
    await world.call('PUT', `/v1/mqtt/${id}`, { label: 'by someone else' });
    for (const action of actions) {
      const refusal = await world.refused(action, { id, etag, label: 'mine' });
      expect(refusal).toMatchObject({
        statusCode: 412,
        error: { code: 'conflict', message: 'The MQTT instance has changed meanwhile' },
      });
    }
    expect(await read(id)).toMatchObject({ label: 'by someone else' });
    let current = (await world.done('read', { id })).etag;
    for (const action of actions) current = (await world.done(action, { id, etag: current, label: 'mine' })).etag;
    expect(await world.refused('read', { id })).toMatchObject({ statusCode: 404 });
  });
});

describe('a creation whose answer is lost', () => {
  let proxy: CuttingProxy;

  beforeAll(async () => {
    proxy = await startCuttingProxy(world.service.httpUrl);
  });

  afterAll(() => proxy.close());

  const rented = async () => ((await world.call('GET', '/v1/mqtt')) as { mqtts: Rented[] }).mqtts.map(({ _id }) => _id);

  it('is the same when the flow sends its message again, and another one after it went through', async () => {
    const again = 'msg.tries = (msg.tries || 0) + 1; return msg.tries < 3 ? [msg, null] : [null, msg];';
    const create = acting('create', { action: 'create' }).map((one) =>
      one.id === 'catch-create' ? { ...one, wires: [['again']] } : one,
    );
    const retry = node('again', 'function', [['do-create'], ['fail-create']], { outputs: 2, func: again });
    // What went through is sent once more, as loops do.
    const twice = node('twice', 'function', [['do-create'], ['tell-create']], {
      outputs: 2,
      func: 'if (msg.first) { msg.payload.first = msg.first; return [null, msg]; } msg.first = msg.payload._id; return [msg, null];',
    });
    const looped = create.map((one) => (one.id === 'do-create' ? { ...one, wires: [['twice']] } : one));
    await world.red.deploy([TAB, world.account({ url: proxy.url }), ...looped, retry, twice]);
    proxy.lose(2);
    const { payload } = (await world.done('create')) as unknown as { payload: Rented & { first: string } };
    expect(new Set(await rented())).toEqual(new Set([payload.first, payload._id]));
    const keys = proxy.passed
      .filter(({ path }) => path === '/v1/mqtt')
      .map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(4);
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(keys[3]).not.toBe(keys[0]);
  });

  it('can be found again by a key of the flow’s own; it stays out of the message', async () => {
    const own = { action: 'create', idempotencyKey: 'payload.name', idempotencyKeyType: 'msg' };
    await world.red.deploy([TAB, world.account({ url: proxy.url }), ...acting('named', own)]);
    proxy.lose(1);
    const fault = await world.refused('named', { name: 'porch' });
    expect(fault).toMatchObject({ error: { code: 'not_connected' } });
    expect(fault).not.toHaveProperty('idempotencyKey');
    const { payload } = await world.done('named', { name: 'porch' });
    expect((await world.done('named', { name: 'porch' })).payload._id).toBe(payload._id);
    expect(await rented()).toEqual([payload._id]);
  });

  it('has a key of its own for each message, though they come from one', async () => {
    const split = node('in-many', 'http in', ['split'], { url: '/many', method: 'post' });
    const splitter = node('split', 'split', ['do-many'], {
      splt: '\\n',
      spltType: 'str',
      arraySplt: 1,
      arraySpltType: 'len',
    });
    const [, ...rest] = acting('many', { action: 'create' });
    const joined = rest.map((one) => (one.id === 'do-many' ? { ...one, wires: [['join']] } : one));
    const join = node('join', 'join', ['tell-many'], { mode: 'auto', build: 'object', property: 'payload' });
    await world.red.deploy([TAB, world.account(), split, splitter, ...joined, join]);
    await world.done('many', [1, 2, 3]);
    expect(await rented()).toHaveLength(3);
  });
});
