/** Owns the bridges of one cluster as processes, killed, frozen and started at will, on ports that stay theirs. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';
import { type ServiceProcess, startProcess, temporaryDirectory } from '../process.ts';
import { type CuttableProxy, startCuttableProxy } from './cuttable-proxy.ts';
import { type NatsCluster, startNats } from './nats.ts';

export const PASSWORD = 'correct horse battery';

export interface BridgeProcess {
  readonly name: string;
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
  cutOff(): void;
  reach(): void;
}

export interface Bridges {
  readonly nats: NatsCluster;
  readonly all: readonly BridgeProcess[];
  stop(): Promise<void>;
}

export async function startBridges(count: number, more: Readonly<Record<string, string>> = {}): Promise<Bridges> {
  const [nats, folder] = await Promise.all([startNats({ isDiscreet: true }), temporaryDirectory()]);
  const env = {
    CLUSTER_USER: nats.username,
    CLUSTER_PASS: nats.password,
    APP_KEY: 'the same key on all of the bridges',
    ADMIN_PASSWORD: PASSWORD,
    ...more,
  };
  const all: BridgeProcess[] = [];
  const proxies: CuttableProxy[] = [];
  const stop = async () => {
    await Promise.all(all.map((bridge) => bridge.stop('SIGKILL')));
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await nats.stop();
    await folder.remove();
  };
  try {
    for (let i = 0; i < count; i += 1) {
      const ways = await Promise.all(nats.addresses.map(startCuttableProxy));
      proxies.push(...ways);
      const bridge = await bridgeIn(join(folder.path, `b${i + 1}`), env, ways);
      all.push(bridge);
      await bridge.start();
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { nats, all, stop };
}

async function bridgeIn(
  dir: string,
  env: Readonly<Record<string, string>>,
  ways: readonly CuttableProxy[],
): Promise<BridgeProcess> {
  const CLUSTER_URL = ways.map(({ port }) => `nats://127.0.0.1:${port}`).join();
  const [http, mqtt] = [await freePort(), await freePort()];
  await mkdir(dir, { recursive: true });
  let running: ServiceProcess | undefined;
  return {
    name: dir.slice(-2),
    httpUrl: `http://127.0.0.1:${http}`,
    mqttUrl: `mqtt://127.0.0.1:${mqtt}`,
    get isRunning() {
      return running !== undefined;
    },
    leads() {
      const lines = running?.output().split('\n') ?? [];
      const last = (words: string) => lines.findLastIndex((line) => line.includes(words) && line.includes('leader'));
      return last('the lease is ours') > last('the lease is lost');
    },
    output: () => running?.output() ?? '',
    async start() {
      running = await startProcess(dir, { PORT: String(http), MQTT_PORT: String(mqtt), CLUSTER_URL, ...env });
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
    cutOff() {
      for (const way of ways) way.cut();
    },
    reach() {
      for (const way of ways) way.mend();
    },
  };
}
