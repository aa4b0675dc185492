/** Settings that are given and do nothing are said, and those that concern what is kept count at once. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requestOverHttp } from '../support/api/http.ts';
import { freePort } from '../support/free-port.ts';
import { comesTrue } from '../support/patience.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

let dataDir: string;
let service: Service | undefined;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'nestmtx-bridge-'));
});

afterEach(async () => {
  await service?.stop();
  service = undefined;
  await rm(dataDir, { recursive: true });
});

async function started(env: Record<string, string> = {}): Promise<Service> {
  await service?.stop();
  service = await startService({ dataDir, env });
  return service;
}

async function loggedIn({ httpUrl }: Service): Promise<string> {
  const login = await requestOverHttp(httpUrl, { command: 'create', module: 'auth', payload: ADMIN });
  return login.ok ? String(Object(login.value).bearer) : '';
}

const get = async ({ httpUrl }: Service, path: string, token: string) =>
  fetch(httpUrl + path, { headers: { authorization: `Bearer ${token}` } });

describe('ADMIN_PASSWORD', () => {
  const said =
    'ADMIN_PASSWORD is read at the first start only, and the password is another: nestmtx-bridge users passwd admin';

  it('after the first start is told to do nothing, if it is not the password anyway', async () => {
    await started();
    await started({ ADMIN_PASSWORD: 'something long' });
    await comesTrue(() => expect(service?.log()).toContain(said));
  });

  it('with the name of nobody is told, too', async () => {
    await started();
    await started({ ADMIN_USERNAME: 'root' });
    await comesTrue(() =>
      expect(service?.log()).toContain('there is no such user: nestmtx-bridge users add root --admin'),
    );
  });

  it('is not mentioned where it says what is so', async () => {
    await started();
    const again = await started();
    // Whatever there is to say is said before a login is answered: both are slow hashes, in one queue.
    await loggedIn(again);
    await loggedIn(again);
    expect(again.log()).not.toContain('first start only');
  });
});

describe('what clients of MQTT instances are told', () => {
  it('follows the settings, for instances that are there already', async () => {
    const first = await started({ INSTANCE_SERVER: 'old.example' });
    const token = await loggedIn(first);
    const made = await fetch(`${first.httpUrl}/v1/mqtt`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    const { _id, server } = Object(await made.json());
    expect(server).toBe('old.example');
    const moved = await started({ INSTANCE_SERVER: 'mqtt.my.example', INSTANCE_PORT: '2883' });
    const shown = { server: 'mqtt.my.example', port: '2883' };
    expect(await (await get(moved, `/v1/mqtt/${_id}`, token)).json()).toMatchObject(shown);
    expect(await (await get(moved, `/v1/mqtt/${_id}/connection?kind=mosquitto_sub`, token)).text()).toMatch(
      /-h '?mqtt\.my\.example'? -p '?2883/,
    );
    const list = await requestOverHttp(moved.httpUrl, { command: 'list', module: 'instances', token });
    expect(list).toMatchObject({ value: { items: [shown] } });
    const plain = await started({ PUBLIC_HOST: 'house.example' });
    expect(await (await get(plain, `/v1/mqtt/${_id}`, token)).json()).toMatchObject({ server: 'house.example' });
  });
});

describe('an external broker and instances that live on the embedded one', () => {
  it('is said at the start, in every answer, and in health', async () => {
    const first = await started();
    const token = await loggedIn(first);
    await fetch(`${first.httpUrl}/v1/mqtt`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
    const moved = await started({ MQTT_HOST: '127.0.0.1', MQTT_PORT: String(await freePort()) });
    const words = 'There is no broker for MQTT instances: set EMBEDDED_PORT, or INSTANCE_BROKER';
    expect(moved.log()).toContain(words);
    const rest = await get(moved, '/v1/mqtt', token);
    expect([rest.status, await rest.json()]).toEqual([503, { message: words }]);
    const list = await requestOverHttp(moved.httpUrl, { command: 'list', module: 'instances', token });
    expect(list).toMatchObject({ ok: false, error: { message: words } });
    const health = await requestOverHttp(moved.httpUrl, { command: 'list', module: 'health' });
    expect(health).toMatchObject({ value: { details: { instances: { healthy: null, meta: { withoutBroker: 1 } } } } });
  });
});
