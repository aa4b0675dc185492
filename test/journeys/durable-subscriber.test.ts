/** Holds that a durable subscriber is told each event once and in order, whatever ends and starts: the service, or the broker. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BridgeEvent } from '../../src/protocol/events.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { type Mosquitto, mosquittoIsMissing, startMosquitto } from '../support/brokers/mosquitto.ts';
import { connectClient, type TestClient } from '../support/brokers/mqtt-client.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { comesTrue, PATIENCE_MS } from '../support/patience.ts';
import { type ServiceProcess, startProcess, temporaryDirectory } from '../support/process.ts';

const LOGIN = { username: 'root', password: 'the first password' };

interface Broker {
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let service: ServiceProcess;
let env: Record<string, string>;
let subscriber: TestClient | undefined;
let url: string;
let token: string | undefined;
/** By connections that have ended. */
let heard: BridgeEvent[];

beforeEach(async () => {
  directory = await temporaryDirectory();
  const httpPort = await freePort();
  url = `http://127.0.0.1:${httpPort}`;
  env = { ADMIN_USERNAME: LOGIN.username, ADMIN_PASSWORD: LOGIN.password, PORT: String(httpPort) };
  subscriber = undefined;
  token = undefined;
  heard = [];
});

afterEach(async () => {
  await end('SIGKILL');
  await subscriber?.destroy();
  await directory.remove();
});

async function start(): Promise<void> {
  service = await startProcess(directory.path, env);
}

async function end(signal: NodeJS.Signals): Promise<void> {
  service.kill(signal);
  await service.exit;
}

async function makeCamera(): Promise<void> {
  const { bearer } = await ask({ command: 'create', module: 'auth', payload: { ...LOGIN, rememberMe: true } });
  token = String(bearer);
  await ask({ command: 'create', module: 'cameras', payload: { name: 'Door' } });
}

/** The session stays with the broker: MQTT 3.1.1, clean session off. */
async function subscribe({ port, username, password }: Broker): Promise<void> {
  heard = told();
  const login = { username, password, clientId: 'durable', clean: false, version: 4 } as const;
  subscriber = await connectClient({ url: `mqtt://127.0.0.1:${port}`, ...login });
  await subscriber.subscribe('nestmtx/events/camera/+/+', { qos: 1 });
}

/**
 * Without what is told again and says so. A broker that is killed before it has noted that a message was acknowledged sends it again, flagged
 * (MQTT 3.1.1, 4.4); one that is killed before it has noted the message itself is given it again by us, as late.
 */
function told(): BridgeEvent[] {
  const all = [...heard];
  const known = new Set(all.map(seqOf));
  for (const { text, dup } of subscriber?.received ?? []) {
    const event: BridgeEvent = JSON.parse(text);
    const saysSo = dup || event.details['late'] === true;
    if (!known.has(seqOf(event)) || !saysSo) all.push(event);
    known.add(seqOf(event));
  }
  return all;
}

const seqOf = ({ details }: BridgeEvent) => details['seq'];
const numbers = () => told().map(seqOf);

async function ask(request: Parameters<typeof requestOverHttp>[1]): Promise<Record<string, unknown>> {
  const answer = await requestOverHttp(url, { ...request, ...(token === undefined ? {} : { token }) });
  if (!answer.ok) throw new Error(answer.error.message);
  return Object(answer.value);
}

/** @returns the number of the latest event */
async function emit(event: 'ready' | 'notReady'): Promise<number> {
  const { seq } = await ask({ command: 'create', module: 'events', payload: { domain: 'camera', entity: 1, event } });
  return Number(seq);
}

async function isTold(upTo: number): Promise<void> {
  await comesTrue(() => expect(numbers().at(-1)).toBe(upTo));
  expect(numbers()).toEqual(Array.from({ length: upTo }, (_, index) => index + 1));
}

