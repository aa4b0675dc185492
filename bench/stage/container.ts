/** Owns the app in a container that a benchmark measures: the image built from this checkout, on a network address of its own. */

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BENCH_LOGIN } from './child.ts';

export interface BuiltImage {
  readonly image: string;
  readonly base: string;
  podman(...args: readonly string[]): Promise<string>;
}

export interface Container {
  /** Of its node, as the machine sees it. */
  readonly pid: number;
  readonly address: string;
  /** When it was asked to start, on the clock of `performance`. */
  readonly startedAt: number;
  remove(): Promise<void>;
}

/** What the manifest has, with a broker of our own: nobody else is there. */
const OPTIONS = {
  use_home_assistant_broker: false,
  admin_username: BENCH_LOGIN.username,
  admin_password: BENCH_LOGIN.password,
};
const LIMITS = ['--ulimit', 'nofile=4096:4096', '--ulimit', 'nproc=4096:4096', '--health-interval', 'disable'];
const LOCKED_UP = ['--read-only', '--cap-drop', 'all', ...LIMITS];

const run = promisify(execFile);

/** Builds it where it has changed: as root, on Debian. */
export async function buildImage(): Promise<BuiltImage> {
  const script = fileURLToPath(new URL('../../../scripts/app-image.js', import.meta.url));
  const { image, base, podman } = JSON.parse((await run(process.execPath, [script])).stdout);
  return { image, base, podman: async (...args) => (await run('podman', [...podman, ...args])).stdout.trim() };
}

/** @param command instead of the app */
export async function startContainer(
  { image, podman }: BuiltImage,
  command: readonly string[] = [],
): Promise<Container> {
  const data = await mkdtemp(join(tmpdir(), 'nestmtx-bench-'));
  await writeFile(join(data, 'options.json'), JSON.stringify(OPTIONS));
  const name = `nestmtx-bench-${randomUUID()}`;
  const app = ['--env', 'SUPERVISOR_TOKEN=none', '--volume', `${data}:/data`];
  const startedAt = performance.now();
  await podman('run', '--detach', '--name', name, ...LOCKED_UP, ...app, image, ...command);
  const state = await podman('inspect', '--format', '{{.State.Pid}} {{.NetworkSettings.IPAddress}}', name);
  const [pid = '', address = ''] = state.split(' ');
  return {
    pid: Number(pid),
    address,
    startedAt,
    async remove() {
      await podman('rm', '--force', '--time', '5', name);
      await rm(data, { recursive: true });
    },
  };
}
