import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { node, TAB } from '../../support/node-red/flows.ts';
import type { FlowNode } from '../../support/node-red/node-red.ts';
import { ALL_ACTIONS, acting, type InstanceSetting, type Rented, startSetting } from './setting.ts';

let world: InstanceSetting;

beforeAll(async () => {
  world = await startSetting();
});

beforeEach(() => world.reset());

afterAll(() => world.stop());

describe('the instance node', () => {
  it('rents an instance, and tells the mqtt nodes how to connect as it', async () => {
    await world.red.deploy([TAB, world.account(), ...ALL_ACTIONS]);
    const { payload, broker, action, etag } = await world.done('create');
    expect(payload).toMatchObject({ server: '127.0.0.1', port: new URL(world.service.mqttUrl).port, __v: 0 });
    const { user: username, password, port } = payload;
    expect([action, broker]).toEqual([
      'connect',
      { broker: '127.0.0.1', port, usetls: false, username, password, force: true },
    ]);
    expect(await world.done('read', { id: payload._id })).toEqual({ payload, broker, action, etag });
    await (await world.service.client({ username, password })).end();
  });

  it('gives a new password, which counts at once if there is no overlap', async () => {
    const now = acting('now', { action: 'rotate', overlap: '0' });
    await world.red.deploy([TAB, world.account(), ...ALL_ACTIONS, ...now]);
    const { _id: id, user: username, password: first } = await world.rent();
    const second = (await world.done('rotate', { id })).payload.password;
    for (const password of [first, second]) await (await world.service.client({ username, password })).end();
    const { payload, broker } = await world.done('now', { id });
    expect(broker).toMatchObject({ username, password: payload.password });
    for (const password of [first, second])
      await expect(world.service.client({ username, password })).rejects.toThrow();
    await (await world.service.client({ username, password: payload.password })).end();
  });

  it('disconnects clients, tells the usage, and deletes; none of these is a connection', async () => {
    await world.red.deploy([TAB, world.account(), ...ALL_ACTIONS]);
    const { _id: id, user: username, password } = await world.rent();
    const client = await world.service.client({ username, password });
    expect(await world.done('disconnect', { id })).toEqual({ payload: { disconnected: 1 } });
    await client.closed;
    expect(await world.done('usage', { id })).toMatchObject({
      payload: { plan: { instances: { limit: 130, used: 1 } } },
    });
    expect(await world.done('delete', { id })).toEqual({ payload: { message: "'MQTT instance succesfully removed" } });
    expect(await world.refused('read', { id })).toMatchObject({ statusCode: 404 });
  });

  it('lists a page as the API answers it, sought and ordered', async () => {
    const rented = [await world.rent(), await world.rent(), await world.rent()];
    const page = { search: 'payload.search', searchType: 'msg', offset: 'payload.skip', offsetType: 'msg', limit: '2' };
    await world.red.deploy([
      TAB,
      world.account(),
      ...ALL_ACTIONS,
      ...acting('page', page),
      ...acting('newest', { order: 'desc' }),
    ]);
    expect((await world.done('list')).payload).toEqual({ mqtts: rented, recordsTotal: 3, recordsFiltered: 3 });
    expect((await world.done('page', { skip: 1 })).payload).toMatchObject({ mqtts: rented.slice(1) });
    const { payload } = await world.done('page', { search: rented[1]?.user.toLowerCase() });
    expect(payload).toEqual({ mqtts: [rented[1]], recordsTotal: 3, recordsFiltered: 1 });
    expect((await world.done('newest')).payload).toMatchObject({ mqtts: rented.toReversed() });
  });

  it('reads more instances than a page has, as one array or as messages that a join node puts together', async () => {
    const rented = await Promise.all(Array.from({ length: 101 }, () => world.rent()));
    const [httpIn, streaming, tell, ...rest] = acting('stream', { paging: 'stream' });
    const join = { mode: 'auto', build: 'object', property: 'payload', propertyType: 'msg' };
    const joined = [httpIn, { ...streaming, wires: [['join']] }, node('join', 'join', ['tell-stream'], join), tell];
    await world.red.deploy([
      TAB,
      world.account(),
      ...acting('all', { paging: 'all' }),
      ...(joined as FlowNode[]),
      ...rest,
    ]);
    const users = ({ payload }: { payload: unknown }) => new Set((payload as Rented[]).map(({ user }) => user));
    const expected = new Set(rented.map(({ user }) => user));
    expect(users(await world.done('all'))).toEqual(expected);
    expect(users(await world.done('stream'))).toEqual(expected);
  });

  it('does what the message or the environment says', async () => {
    const { _id: id } = await world.rent();
    const fromMessage = acting('any', { action: 'payload.action', actionType: 'msg' });
    const fromEnvironment = acting('env', { action: 'WHICH', actionType: 'env', entity: id, entityType: 'record' });
    await world.red.deploy([TAB, world.account(), ...fromMessage, ...fromEnvironment]);
    expect((await world.done('any', { action: 'read', id })).payload).toMatchObject({ _id: id });
    expect((await world.done('env')).payload).toMatchObject({ plan: {} });
    expect(JSON.stringify(await world.refused('any', { action: 'destroy', id }))).toContain(
      'the action must be one of list',
    );
  });
});
