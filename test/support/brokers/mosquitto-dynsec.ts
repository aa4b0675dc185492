/** Owns a real mosquitto with the dynamic security plugin for one suite: accounts come and go over its control topic. */

import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrokerAddress } from '../../../src/brokers/link/address.ts';
import { freePort } from '../free-port.ts';
import { hasProgram } from '../programs.ts';
import { endMosquitto, launchMosquitto } from './mosquitto.ts';

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

export const SETUP_SCRIPT = fileURLToPath(new URL('../../../examples/mosquitto-setup.sh', import.meta.url));

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

/** As docs/mosquitto.md sets it up, but for what a test of its own directory needs. */
async function configure(directory: string, port: number): Promise<string> {
  const accounts = join(directory, 'dynamic-security.json');
  execFileSync('mosquitto_ctrl', ['dynsec', 'init', accounts, CONTROL.username, CONTROL.password], { env });
  const where = { DATA: directory, PORT: String(port), LISTEN: '127.0.0.1' };
  const documented = execFileSync('sh', [SETUP_SCRIPT, 'conf'], { env: { ...env, ...where } });
  // Started as root it would become a user who cannot write our directory.
  const user = process.getuid?.() === 0 ? 'user root\n' : '';
  const configFile = join(directory, 'mosquitto.conf');
  await writeFile(configFile, `${user}${documented}`);
  return configFile;
}
