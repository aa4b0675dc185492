/** Owns a service in follow mode beside a stand-in of NestMTX, on a clock that the test moves, and a witness of all that is published. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RUN_FILE } from '../../src/system/run-file.ts';
import { connectClient, type TestClient } from '../support/brokers/mqtt-client.ts';
import { eventually } from '../support/eventually.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { type Service, startService } from '../support/service.ts';
import { startUpstream, type Upstream } from '../support/upstream/upstream.ts';

export const UPSTREAM_USER = { username: 'bridge', password: 'the password at NestMTX' };

/** A broker that is there already; without one the stand-in brings its own. */
interface Broker {
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

export interface Following {
  readonly clock: ManualClock;
  readonly upstream: Upstream;
  readonly service: Service;
  readonly witness: TestClient;
  /** What somebody who subscribes now would see, by camera. */
  states(): Map<number, Record<string, unknown>>;
  availability(): string | undefined;
  /** Topics of all events so far. */
  events(): string[];
  /** Moves the clock when what the moves before set off has begun. */
  pass(ms: number): Promise<void>;
  /** Lets that time pass, and waits for a request of this module to reach NestMTX. */
  untilAsked(module: string, ms: number): Promise<void>;
  /** Of whoever may read the data folder. */
  operatorToken(): Promise<string>;
  /** Stops the service and starts another one on the same folder. */
  restartService(): Promise<void>;
  stop(): Promise<void>;
}

export async function startFollowing(
  prepare: (upstream: Upstream) => void = () => undefined,
  broker?: Broker,
  env: Readonly<Record<string, string>> = {},
): Promise<Following> {
  const clock = manualClock();
  const login = broker && { username: broker.username, password: broker.password };
  const brokerUrl = broker && `mqtt://${broker.username}:${broker.password}@127.0.0.1:${broker.port}`;
  const upstream = await startUpstream({ now: () => clock.now(), ...(brokerUrl === undefined ? {} : { brokerUrl }) });
  upstream.addUser(UPSTREAM_USER.username, UPSTREAM_USER.password);
  prepare(upstream);
  const witness = await connectClient({ url: `mqtt://127.0.0.1:${upstream.port}`, ...login });
  await witness.subscribe(['nestmtx/#', '/nestmtx/#']);
  const settings = {
    MODE: 'follow',
    MQTT_HOST: '127.0.0.1',
    MQTT_PORT: String(upstream.port),
    ...(broker && { MQTT_USER: broker.username, MQTT_PASS: broker.password }),
    FOLLOW_USERNAME: UPSTREAM_USER.username,
    FOLLOW_PASSWORD: UPSTREAM_USER.password,
    STATE_DOWN_DELAY_MS: '0',
    ...env,
  };
  const start = (dataDir?: string) =>
    startService({ env: settings, clock, ...(dataDir === undefined ? {} : { dataDir }) });
  const first = await start();
  let service = first;

  async function pass(ms: number): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(ms);
  }

  return {
    clock,
    pass,
    upstream,
    get service() {
      return service;
    },
    witness,
    states: () => statesIn(witness),
    availability: () => witness.received.findLast(({ topic }) => topic === 'nestmtx/availability')?.text,
    events: () =>
      witness.received.map(({ topic }) => topic).filter((topic) => /^\/?nestmtx\/(events|stream)\//.test(topic)),
    untilAsked: async (module, ms) => {
      const asked = () =>
        upstream.requests.filter((request) => Reflect.get(Object(request), 'module') === module).length;
      const before = asked();
      await pass(ms);
      await eventually(() => asked() > before, `a request of ${module}`);
    },
    operatorToken: async () => JSON.parse(await readFile(join(first.dataDir, RUN_FILE), 'utf8')).token,
    restartService: async () => {
      await service.app.close();
      service = await start(first.dataDir);
    },
    stop: async () => {
      if (service !== first) await service.app.close();
      await first.stop();
      await witness.end();
      await upstream.close();
    },
  };
}

function statesIn(witness: TestClient): Map<number, Record<string, unknown>> {
  const last = new Map<number, Record<string, unknown>>();
  for (const { topic, text } of witness.received) {
    const [, id] = /^nestmtx\/state\/camera\/(\d+)$/.exec(topic) ?? [];
    if (id === undefined) continue;
    if (text === '') last.delete(Number(id));
    else last.set(Number(id), JSON.parse(text));
  }
  return last;
}
