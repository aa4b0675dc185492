/** Owns a real mosquitto for one suite: its own directory, port and account, on the loopback interface only. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endsWithUs } from '../children.ts';
import { freePort } from '../free-port.ts';
import { PATIENCE_MS } from '../patience.ts';
import { hasProgram } from '../programs.ts';

export interface Mosquitto {
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** Everything it has logged so far, over all starts. */
  log(): string;
  /** Ends it and, after what happens meanwhile, starts it again on the same port; without `persistent` its memory is empty then. */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
  /** Keeps its sockets and answers nothing any more, until `thaw` or `stop`. */
  freeze(): void;
  thaw(): void;
  /** Ends it and removes its directory. */
  stop(): Promise<void>;
}

export interface MosquittoOptions {
  /** Further lines of mosquitto.conf. */
  readonly config?: readonly string[];
  /** Lines of an access control file; without one every account may do everything. */
  readonly acl?: readonly string[];
  /** Further accounts: passwords by name. */
  readonly accounts?: Readonly<Record<string, string>>;
  /** Sessions and retained messages outlive a restart. */
  readonly persistent?: boolean;
  /** For a broker that appears late; default is a free one. */
  readonly port?: number;
}

/** For `describe.skipIf`. */
export const mosquittoIsMissing = !hasProgram('mosquitto') || !hasProgram('mosquitto_passwd');

const USERNAME = 'bridge';
const PASSWORD = 'no-log-may-hold-this';

/** Debian keeps mosquitto where the PATH of a user does not look. */
const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` };

export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const port = options.port ?? (await freePort());
  const directory = await mkdtemp(join(tmpdir(), 'mosquitto-'));
  const configFile = await configure(directory, port, options);
  let log = '';
  let broker = await launchMosquitto(configFile, (text) => {
    log += text;
  });

  return {
    port,
    username: USERNAME,
    password: PASSWORD,
    log: () => log,
    restart: async (meanwhile = async () => undefined) => {
      await endMosquitto(broker);
      await meanwhile();
      broker = await launchMosquitto(configFile, (text) => {
        log += text;
      });
    },
    freeze: () => void broker.kill('SIGSTOP'),
    thaw: () => void broker.kill('SIGCONT'),
    stop: async () => {
      await endMosquitto(broker);
      await rm(directory, { recursive: true });
    },
  };
}

async function configure(directory: string, port: number, options: MosquittoOptions): Promise<string> {
  const passwordFile = join(directory, 'passwords');
  await writeFile(passwordFile, '', { mode: 0o600 });
  for (const [name, password] of Object.entries({ [USERNAME]: PASSWORD, ...options.accounts })) {
    execFileSync('mosquitto_passwd', ['-b', passwordFile, name, password], { env });
  }
  const aclFile = join(directory, 'acl');
  if (options.acl) await writeFile(aclFile, `${options.acl.join('\n')}\n`, { mode: 0o600 });
  const lines = [
    // Started as root it would become a user who cannot read our directory.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    `listener ${port} 127.0.0.1`,
    'allow_anonymous false',
    `password_file ${passwordFile}`,
    ...(options.persistent ? ['persistence true', `persistence_location ${directory}/`] : ['persistence false']),
    'set_tcp_nodelay true',
    'log_type all',
    ...(options.acl ? [`acl_file ${aclFile}`] : []),
    ...(options.config ?? []),
  ];
  const configFile = join(directory, 'mosquitto.conf');
  await writeFile(configFile, `${lines.join('\n')}\n`);
  return configFile;
}

/** Resolves when it says that it runs. */
export async function launchMosquitto(configFile: string, onLog: (text: string) => void): Promise<ChildProcess> {
  const broker = endsWithUs(spawn('mosquitto', ['-c', configFile], { env, stdio: ['ignore', 'ignore', 'pipe'] }));
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`mosquitto ${why}:\n${said}`));
    const timer = setTimeout(() => fail('did not start'), PATIENCE_MS);
    broker.once('exit', (code) => fail(`ended with code ${code}`));
    broker.stderr?.setEncoding('utf8').on('data', (text: string) => {
      onLog(text);
      said += text;
      if (!/mosquitto version \S+ running/.test(said)) return;
      clearTimeout(timer);
      resolve();
    });
  });
  return broker;
}

/** Resolves when it has ended. */
export async function endMosquitto(broker: ChildProcess): Promise<void> {
  if (broker.exitCode !== null || broker.signalCode !== null) return;
  const ended = once(broker, 'exit');
  broker.kill('SIGTERM');
  // One that is frozen hears of SIGTERM when it goes on.
  broker.kill('SIGCONT');
  await ended;
}
