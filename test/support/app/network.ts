/** Owns the network that Supervisor puts its apps into, with the addresses it has there: this machine is at Supervisor's own. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { endsWithUs } from '../children.ts';
import type { AppImage } from './image.ts';

/** Supervisor's address on every installation: its API listens there, and its ingress proxy calls from there. */
export const SUPERVISOR_ADDRESS = '172.30.32.2';

export interface AppNetwork {
  /** Flags of `podman run` for a container that is an app there. */
  readonly flags: readonly string[];
  close(): Promise<void>;
}

const NAME = 'nestmtx-bridge-test';
const RANGES = ['--subnet', '172.30.32.0/23', '--ip-range', '172.30.33.0/24', '--gateway', SUPERVISOR_ADDRESS];
/** As Supervisor derives them from the app's and the broker's slugs. */
const NAMES = [...['--hostname', 'local-nestmtx-bridge'], ...hosts('supervisor', 'core-mosquitto')];

/** Waits while another run has it: there is one such network per machine. */
export async function openAppNetwork(app: AppImage): Promise<AppNetwork> {
  const release = await lock(join(app.cache, 'network-lock'));
  try {
    await app.podman(['network', 'rm', '--force', NAME], true);
    await app.podman(['network', 'create', '--disable-dns', ...RANGES, NAME]);
    // The bridge and its address appear with the first container, and stay.
    await app.podman([
      'run',
      '--rm',
      '--network',
      NAME,
      '--ulimit',
      'nofile=4096:4096',
      '--ulimit',
      'nproc=4096:4096',
      app.base,
      'true',
    ]);
  } catch (error) {
    release();
    throw error;
  }
  return {
    flags: ['--network', NAME, ...NAMES],
    async close() {
      await app.podman(['network', 'rm', '--force', NAME], true);
      release();
    },
  };
}

function hosts(...names: string[]): string[] {
  return names.flatMap((name) => ['--add-host', `${name}:${SUPERVISOR_ADDRESS}`]);
}

/** The system gives it up for a process that dies. */
async function lock(path: string): Promise<() => void> {
  const holder = endsWithUs(
    spawn('flock', ['--exclusive', path, 'sh', '-c', 'echo held; cat'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
  await once(holder.stdout, 'data');
  return () => holder.stdin.end();
}
