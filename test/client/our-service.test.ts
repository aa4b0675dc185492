import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../src/client/client.ts';
import { eventually } from '../support/eventually.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

const USER = { username: 'carol', password: 'a password' };

let service: Service;
let admin: Client;

async function loggedIn(login: { username: string; password: string }): Promise<Client> {
  const client = createClient({ url: service.mqttUrl, ...login });
  client.connect();
  await client.connected();
  await client.login(login.username, login.password);
  return client;
}

beforeAll(async () => {
  service = await startService();
  admin = await loggedIn(ADMIN);
  await admin.request({ command: 'create', module: 'users', payload: { ...USER, can_login: true } });
});

afterAll(async () => {
  await admin.close();
  await service.stop();
});

describe('at our own service, the client', () => {
  it('is told the code of a refusal and its details', async () => {
    const payload = { username: 'x', password: 'a password', can_login: true };
    const request = admin.request({ command: 'create', module: 'users', payload });
    await expect(request).rejects.toMatchObject({
      code: 'invalid_payload',
      details: [{ path: ['payload', 'username'] }],
    });
  });

  it('serves a user too, whom the broker gives no wildcard over answers', async () => {
    const client = await loggedIn(USER);
    const list = () => client.request({ command: 'list', module: 'cameras' });
    const answers = await Promise.all(Array.from({ length: 100 }, list));
    expect(answers).toHaveLength(100);
    await expect(client.request({ command: 'list', module: 'users' })).rejects.toMatchObject({ code: 'forbidden' });
    await client.close();
  });

  it('hears each event once, sees the state, and knows that the service is there', async () => {
    const client = await loggedIn(USER);
    const events: string[] = [];
    const states: boolean[] = [];
    const availability: boolean[] = [];
    await client.events({ domain: 'camera' }, ({ event }) => events.push(event)).active();
    client.states((_id, state) => states.push(state?.ready ?? false));
    client.availability((isOnline) => availability.push(isOnline));
    const camera = await admin.request({ command: 'create', module: 'cameras', payload: { name: 'Garage' } });
    const { id } = camera as { id: number };
    const emit = (event: string) =>
      admin.request({ command: 'create', module: 'events', payload: { domain: 'camera', entity: id, event } });
    await emit('ready');
    await emit('demand');
    await emit('unDemand');
    await eventually(() => events.includes('unDemand'));
    expect(events).toEqual(['created', 'ready', 'demand', 'unDemand']);
    await eventually(() => states.includes(true));
    expect(availability).toEqual([true]);
    await client.close();
  });

  it('can log out, after which its token is worth nothing', async () => {
    const client = await loggedIn(USER);
    const { bearer } = await client.login(USER.username, USER.password);
    await client.logout();
    const request = admin.request({ command: 'list', module: 'cameras', token: bearer });
    await expect(request).rejects.toMatchObject({ code: 'unauthorized' });
    await client.close();
  });
});
