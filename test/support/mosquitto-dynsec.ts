/** Owns a real mosquitto with the dynamic security plugin for one suite: accounts come and go over its control topic. */

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrokerAddress } from '../../src/brokers/broker-address.ts';
import { freePort } from './free-port.ts';
import { endMosquitto, launchMosquitto } from './mosquitto.ts';
import { hasProgram } from './programs.ts';

export interface DynsecMosquitto {
  readonly url: string;
  /** The account that may use the control topic, as `mosquitto_ctrl dynsec init` makes it. */
  readonly control: BrokerAddress & { readonly username: string; readonly password: string };
  /** Ends it and starts it again on the same port: accounts stay, sessions and retained messages go. */
  restart(): Promise<void>;
  /** Ends it, until `restart`. */
  halt(): Promise<void>;
  /** Keeps its sockets and answers nothing any more, until `thaw` or `stop`. */
  freeze(): void;
  thaw(): void;
  /** Ends it and removes its directory. */
  stop(): Promise<void>;
}

/** For `describe.skipIf`. */
export const dynsecIsMissing = !hasProgram('mosquitto') || !hasProgram('mosquitto_ctrl');

const CONTROL = { username: 'control', password: 'no-log-may-hold-this' };
const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` };

export async function startDynsecMosquitto(): Promise<DynsecMosquitto> {
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), 'mosquitto-dynsec-'));
  const configFile = await configure(directory, port);
  const launch = () => launchMosquitto(configFile, () => undefined);
  let broker = await launch();

  return {
    url: `mqtt://127.0.0.1:${port}`,
    control: { protocol: 'mqtt', host: '127.0.0.1', port, ...CONTROL },
    halt: () => endMosquitto(broker),
    restart: async () => {
      await endMosquitto(broker);
      broker = await launch();
    },
    freeze: () => void broker.kill('SIGSTOP'),
    thaw: () => void broker.kill('SIGCONT'),
    stop: async () => {
      await endMosquitto(broker);
      await rm(directory, { recursive: true });
    },
  };
}

async function configure(directory: string, port: number): Promise<string> {
  const accounts = join(directory, 'dynamic-security.json');
  execFileSync('mosquitto_ctrl', ['dynsec', 'init', accounts, CONTROL.username, CONTROL.password], { env });
  const lines = [
    // Started as root it would become a user who cannot write our directory.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    'per_listener_settings false',
    `listener ${port} 127.0.0.1`,
    'allow_anonymous false',
    `plugin ${await pluginFile()}`,
    `plugin_opt_config_file ${accounts}`,
    'persistence false',
    'set_tcp_nodelay true',
  ];
  const configFile = join(directory, 'mosquitto.conf');
  await writeFile(configFile, `${lines.join('\n')}\n`);
  return configFile;
}

/** Debian keeps it in a directory that is named after the architecture. */
async function pluginFile(): Promise<string> {
  const folders = (await readdir('/usr/lib')).map((name) => join('/usr/lib', name, 'mosquitto_dynamic_security.so'));
  const found = folders.find((path) => existsSync(path));
  if (found === undefined) throw new Error('mosquitto is installed without its dynamic security plugin');
  return found;
}
