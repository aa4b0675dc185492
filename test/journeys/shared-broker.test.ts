/** What is left on a broker of somebody else's, and who else is there: compared with what there is, after outages and offline changes too. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requestOverHttp } from '../support/api/http.ts';
import { type Mosquitto, mosquittoIsMissing, startMosquitto } from '../support/brokers/mosquitto.ts';
import { connectClient, type TestClient } from '../support/brokers/mqtt-client.ts';
import { comesTrue } from '../support/patience.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

describe.skipIf(mosquittoIsMissing)('a broker that outlives us', () => {
  let mosquitto: Mosquitto;
  let dataDir: string;
  const services: Service[] = [];

  beforeEach(async () => {
    mosquitto = await startMosquitto({ persistent: true });
    dataDir = await mkdtemp(join(tmpdir(), 'nestmtx-bridge-'));
  });

  afterEach(async () => {
    for (const service of services.splice(0)) await service.stop();
    await mosquitto.stop();
    await rm(dataDir, { recursive: true });
  });

  async function started(env: Record<string, string> = {}, dir: string | null = dataDir): Promise<Service> {
    const { port, username, password } = mosquitto;
    const broker = { MQTT_HOST: '127.0.0.1', MQTT_PORT: String(port), MQTT_USER: username, MQTT_PASS: password };
    const service = await startService({ env: { ...broker, ...env }, ...(dir === null ? {} : { dataDir: dir }) });
    services.push(service);
    return service;
  }

  async function stop(service: Service): Promise<void> {
    services.splice(services.indexOf(service), 1);
    await service.stop();
  }

  async function token({ httpUrl }: Service): Promise<string> {
    const login = await requestOverHttp(httpUrl, { command: 'create', module: 'auth', payload: ADMIN });
    return login.ok ? String(Object(login.value).bearer) : '';
  }

  async function addCamera(service: Service, name: string): Promise<void> {
    const payload = { name, mtx_path: name, is_enabled: true };
    await requestOverHttp(service.httpUrl, {
      command: 'create',
      module: 'cameras',
      payload,
      token: await token(service),
    });
  }

  const look = () =>
    connectClient({
      url: `mqtt://127.0.0.1:${mosquitto.port}`,
      username: mosquitto.username,
      password: mosquitto.password,
    });

  /** Topics with what is retained there. */
  async function retained(filter = '#'): Promise<Map<string, string>> {
    const client: TestClient = await look();
    await client.subscribe(filter);
    await client.publish('the/end', 'x', { qos: 1 });
    const kept = new Map(client.received.filter(({ retain }) => retain).map(({ topic, text }) => [topic, text]));
    await client.end();
    return kept;
  }

  it('forgets the state of a camera that was removed while it was away', async () => {
    const service = await started();
    await addCamera(service, 'one');
    await addCamera(service, 'two');
    await comesTrue(async () => expect([...(await retained()).keys()]).toContain('nestmtx/state/camera/1'));
    const bearer = await token(service);
    await mosquitto.restart(async () => {
      await requestOverHttp(service.httpUrl, { command: 'delete', module: 'cameras', entity: '1', token: bearer });
    });
    await comesTrue(async () => {
      const states = [...(await retained('nestmtx/state/camera/+')).keys()];
      expect(states).toEqual(['nestmtx/state/camera/2']);
    });
  });

  it('has nothing left of a base topic that was changed', async () => {
    const service = await started({ MQTT_BASE_TOPIC: 'old/base' });
    await addCamera(service, 'one');
    await comesTrue(async () => expect([...(await retained()).keys()]).toContain('old/base/state/camera/1'));
    await stop(service);
    expect((await retained('old/base/availability')).get('old/base/availability')).toBe('offline');
    const moved = await started({ MQTT_BASE_TOPIC: 'new' });
    await comesTrue(async () => expect([...(await retained('old/#')).keys()]).toEqual([]));
    await comesTrue(() => expect(moved.log()).toContain('below the former base topic is cleared'));
  });

  it('two services on one base topic are told, in health as well, and the one that stays is online', async () => {
    const first = await started();
    await comesTrue(async () => expect((await retained('nestmtx/availability')).size).toBe(1));
    const second = await started({}, null);
    const words = 'another service uses our base topic';
    await comesTrue(() => expect([first.log().includes(words), second.log().includes(words)]).toEqual([true, true]));
    const health = async () => requestOverHttp(first.httpUrl, { command: 'list', module: 'health' });
    expect(await health()).toMatchObject({
      value: { details: { mqtt: { healthy: null, meta: { reason: 'shared' } } } },
    });
    await stop(second);
    await comesTrue(() => expect(first.log()).toContain('put right'));
    await comesTrue(async () =>
      expect((await retained('nestmtx/availability')).get('nestmtx/availability')).toBe('online'),
    );
    expect(await health()).toMatchObject({ value: { details: { mqtt: { healthy: true } } } });
  });

  it('a wrong password there is a part of health', async () => {
    const service = await started({ MQTT_PASS: 'wrong' });
    await comesTrue(async () =>
      expect(await requestOverHttp(service.httpUrl, { command: 'list', module: 'health' })).toMatchObject({
        value: { details: { mqtt: { healthy: null, meta: { reason: 'refused' } } } },
      }),
    );
  });
});
