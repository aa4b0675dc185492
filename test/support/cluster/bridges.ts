/** Owns the bridges of one cluster as processes, killed, frozen and started at will, on ports that stay theirs. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ServiceProcess, startProcess, temporaryDirectory } from '../process.ts';
import { type NatsCluster, type NatsServer, startNats } from './nats.ts';
import { loopback } from './network/loopback.ts';
import type { Network, Place } from './network/network.ts';

/** A folder for the logs of the last ones, where somebody wants to see them. */
const LOGS = process.env['KILL_LOGS'];

export const PASSWORD = 'correct horse battery';

export interface BridgeProcess {
  readonly name: string;
  readonly place: Place;
  readonly httpUrl: string;
  readonly mqttUrl: string;
  readonly isRunning: boolean;
  /** Whether it does what only one does at a time, as its log says. */
  leads(): boolean;
  output(): string;
  /** Resolves when it serves. */
  start(): Promise<void>;
  /** Resolves when it is gone. */
  stop(signal: NodeJS.Signals): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** It and the NATS servers hear nothing of one another any more, and no connection ends; its clients reach it. */
  cutOff(): Promise<void>;
  reach(): Promise<void>;
}

export interface Bridges {
  readonly nats: NatsCluster;
  readonly all: readonly BridgeProcess[];
  /** It and the NATS server that its broker was connected to first hear nothing of all others any more, but of one another. @returns that server */
  part(bridge: BridgeProcess): Promise<NatsServer>;
  mend(): Promise<void>;
  stop(): Promise<void>;
}

/** @param network where all of it runs; it is removed with it */
export async function startBridges(
  count: number,
  more: Readonly<Record<string, string>> = {},
  network: Network = loopback(),
): Promise<Bridges> {
  const [nats, folder] = await Promise.all([startNats({ isDiscreet: true, network }), temporaryDirectory()]);
  const env = {
    CLUSTER_USER: nats.username,
    CLUSTER_PASS: nats.password,
    APP_KEY: 'the same key on all of the bridges',
    ADMIN_PASSWORD: PASSWORD,
    ...more,
  };
  const all: BridgeProcess[] = [];
  const stop = async () => {
    if (LOGS) await keepLogs(LOGS, all);
    await Promise.all(all.map((bridge) => bridge.stop('SIGKILL')));
    await nats.stop();
    await network.remove();
    await folder.remove();
  };
  try {
    for (let i = 0; i < count; i += 1) {
      const bridge = await bridgeIn(join(folder.path, `b${i + 1}`), env, await network.place(), nats);
      all.push(bridge);
      await bridge.start();
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    nats,
    all,
    async part(bridge) {
      // The first one is for the log.
      const [, [, address] = []] = [...bridge.output().matchAll(/"server":"(\S+?)","msg":"connected/g)];
      const server = nats.servers.find((each) => each.address === address);
      if (server === undefined) throw new Error(`${bridge.name} has not said where it is connected`);
      await network.part([bridge.place, server.place]);
      return server;
    },
    mend: network.mend,
    stop,
  };
}

async function keepLogs(folder: string, bridges: readonly BridgeProcess[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all(bridges.map(({ name, output }) => writeFile(join(folder, `${name}.log`), output())));
}

async function bridgeIn(
  dir: string,
  more: Readonly<Record<string, string>>,
  place: Place,
  nats: NatsCluster,
): Promise<BridgeProcess> {
  const [http, mqtt] = [await place.port(2000), await place.port(1883)];
  const ways = await place.ways(nats.addresses);
  const env = {
    HOST: place.listen,
    PORT: String(http),
    MQTT_PORT: String(mqtt),
    CLUSTER_URL: ways.map((way) => `nats://${way}`).join(),
    ...more,
  };
  const [httpHere, mqttHere] = [await place.portHere(http), await place.portHere(mqtt)];
  await mkdir(dir, { recursive: true });
  let running: ServiceProcess | undefined;
  let ended = '';
  return {
    name: dir.slice(-2),
    place,
    httpUrl: `http://127.0.0.1:${httpHere}`,
    mqttUrl: `mqtt://127.0.0.1:${mqttHere}`,
    get isRunning() {
      return running !== undefined;
    },
    leads() {
      const lines = running?.output().split('\n') ?? [];
      const last = (words: string) => lines.findLastIndex((line) => line.includes(words) && line.includes('leader'));
      return last('the lease is ours') > last('the lease is lost');
    },
    output: () => (running?.output() ?? '') + ended,
    async start() {
      const started = await startProcess(dir, env, undefined, undefined, place.command);
      running = started;
      void started.exit.then((how) => {
        if (running === started) ended = `it ended by itself: ${JSON.stringify(how)}\n`;
      });
    },
    async stop(signal) {
      const ending = running;
      running = undefined;
      ending?.kill(signal);
      ending?.kill('SIGCONT');
      await ending?.exit;
    },
    freeze: () => running?.kill('SIGSTOP'),
    thaw: () => running?.kill('SIGCONT'),
    cutOff: place.cutOff,
    reach: place.reach,
  };
}
