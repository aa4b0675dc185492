/** Owns a container of the app for one test: as locked up as Supervisor runs it and more, with a data folder of its own. */

import { randomUUID } from 'node:crypto';
import { PATIENCE_MS } from '../patience.ts';
import type { AppImage, Output } from './image.ts';

export interface AppContainer {
  readonly name: string;
  /** Its own IP address, which this machine reaches without a published port. */
  address(): Promise<string>;
  /** Everything it has written, over all starts. */
  log(): Promise<string>;
  /** Resolves with the log when a line of it matches. */
  logged(line: RegExp): Promise<string>;
  /** Resolves with the address of its API when it is healthy. */
  healthy(): Promise<string>;
  /** Runs a program inside. */
  exec(...command: string[]): Promise<Output>;
  /** Sends SIGTERM and resolves with the exit code; 137 when it had to be killed. */
  stop(): Promise<number>;
  /** Resolves with the exit code of one that ends by itself. */
  ended(): Promise<number>;
  /** Starts one that was stopped. */
  start(): Promise<void>;
  remove(): Promise<void>;
}

export interface ContainerOptions {
  /** Folder or volume that becomes `/data`. */
  readonly data?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Further flags of `podman run`. */
  readonly flags?: readonly string[];
  /** Instead of the app's. */
  readonly image?: string;
  /** Instead of the image's own command. */
  readonly command?: readonly string[];
}

/** How Supervisor gives an app time to stop. */
const STOP_LIMIT_S = 10;
/** A test that is killed cannot remove its container: that ends by itself. */
const LIFETIME_S = 900;
const STEP_MS = 50;

const LOCKED_UP = [
  ...['--read-only', '--read-only-tmpfs=false', '--cap-drop', 'all', '--security-opt', 'no-new-privileges'],
  ...['--init', '--init-path', '/usr/bin/tini'],
  // Without the right to raise limits podman would fail at its own defaults.
  ...['--ulimit', 'nofile=4096:4096', '--ulimit', 'nproc=4096:4096'],
  // podman wants systemd for its timer; `podman healthcheck run` works without.
  ...['--health-interval', 'disable'],
];

export async function startContainer(app: AppImage, options: ContainerOptions = {}): Promise<AppContainer> {
  const { data, env = {}, flags = [], image = app.image, command = [] } = options;
  const name = `nestmtx-bridge-test-${randomUUID()}`;
  const variables = Object.entries({ TZ: 'UTC', ...env }).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  const volume = data === undefined ? [] : ['--volume', `${data}:/data`];
  const settings = [...LOCKED_UP, ...variables, ...volume, ...flags, '--timeout', String(LIFETIME_S)];
  await app.podman(['run', '--detach', '--name', name, ...settings, image, ...command]);

  const inspect = async (format: string) =>
    (await app.podman(['inspect', '--type', 'container', '--format', format, name])).stdout.trim();
  const log = async () => {
    const { stdout, stderr } = await app.podman(['logs', name]);
    return stdout + stderr;
  };
  const address = () => inspect('{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}');
  const exitCode = async () => Number(await inspect('{{.State.ExitCode}}'));

  return {
    name,
    address,
    log,
    logged: (line) =>
      repeatedly(async () => {
        const text = await log();
        return line.test(text) ? text : undefined;
      }, `a line like ${line} in the log`).catch(async (error) => {
        throw new Error(`${error.message}:\n${await log()}`);
      }),
    async healthy() {
      const url = `http://${await address()}:2000`;
      await repeatedly(() => isHealthy(url), 'health').catch(async (error) => {
        throw new Error(`${error.message}:\n${await log()}`);
      });
      return url;
    },
    exec: (...command) => app.podman(['exec', name, ...command], true),
    async stop() {
      await app.podman(['stop', '--time', String(STOP_LIMIT_S), name]);
      return exitCode();
    },
    async ended() {
      await app.podman(['wait', name]);
      return exitCode();
    },
    async start() {
      await app.podman(['start', name]);
    },
    async remove() {
      await app.podman(['rm', '--force', '--time', '0', '--volumes', name], true);
    },
  };
}

/** Resolves with the first value that is not undefined. */
export async function repeatedly<Value>(look: () => Promise<Value | undefined>, what: string): Promise<Value> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`not within ${PATIENCE_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}

async function isHealthy(url: string): Promise<true | undefined> {
  const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(1000) }).catch(() => undefined);
  return answer?.ok ? true : undefined;
}
