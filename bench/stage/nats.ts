/** Owns three NATS servers for a benchmark, each a process of its own, which write through as they must. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './turns.ts';

export interface NatsServers {
  /** For CLUSTER_URL. */
  readonly url: string;
  /** Bytes and messages of a stream on one of the servers. */
  stream(name: string): Promise<{ readonly bytes: number; readonly messages: number }>;
  /** Ends the server that leads a stream, at once and for good. */
  killLeaderOf(stream: string): Promise<void>;
  stop(): Promise<void>;
}

interface Server {
  readonly name: string;
  readonly monitor: number;
  readonly client: number;
  readonly child: ChildProcess;
}

interface StreamDetail {
  readonly name: string;
  readonly cluster?: { readonly leader?: string };
  readonly state: { readonly bytes: number; readonly messages: number };
}

const COUNT = 3;
const READY_MS = 20_000;
const LOOK_MS = 50;

/** Undefined where the program is absent. */
export async function startNatsServers(): Promise<NatsServers | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'nestmtx-bench-'));
  const ports: { client: number; route: number; monitor: number }[] = [];
  for (let i = 0; i < COUNT; i += 1) {
    ports.push({ client: await freePort(), route: await freePort(), monitor: await freePort() });
  }
  const routes = ports.map(({ route }) => `nats://127.0.0.1:${route}`).join(', ');
  const servers: Server[] = [];
  for (const [i, { client, route, monitor }] of ports.entries()) {
    const name = `n${i + 1}`;
    const file = join(directory, `${name}.conf`);
    const lines = [
      `server_name: ${name}`,
      `listen: 127.0.0.1:${client}`,
      `http: 127.0.0.1:${monitor}`,
      'max_payload: 2MB',
      `jetstream { store_dir: "${join(directory, name)}", sync_interval: always }`,
      `cluster { name: bench, listen: 127.0.0.1:${route}, routes: [${routes}] }`,
    ];
    await writeFile(file, `${lines.join('\n')}\n`);
    const child = spawn('nats-server', ['-c', file], { stdio: 'ignore' });
    const isThere = await Promise.race([once(child, 'spawn').then(() => true), once(child, 'error').then(() => false)]);
    if (!isThere) {
      await rm(directory, { recursive: true });
      return undefined;
    }
    servers.push({ name, monitor, client, child });
  }

  const living = () => servers.filter(({ child }) => child.exitCode === null && child.signalCode === null);

  async function detailsAt({ monitor }: Server): Promise<StreamDetail[]> {
    const response = await fetch(`http://127.0.0.1:${monitor}/jsz?streams=true`);
    const { account_details: accounts = [] } = (await response.json()) as {
      account_details?: { stream_detail?: StreamDetail[] }[];
    };
    return accounts.flatMap(({ stream_detail: streams = [] }) => streams);
  }

  async function isReady({ monitor }: Server): Promise<boolean> {
    const response = await fetch(`http://127.0.0.1:${monitor}/healthz`).catch(() => undefined);
    return response?.ok === true;
  }

  const untilMs = performance.now() + READY_MS;
  while (!(await Promise.all(servers.map(isReady))).every(Boolean)) {
    if (performance.now() > untilMs) throw new Error('the NATS servers do not find one another');
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }

  return {
    url: servers.map(({ client }) => `nats://127.0.0.1:${client}`).join(),
    async stream(name) {
      const [server] = living();
      const found = server && (await detailsAt(server)).find((stream) => stream.name === name);
      if (!found) throw new Error(`there is no stream ${name}`);
      return found.state;
    },
    async killLeaderOf(name) {
      const [server] = living();
      const found = server && (await detailsAt(server)).find((stream) => stream.name === name);
      const leader = servers.find((one) => one.name === found?.cluster?.leader);
      if (!leader) throw new Error(`nobody leads ${name}`);
      leader.child.kill('SIGKILL');
      await once(leader.child, 'exit');
    },
    async stop() {
      const ended = living().map(({ child }) => once(child, 'exit'));
      for (const { child } of servers) child.kill('SIGKILL');
      await Promise.all(ended);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
