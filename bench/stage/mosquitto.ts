/** Owns a mosquitto with dynamic security for comparison: nothing of ours in between, and its accounts made over its control topic. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { CONTROL_TOPIC, type Command, instanceAcls, RESPONSE_TOPIC } from '../../src/brokers/mosquitto/commands.ts';

export interface Mosquitto {
  readonly port: number;
  readonly pid: number;
  /** Resolves when the broker has answered all of them. */
  command(commands: readonly Command[]): Promise<void>;
  stop(): Promise<void>;
}

const LOGIN = { username: 'control', password: 'benchmark password' };
const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` };

/** Undefined where the program or its plugin is absent. */
export async function startMosquitto(): Promise<Mosquitto | undefined> {
  const plugin = pluginFile();
  if (plugin === undefined) return undefined;
  const directory = await mkdtemp(join(tmpdir(), 'nestmtx-bench-'));
  const port = await freePort();
  const accounts = join(directory, 'accounts.json');
  try {
    execFileSync('mosquitto_ctrl', ['dynsec', 'init', accounts, LOGIN.username, LOGIN.password], { env });
  } catch {
    return undefined;
  }
  const lines = [
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    `listener ${port} 127.0.0.1`,
    'allow_anonymous false',
    `plugin ${plugin}`,
    `plugin_opt_config_file ${accounts}`,
    'set_tcp_nodelay true',
    // It drops nothing that it could deliver later, as ours does not at this pace.
    'max_queued_messages 0',
  ];
  await writeFile(join(directory, 'mosquitto.conf'), `${lines.join('\n')}\n`);
  const broker = spawn('mosquitto', ['-c', join(directory, 'mosquitto.conf')], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await running(broker);
  const control = await connectAsync(`mqtt://127.0.0.1:${port}`, LOGIN);
  await control.subscribeAsync(RESPONSE_TOPIC);
  return {
    port,
    pid: broker.pid ?? 0,
    async command(commands) {
      const answered = new Promise<void>((resolve) => control.once('message', () => resolve()));
      await control.publishAsync(CONTROL_TOPIC, JSON.stringify({ commands }), { qos: 1 });
      await answered;
    },
    async stop() {
      await control.endAsync();
      broker.kill('SIGTERM');
      await once(broker, 'exit');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** What it takes there to have what an instance is. */
export function commandsToCreate(username: string, password: string): Command[] {
  const rolename = `role_${username}`;
  return [
    { command: 'createRole', rolename, acls: instanceAcls(username) },
    { command: 'createClient', username, password, roles: [{ rolename }] },
  ];
}

function pluginFile(): string | undefined {
  const folders = existsSync('/usr/lib') ? readdirSync('/usr/lib') : [];
  const files = folders.map((name) => join('/usr/lib', name, 'mosquitto_dynamic_security.so'));
  return files.find((path) => existsSync(path));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

function running(broker: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    broker.stderr?.setEncoding('utf8').on('data', (text: string) => text.includes(' running') && resolve());
    broker.once('exit', (code) => reject(new Error(`mosquitto ended with code ${code}`)));
  });
}
