/** Owns MediaMTX itself as a process of a test: on loopback and free ports, in a directory of its own, started and stopped at will. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endsWithUs } from '../children.ts';
import { freePort } from '../free-port.ts';
import { PATIENCE_MS } from '../patience.ts';

export interface MediaMtxProgram {
  readonly apiUrl: string;
  readonly rtspPort: number;
  /** Resolves when its API answers; rejects with what it said when it does not. */
  start(): Promise<void>;
  /** Resolves when it is gone. @param signal SIGTERM unless given */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const STOP_MS = 5000;
/** By environment, since a version that does not know a setting refuses a file that has it. */
const OFF = { MTX_RTMP: 'no', MTX_HLS: 'no', MTX_WEBRTC: 'no', MTX_SRT: 'no', MTX_MOQ: 'no' };
/** Of the two names each version knows its own. */
const TCP_ALONE = { MTX_RTSPTRANSPORTS: 'tcp', MTX_PROTOCOLS: 'tcp' };

/**
 * @param configuration what its file holds besides addresses; by default anybody on this machine may use its API
 * @param settings by the names of its environment: what is switched on besides
 */
export async function mediaMtxProgram(
  program: string,
  directory: string,
  configuration: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<MediaMtxProgram> {
  const [apiPort, rtspPort] = [await freePort(), await freePort()];
  const file = join(directory, 'mediamtx.yml');
  const addresses = [`rtspAddress: 127.0.0.1:${rtspPort}`, ''];
  const own = configuration.replace(/^api.*$/gm, '');
  await writeFile(file, ['api: yes', `apiAddress: 127.0.0.1:${apiPort}`, ...addresses, own].join('\n'));
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const { PATH = '', HOME = '' } = process.env;
    const said: string[] = [];
    const running = endsWithUs(
      spawn(program, [file], {
        cwd: directory,
        env: { PATH, HOME, ...OFF, ...TCP_ALONE, ...settings },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
    child = running;
    for (const stream of [running.stdout, running.stderr]) stream.on('data', (chunk) => said.push(String(chunk)));
    let fault: unknown;
    running.once('error', (error) => {
      fault = error;
    });
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await answers(apiUrl))) {
      if (fault !== undefined || running.exitCode !== null || Date.now() > deadline) {
        throw new Error(`MediaMTX does not start: ${String(fault ?? '')}${said.join('')}`);
      }
    }
  }

  async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const running = child;
    child = undefined;
    if (running?.pid === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, 'exit');
    const timer = setTimeout(() => running.kill('SIGKILL'), STOP_MS);
    running.kill(signal);
    await gone;
    clearTimeout(timer);
  }

  return { apiUrl, rtspPort, start, stop };
}

/** As it says itself; one that was built without a number is taken for the oldest that we speak to. */
export function mediaMtxVersion(program: string): { readonly minor: number; readonly patch: number } {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  const [, minor, patch] = /^v1\.(\d+)\.(\d+)/.exec(stdout) ?? [];
  return minor === undefined ? { minor: 8, patch: 0 } : { minor: Number(minor), patch: Number(patch) };
}

async function answers(apiUrl: string): Promise<boolean> {
  try {
    return (await fetch(`${apiUrl}/v3/paths/list`, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false;
  }
}
