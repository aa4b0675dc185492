/** Two bridges of a cluster at somebody else's broker: one has the seat there, each request is answered once, and the next one goes on. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requestOverHttp } from '../support/api/http.ts';
import { requestText } from '../support/api/mqtt.ts';
import { type Mosquitto, mosquittoIsMissing, startMosquitto } from '../support/brokers/mosquitto.ts';
import { connectClient, type TestClient } from '../support/brokers/mqtt-client.ts';
import { type BridgeProcess, type Bridges, PASSWORD, startBridges } from '../support/cluster/bridges.ts';
import { natsIsMissing } from '../support/cluster/nats.ts';
import { comesTrue } from '../support/patience.ts';

describe.skipIf(natsIsMissing || mosquittoIsMissing)('two bridges at a broker of somebody else', () => {
  let mosquitto: Mosquitto;
  let bridges: Bridges;
  let client: TestClient;
  /** Hears everything. */
  let witness: TestClient;
  beforeEach(async () => {
    mosquitto = await startMosquitto();
    const { port, username, password } = mosquitto;
    const broker = { MQTT_HOST: '127.0.0.1', MQTT_PORT: String(port), MQTT_USER: username, MQTT_PASS: password };
    bridges = await startBridges(2, { ...broker, HA_DISCOVERY: 'true' });
    const connect = () => connectClient({ url: `mqtt://127.0.0.1:${port}`, username, password });
    [client, witness] = [await connect(), await connect()];
    await witness.subscribe(['nestmtx/#', 'homeassistant/#'], { qos: 1 });
  });
  afterEach(async () => {
    await Promise.all([client.end(), witness.end()]);
    await bridges.stop();
    await mosquitto.stop();
  });

  const availability = () => witness.received.filter(({ topic }) => topic === 'nestmtx/availability').at(-1)?.text;
  const answersTo = (id: string) => witness.received.filter(({ topic }) => topic === `nestmtx/responses/${id}`);
  const login = (requestId: string) =>
    requestText(client, {
      requestId,
      command: 'create',
      module: 'auth',
      payload: { username: 'admin', password: PASSWORD },
    });

  it('answer each request once, whichever of them lives, and are there as one', async () => {
    await comesTrue(() => expect(availability()).toBe('online'));
    const { bearer: token } = JSON.parse(await login('first'));
    const camera = { command: 'create', module: 'cameras', payload: { name: 'door', room: 'hall' }, token };
    await requestText(client, { requestId: 'made', ...camera });
    await comesTrue(() =>
      expect(witness.received.map(({ topic }) => topic)).toContain('nestmtx/events/camera/1/created'),
    );
    const leading = bridges.all.find((bridge) => bridge.leads());
    await leading?.stop('SIGKILL');
    await comesTrue(() => expect(bridges.all.some((bridge) => bridge !== leading && bridge.leads())).toBe(true));
    await comesTrue(() => expect(availability()).toBe('online'));
    const listed = JSON.parse(
      await requestText(client, { requestId: 'listed', command: 'list', module: 'cameras', token }),
    );
    expect(listed.items).toHaveLength(1);
    await leading?.start();
    await login('last');
    // Behind whatever a second one would have said.
    await requestText(client, { requestId: 'behind', command: 'list', module: 'cameras', token });
    for (const id of ['first', 'made', 'listed', 'last']) expect(answersTo(id)).toHaveLength(1);
    const created = witness.received.filter(({ topic }) => topic === 'nestmtx/events/camera/1/created');
    expect(created).toHaveLength(1);
    // They have one name there: two of them would throw each other out.
    expect(mosquitto.log()).not.toContain('already connected');
  });

  it('are well or not as their broker is, whichever of them leads', async () => {
    const mqttAt = async ({ httpUrl }: BridgeProcess) => {
      const answer = await requestOverHttp(httpUrl, { command: 'list', module: 'health' });
      return answer.ok ? Object(answer.value).details.mqtt : answer.error;
    };
    const both = () => Promise.all(bridges.all.map(mqttAt));
    await comesTrue(async () => expect(await both()).toEqual([{ healthy: true }, { healthy: true }]));
    const away = { healthy: null, meta: { reason: 'unreachable' } };
    await mosquitto.restart(() => comesTrue(async () => expect(await both()).toEqual([away, away])));
    await comesTrue(async () => expect(await both()).toEqual([{ healthy: true }, { healthy: true }]));
  });
});