/** Events without a pause; `interrupt` ends the service and starts it again. */
async function hail(rounds: number, interrupt: (round: number) => Promise<void>): Promise<void> {
  let isOver = false;
  let isUp = true;
  const falling = (async () => {
    for (let count = 0; !isOver; count += 1) {
      // Fewer than are kept for a broker that is away.
      await eventually(() => isOver || count < numbers().length + 200, 'room', 2 * PATIENCE_MS);
      await emit(count % 2 === 0 ? 'ready' : 'notReady').catch(() => eventually(() => isUp || isOver));
    }
  })();
  for (let round = 1; round <= rounds; round += 1) {
    const before = numbers().length;
    await eventually(() => numbers().length > before + round * 7, 'a hail');
    isUp = false;
    await interrupt(round);
    isUp = true;
  }
  isOver = true;
  await falling;
  await emit('ready');
  await isTold(await emit('notReady'));
}

const SIGNALS = ['SIGTERM', 'SIGKILL'] as const;

describe.skipIf(mosquittoIsMissing)('a durable subscriber at mosquitto', () => {
  let mosquitto: Mosquitto;

  beforeEach(async () => {
    mosquitto = await startMosquitto({ persistent: true });
    const { port, username, password } = mosquitto;
    env = { ...env, MQTT_HOST: '127.0.0.1', MQTT_PORT: String(port), MQTT_USER: username, MQTT_PASS: password };
    await subscribe(mosquitto);
    await start();
    await makeCamera();
  });

  afterEach(() => mosquitto.stop());

  it.each(SIGNALS)('is told what came before and after the service got %s', async (signal) => {
    await emit('ready');
    await emit('notReady');
    await end(signal);
    await start();
    await isTold(await emit('ready'));
  });

  it('is told later what happened while the broker was away, and when that was', async () => {
    await emit('ready');
    await isTold(2);
    await mosquitto.restart(async () => {
      await emit('notReady');
      await emit('ready');
    });
    await subscribe(mosquitto);
    await isTold(4);
    await isTold(await emit('notReady'));
    expect(told().map(({ details }) => details['late'])).toEqual([undefined, undefined, true, true, undefined]);
    const moments = told().map(({ at }) => at);
    expect([...moments].sort()).toEqual(moments);
  });

  it('is told what happened while the broker was away, although the service was killed before it came back', async () => {
    await isTold(1);
    await mosquitto.restart(async () => {
      await emit('ready');
      await end('SIGKILL');
    });
    await subscribe(mosquitto);
    await start();
    await isTold(2);
    expect(told().at(-1)?.details['late']).toBe(true);
  });

  it('is told each once in a hail of events in which the service is ended and killed again and again', async () => {
    await hail(4, async (round) => {
      await end(SIGNALS[round % 2] ?? 'SIGKILL');
      await start();
    });
  });

  it('is told each once in a hail of events in which the broker goes again and again', async () => {
    await hail(3, async () => {
      // What it delivers twice over its own restart is its business, and not flagged: nothing is under way to us.
      await subscriber?.end();
      await mosquitto.restart();
      await subscribe(mosquitto);
    });
  });
});

describe('a durable subscriber at the embedded broker', () => {
  let broker: Broker;

  beforeEach(async () => {
    broker = { ...LOGIN, port: await freePort() };
    env = { ...env, MQTT_PORT: String(broker.port) };
    await start();
    await subscribe(broker);
    await makeCamera();
  });

  it.each(SIGNALS)('is told what came before and after the service got %s', async (signal) => {
    await emit('ready');
    await emit('notReady');
    await end(signal);
    await start();
    await subscribe(broker);
    await isTold(await emit('ready'));
  });

  it.each(SIGNALS)(
    'is told when it is back what happened without it, also before the service got %s',
    async (signal) => {
      await isTold(1);
      await subscriber?.destroy();
      await emit('ready');
      await end(signal);
      await start();
      // What was emitted by hand is forgotten by a restart: it is news once more.
      await emit('ready');
      await subscribe(broker);
      await isTold(3);
    },
  );

  it('is told each once in a hail of events in which the service is ended and killed again and again', async () => {
    await hail(4, async (round) => {
      await end(SIGNALS[round % 2] ?? 'SIGKILL');
      await start();
      await subscribe(broker);
    });
  });
});
