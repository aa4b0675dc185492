/** Owns a real cluster of three NATS servers with JetStream for one suite: on loopback and free ports, in a directory of its own, each killed, frozen and started at will. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { endsWithUs } from '../children.ts';
import { hasProgram } from '../programs.ts';
import { loopback } from './network/loopback.ts';
import type { Network, Place } from './network/network.ts';

export interface NatsServer {
  /** `n1`, `n2`, … as it calls itself, also where it is named as the leader of something. */
  readonly name: string;
  readonly address: string;
  /** The same, for this process. */
  readonly addressHere: string;
  readonly place: Place;
  /** Resolves when its process is there; it may take a moment until it has found the others. */
  start(): Promise<void>;
  /** Resolves when it is gone. @param signal SIGTERM unless given */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Keeps its sockets and answers nothing any more, until `thaw` or `stop`. */
  freeze(): void;
  thaw(): void;
  /** It and all others hear nothing of one another any more. */
  cutOff(): Promise<void>;
  reach(): Promise<void>;
}

export interface NatsCluster {
  readonly servers: readonly NatsServer[];
  /** `host:port` of each. */
  readonly addresses: readonly string[];
  readonly username: string;
  readonly password: string;
  /** Resolves when all servers that run have found one another and can store. */
  ready(): Promise<void>;
  /** Ends what still runs and removes the directory. */
  stop(): Promise<void>;
}

interface Options {
  /** Lines of the block `jetstream`, in place of what makes a server durable. */
  readonly jetstream?: readonly string[];
  readonly count?: number;
  /** They tell clients nothing of one another: who is given the address of a proxy stays behind it. */
  readonly isDiscreet?: boolean;
  /** Where they run; on loopback, unless told otherwise. */
  readonly network?: Network;
}

/** For `describe.skipIf`. */
export const natsIsMissing = !hasProgram('nats-server');

const USERNAME = 'bridge';
const PASSWORD = 'no-log-may-hold-this';
const LOOK_MS = 20;
/** A connection that died while a cable was pulled lives on for others until two of their pings were not answered, each after 30 s; they take no other one meanwhile. */
const READY_MS = 120_000;

interface Ports {
  readonly client: number;
  readonly monitor: number;
}

interface Site extends Ports {
  readonly place: Place;
  readonly route: number;
}

/** Resolves when all of them can be written to. */
export async function startNats(options: Options = {}): Promise<NatsCluster> {
  const { jetstream = ['sync_interval: always'], count = 3, isDiscreet = false, network = loopback() } = options;
  const directory = await mkdtemp(join(tmpdir(), 'nats-'));
  const sites: Site[] = [];
  for (let i = 0; i < count; i += 1) {
    const place = await network.place();
    sites.push({
      place,
      client: await place.port(4222),
      route: await place.port(6222),
      monitor: await place.port(8222),
    });
  }
  const routes = sites.map(({ place, route }) => `nats://${place.host}:${route}`).join(', ');
  const servers = await Promise.all(
    sites.map(async (own, i) => {
      const name = `n${i + 1}`;
      const config = [
        `server_name: ${name}`,
        `listen: ${own.place.listen}:${own.client}`,
        `http: ${own.place.listen}:${own.monitor}`,
        `authorization { user: ${USERNAME}, password: "${PASSWORD}" }`,
        `jetstream { store_dir: "${join(directory, name)}"\n${jetstream.join('\n')} }`,
        ...(count === 1
          ? []
          : [
              `cluster { name: test, listen: ${own.place.host}:${own.route}, routes: [${routes}], no_advertise: ${isDiscreet} }`,
            ]),
      ];
      const file = join(directory, `${name}.conf`);
      await writeFile(file, `${config.join('\n')}\n`);
      return natsServer(name, file, own, {
        client: await own.place.portHere(own.client),
        monitor: await own.place.portHere(own.monitor),
      });
    }),
  );
  const cluster: NatsCluster = {
    servers,
    addresses: servers.map(({ address }) => address),
    username: USERNAME,
    password: PASSWORD,
    ready: () => until(async () => (await Promise.all(servers.map((server) => server.isReady(count)))).every(Boolean)),
    async stop() {
      await Promise.all(servers.map((server) => server.stop('SIGKILL')));
      await rm(directory, { recursive: true });
    },
  };
  try {
    await Promise.all(servers.map((server) => server.start()));
    await cluster.ready();
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return cluster;
}

interface ReadyServer extends NatsServer {
  /** True of one that does not run, too. */
  isReady(count: number): Promise<boolean>;
}

function natsServer(name: string, config: string, { place, client }: Site, here: Ports): ReadyServer {
  let child: ChildProcess | undefined;
  let said = '';
  const isRunning = () => child !== undefined && child.exitCode === null && child.signalCode === null;
  return {
    name,
    place,
    address: `${place.host}:${client}`,
    addressHere: `127.0.0.1:${here.client}`,
    async start() {
      // One that was only frozen is there.
      if (isRunning()) return;
      const [program, ...args] = place.command(['nats-server', '-c', config]);
      const started = endsWithUs(spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] }));
      started.stderr.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-20_000);
      });
      await once(started, 'spawn');
      child = started;
    },
    async stop(signal = 'SIGTERM') {
      if (!isRunning()) return;
      const gone = child && once(child, 'exit');
      child?.kill(signal);
      // One that is frozen hears of SIGTERM when it goes on.
      child?.kill('SIGCONT');
      await gone;
    },
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    cutOff: place.cutOff,
    reach: place.reach,
    async isReady(count) {
      if (child === undefined) return false;
      if (!isRunning() && child.signalCode === null) throw new Error(`${name} ended by itself:\n${said}`);
      return !isRunning() || (await hasLeader(here.monitor, count));
    },
  };
}

/** Whether JetStream works there, and knows who leads all of them. */
async function hasLeader(monitor: number, count: number): Promise<boolean> {
  const health = await answerOf(monitor, '/healthz');
  if (health?.['status'] !== 'ok') return false;
  if (count === 1) return true;
  const meta = (await answerOf(monitor, '/jsz'))?.['meta_cluster'];
  return typeof meta === 'object' && meta !== null && 'leader' in meta;
}

async function answerOf(port: number, path: string): Promise<Record<string, unknown> | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(1000) });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('the NATS servers have not found one another');
    await pause(LOOK_MS);
  }
}
