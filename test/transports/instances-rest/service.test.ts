/** Pins instances on a whole service: from the POST to the MQTT client, and to its end. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../support/manual-clock.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';

interface Rented {
  readonly _id: string;
  readonly user: string;
  readonly password: string;
  readonly port: string;
}

const clock = manualClock();
let service: Service;
let admin: string;
let renter: Person;
let people = 0;
beforeAll(async () => {
  service = await startService({ clock, env: { INSTANCE_SERVER: 'mqtt.example' } });
  admin = await logIn(ADMIN.username, ADMIN.password);
});
beforeEach(async () => {
  clock.advance(60_000);
  renter = await addPerson();
});
afterAll(() => service.stop());

type Person = Awaited<ReturnType<typeof addPerson>>;

async function call(method: string, path: string, token: string, body?: unknown) {
  const response = await fetch(service.httpUrl + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

async function logIn(email: string, password: string): Promise<string> {
  const { text } = await call('POST', '/v1/auth/login', '', { email, password });
  const { token }: { token: string } = JSON.parse(text);
  return token;
}

async function addPerson() {
  people += 1;
  const username = `renter-${people}`;
  const { text } = await call('POST', '/api/users', admin, { username, password: 'secret', can_login: true });
  const { id }: { id: number } = JSON.parse(text);
  return { id, username, token: await logIn(username, 'secret') };
}

async function rent(token = renter.token): Promise<Rented> {
  const { status, text } = await call('POST', '/v1/mqtt', token);
  if (status !== 201) throw new Error(`${status} ${text}`);
  return JSON.parse(text);
}

const clientOf = ({ user, password }: Rented, more = {}) => service.client({ username: user, password, ...more });

describe('an instance on a running service', () => {
  it('connects at once, to where it was told', async () => {
    const instance = await rent();
    expect(instance).toMatchObject({ server: 'mqtt.example', port: new URL(service.mqttUrl).port });
    const client = await clientOf(instance);
    expect(await client.subscribe([`${instance.user}/#`, `/${instance.user}/#`])).toEqual([1, 1]);
    await client.publish(`/${instance.user}/devices/1/status`, 'hello');
    expect((await client.next()).text).toBe('hello');
    await client.end();
  });

  it('is gone with everything once it is removed: clients, sessions, retained messages, and the way back', async () => {
    const instance = await rent();
    const [here, away] = [
      await clientOf(instance),
      await clientOf(instance, { clientId: 'away', clean: false, version: 4 }),
    ];
    await away.subscribe(`${instance.user}/#`, { qos: 1 });
    await away.end();
    for (const n of [1, 2, 3]) await here.publish(`${instance.user}/${n}`, 'kept', { retain: true, qos: 1 });
    const { status, headers, text } = await call('DELETE', `/v1/mqtt/${instance._id}`, renter.token);
    expect([status, text]).toEqual([200, `{"message":"'MQTT instance succesfully removed"}`]);
    const receipt = ['kicked', 'offline-dropped', 'retained-purged'].map((name) => headers.get(`x-receipt-${name}`));
    expect(receipt).toEqual(['1', '1', '3']);
    await here.closed;
    await expect(clientOf(instance)).rejects.toThrow();
  });

  it('keeps its retained messages through a rotation, and the clients with the new password', async () => {
    const instance = await rent();
    const old = await clientOf(instance);
    await old.publish(`${instance.user}/kept`, 'still here', { retain: true, qos: 1 });
    const rotated = await call('POST', `/v1/mqtt/${instance._id}/rotate`, renter.token, { overlap_seconds: 60 });
    const renewed: Rented = JSON.parse(rotated.text);
    const fresh = await clientOf(renewed);
    // The one that logs in last has the password that ends.
    const late = await clientOf(instance);
    clock.advance(60_000);
    await Promise.all([old.closed, late.closed]);
    await expect(clientOf(instance)).rejects.toThrow();
    await fresh.subscribe(`${instance.user}/#`);
    expect((await fresh.next()).text).toBe('still here');
    await fresh.end();
  });

  it('sends its clients away when it is disabled, and has what it had when it is enabled', async () => {
    const instance = await rent();
    const client = await clientOf(instance);
    await client.publish(`${instance.user}/kept`, 'still here', { retain: true, qos: 1 });
    await call('PUT', `/v1/mqtt/${instance._id}`, renter.token, { enabled: false });
    await client.closed;
    await expect(clientOf(instance)).rejects.toThrow();
    await call('PUT', `/v1/mqtt/${instance._id}`, renter.token, { enabled: true });
    const back = await clientOf(instance);
    await back.subscribe(`${instance.user}/#`);
    expect((await back.next()).text).toBe('still here');
    await back.end();
  });

  it('lets its clients come back after a disconnect', async () => {
    const instance = await rent();
    const client = await clientOf(instance);
    const { text } = await call('POST', `/v1/mqtt/${instance._id}/disconnect`, renter.token);
    expect(text).toBe('{"disconnected":1}');
    await client.closed;
    await (await clientOf(instance)).end();
  });
});

describe('the plan of a user', () => {
  it('lets exactly 4 of 100 parallel creations through', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => call('POST', '/v1/mqtt', renter.token)));
    const statuses = answers.map(({ status }) => status);
    expect([statuses.filter((s) => s === 201).length, statuses.filter((s) => s === 403).length]).toEqual([4, 96]);
  });

  it('is changed by an administrator, never by the user', async () => {
    const set = async (token: string, instance_limit: unknown) =>
      (await call('PUT', `/api/users/${renter.id}`, token, { instance_limit })).status;
    const shown = async () => JSON.parse((await call('GET', `/api/users/${renter.id}`, renter.token)).text);
    expect(await shown()).not.toHaveProperty('instance_limit');
    expect([await set(renter.token, 9), await set(admin, -1), await set(admin, '9')]).toEqual([403, 400, 400]);
    expect(await set(admin, 1)).toBe(201);
    expect(await shown()).toMatchObject({ instance_limit: 1 });
    await rent();
    await expect(rent()).rejects.toThrow('403');
    await call('PUT', `/api/users/${renter.id}`, admin, { can_login: true });
    await expect(rent()).rejects.toThrow('403');
    await set(admin, null);
    await rent();
    expect(await shown()).not.toHaveProperty('instance_limit');
  });
});

describe('users and instances', () => {
  it('a removed user takes instances and their clients along', async () => {
    const instance = await rent();
    const client = await clientOf(instance);
    await call('DELETE', `/api/users/${renter.id}`, admin);
    await client.closed;
    await expect(clientOf(instance)).rejects.toThrow();
  });

  it('never share a name', async () => {
    const { user } = await rent();
    const body = { username: user, password: 'secret', can_login: true };
    expect(JSON.parse((await call('POST', '/api/users', admin, body)).text).error.code).toBe('already_exists');
  });

  it('read the same over the request API', async () => {
    const instance = await rent();
    const listed = JSON.parse((await call('GET', '/api/instances', renter.token)).text);
    expect(listed).toMatchObject({ total: 1, items: [instance] });
  });

  it("an administrator reads and deletes what is anybody's over the request API, where others find nothing; over REST it is its owner's alone", async () => {
    const instance = await rent();
    const status = async (path: string, token: string, method = 'GET') =>
      (await call(method, `${path}/${instance._id}`, token)).status;
    const { token: another } = await addPerson();
    expect(await status('/v1/mqtt', admin)).toBe(404);
    for (const method of ['GET', 'PUT', 'DELETE']) expect(await status('/api/instances', another, method)).toBe(404);
    expect(await status('/api/instances', admin)).toBe(200);
    expect(await status('/api/instances', admin, 'DELETE')).toBe(204);
    expect(await status('/api/instances', renter.token)).toBe(404);
  });
});

it('no password of an instance is in the log', async () => {
  const { password } = await rent();
  expect(service.log()).not.toContain(password);
});
