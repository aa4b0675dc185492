/** Holds that a durable subscriber is told each event once and in order, whatever ends and starts: the service, or the broker. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BridgeEvent } from '../../src/protocol/events.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { type Mosquitto, mosquittoIsMissing, startMosquitto } from '../support/brokers/mosquitto.ts';
import { connectClient, type TestClient } from '../support/brokers/mqtt-client.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { comesTrue } from '../support/patience.ts';
import { type ServiceProcess, startProcess, temporaryDirectory } from '../support/process.ts';

const ADMIN = { ADMIN_USERNAME: 'root', ADMIN_PASSWORD: 'the first password' };

describe.skipIf(mosquittoIsMissing)('a durable subscriber at mosquitto', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let mosquitto: Mosquitto;
  let service: ServiceProcess;
  let subscriber: TestClient;
  let url: string;
  let token: string;
  /** Of every connection so far. */
  let heard: BridgeEvent[];
  let httpPort: number;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    httpPort = await freePort();
    url = `http://127.0.0.1:${httpPort}`;
    mosquitto = await startMosquitto({ persistent: true });
    heard = [];
    await subscribe();
    await startService();
    const { username, password } = { username: ADMIN.ADMIN_USERNAME, password: ADMIN.ADMIN_PASSWORD };
    const { bearer } = await ask({
      command: 'create',
      module: 'auth',
      payload: { username, password, rememberMe: true },
    });
    token = bearer;
    await ask({ command: 'create', module: 'cameras', payload: { name: 'Door' } });
  });

  afterEach(async () => {
    service.kill('SIGKILL');
    await service.exit;
    await subscriber.destroy();
    await mosquitto.stop();
    await directory.remove();
  });

  async function startService(): Promise<void> {
    const { port, username, password } = mosquitto;
    service = await startProcess(directory.path, {
      ...ADMIN,
      PORT: String(httpPort),
      MQTT_HOST: '127.0.0.1',
      MQTT_PORT: String(port),
      MQTT_USER: username,
      MQTT_PASS: password,
    });
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    service.kill(signal);
    await service.exit;
  }

  /** The session stays with the broker: MQTT 3.1.1, clean session off. */
  async function subscribe(): Promise<void> {
    const { port, username, password } = mosquitto;
    const login = { username, password, clientId: 'durable', clean: false, version: 4 } as const;
    subscriber = await connectClient({ url: `mqtt://127.0.0.1:${port}`, ...login });
    await subscriber.subscribe('nestmtx/events/camera/+/+', { qos: 1 });
  }

  const told = () => [...heard, ...subscriber.received.map(({ text }): BridgeEvent => JSON.parse(text))];
  const numbers = () => told().map(({ details }) => details['seq']);

  async function ask(request: Parameters<typeof requestOverHttp>[1]): Promise<{ bearer: string; seq: number }> {
    const answer = await requestOverHttp(url, { ...request, ...(token === undefined ? {} : { token }) });
    if (!answer.ok) throw new Error(answer.error.message);
    return Object(answer.value);
  }

  /** @returns the number of the latest event */
  async function emit(event: 'ready' | 'notReady'): Promise<number> {
    return (await ask({ command: 'create', module: 'events', payload: { domain: 'camera', entity: 1, event } })).seq;
  }

  async function isTold(upTo: number): Promise<void> {
    await comesTrue(() => expect(numbers().at(-1)).toBe(upTo));
    expect(numbers()).toEqual(Array.from({ length: upTo }, (_, index) => index + 1));
  }

  it.each(['SIGTERM', 'SIGKILL'] as const)('is told what came when the service got %s, and after', async (signal) => {
    await emit('ready');
    await emit('notReady');
    await end(signal);
    await startService();
    await isTold(await emit('ready'));
  });

  it('is told later what happened while the broker was away, and when that was', async () => {
    await emit('ready');
    await comesTrue(() => expect(numbers()).toEqual([1, 2]));
    heard = told();
    await mosquitto.restart(async () => {
      await emit('notReady');
      await emit('ready');
    });
    await subscribe();
    await isTold(4);
    const late = await emit('notReady');
    await isTold(late);
    expect(told().map(({ details }) => details['late'])).toEqual([undefined, undefined, true, true, undefined]);
    const ats = told().map(({ at }) => at);
    expect([...ats].sort()).toEqual(ats);
  });

  it('is told what happened while the broker was away, although the service was killed before it came back', async () => {
    await comesTrue(() => expect(numbers()).toEqual([1]));
    heard = told();
    await mosquitto.restart(async () => {
      await emit('ready');
      await end('SIGKILL');
    });
    await subscribe();
    await startService();
    await isTold(2);
    expect(told()[1]?.details['late']).toBe(true);
  });

  it('is told each once in a hail of events in which the service is killed again and again', async () => {
    let isOver = false;
    let up = true;
    const hail = (async () => {
      for (let count = 0; !isOver; count += 1) {
        await emit(count % 2 === 0 ? 'ready' : 'notReady').catch(() => eventually(() => up || isOver));
      }
    })();
    for (let round = 1; round <= 4; round += 1) {
      const before = numbers().length;
      await eventually(() => numbers().length > before + round * 7, 'a hail');
      up = false;
      await end(round % 2 === 0 ? 'SIGTERM' : 'SIGKILL');
      await startService();
      up = true;
    }
    isOver = true;
    await hail;
    await emit('ready');
    await isTold(await emit('notReady'));
  });
});
