/** Pins that a mosquitto set up as docs/mosquitto.md says carries the service and its instances with one account. */

import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixedBroker } from '../../src/brokers/external/broker-source.ts';
import { connectExternalBroker } from '../../src/brokers/external/external.ts';
import type { InstanceSpec, Provisioner } from '../../src/core/instances/provisioner.ts';
import { topicsOf } from '../../src/protocol/topics.ts';
import { dynsecIsMissing, SETUP_SCRIPT } from '../support/brokers/mosquitto-dynsec.ts';
import { type MosquittoInstances, startMosquittoInstances } from '../support/brokers/mosquitto-instances.ts';
import { recordingLog } from '../support/recording-log.ts';
import { systemClock } from '../support/system-clock.ts';

const ACCOUNT = { username: 'nestmtx-bridge', password: 'made+for/this=test' };
const ALICE: InstanceSpec = { id: 'a', user: 'Alice123', passwords: ['Secret1'], generation: 1, enabled: true };

function setup(part: string, env: Record<string, string> = {}): string {
  const surroundings = { PATH: process.env['PATH'] ?? '', BRIDGE_PASSWORD: ACCOUNT.password, ...env };
  return execFileSync('sh', [SETUP_SCRIPT, part], { env: surroundings, stdio: 'pipe' }).toString();
}

it('prints the settings of the service, but none without a password that a shell can carry', () => {
  expect(setup('env', { PORT: '1999' })).toBe(
    [
      'MQTT_HOST=127.0.0.1',
      'MQTT_PORT=1999',
      `MQTT_USER=${ACCOUNT.username}`,
      `MQTT_PASS=${ACCOUNT.password}`,
      'MQTT_BASE_TOPIC=nestmtx',
      'INSTANCE_BROKER=mosquitto',
      '',
    ].join('\n'),
  );
  for (const BRIDGE_PASSWORD of ['', 'a"b', "a'b", 'a b']) {
    expect(() => setup('account', { BRIDGE_PASSWORD })).toThrow(/BRIDGE_PASSWORD/);
  }
});

describe.skipIf(dynsecIsMissing)('a mosquitto that was set up by the script', () => {
  let instances: MosquittoInstances;
  let provisioner: Provisioner;

  beforeAll(async () => {
    instances = await startMosquittoInstances();
    await instances.provisioner.close();
    const { username, password } = instances.mosquitto.control;
    const administrator = await instances.connect(username, password);
    await administrator.publish('$CONTROL/dynamic-security/v1', setup('account'), { qos: 1 });
    await administrator.end();
    provisioner = instances.open({ address: { ...instances.mosquitto.control, ...ACCOUNT } });
  });

  afterAll(() => instances.stop());

  it('carries instances under the one account of the service, which cannot read them', async () => {
    await provisioner.provision(ALICE);
    const client = await instances.connect(ALICE.user, 'Secret1');
    await client.publish(`${ALICE.user}/kept`, 'kept', { qos: 1, retain: true });
    const service = await instances.connect(ACCOUNT.username, ACCOUNT.password);
    expect(await service.subscribe(['#', `${ALICE.user}/#`, '$SYS/#', 'nestmtx/#'])).toEqual([0x87, 0x87, 0x87, 1]);
    expect(await client.subscribe(['nestmtx/#', '$CONTROL/dynamic-security/v1/response'])).toEqual([0x87, 0x87]);
    await service.end();
    expect(await provisioner.deprovision(ALICE.user)).toMatchObject({ retainedPurged: 1 });
  });

  it('carries the messages of the service meanwhile', async () => {
    const address = { ...instances.mosquitto.control, ...ACCOUNT };
    const topics = topicsOf('nestmtx');
    const broker = fixedBroker(address);
    const link = connectExternalBroker({ broker, topics, clientId: 'link', log: recordingLog(), clock: systemClock });
    const requests: string[] = [];
    link.onRequest(({ payload }) => requests.push(Buffer.from(payload).toString()));
    await new Promise<void>((resolve) => link.onUp(resolve));
    const reader = await instances.connect(ACCOUNT.username, ACCOUNT.password);
    await reader.subscribe([topics.response('1'), '/nestmtx/events/#', 'homeassistant/#']);

    await provisioner.provision(ALICE);
    await reader.publish(topics.requests, 'a request', { qos: 1 });
    await provisioner.deprovision(ALICE.user);
    for (const topic of [topics.response('1'), '/nestmtx/events/camera/1/ready', 'homeassistant/camera/1/config']) {
      await link.publish({ topic, payload: 'said', qos: 1 });
      expect((await reader.next(topic)).text).toBe('said');
    }
    expect(requests).toEqual(['a request']);
    expect(link.up).toBe(true);
    await reader.end();
    await link.close();
  });
});
