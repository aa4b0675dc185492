/** Owns the processes that a benchmark measures: started on free ports, killed by their process id. */

import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Child {
  readonly pid: number;
  readonly mqttPort: number;
  readonly httpPort: number;
  stop(): Promise<void>;
}

export const BENCH_LOGIN = { username: 'bench', password: 'benchmark password' };

/** Starts a compiled program of ours and waits for its line with `"msg":"ready"`. */
export async function startChild(
  program: string,
  env: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
): Promise<Child> {
  const dataDir = await mkdtemp(join(tmpdir(), 'nestmtx-bench-'));
  const path = fileURLToPath(new URL(program, import.meta.url));
  const settings = { DATA_DIR: dataDir, HOST: '127.0.0.1', PORT: '0', MQTT_PORT: '0', LOG_LEVEL: 'info' };
  const login = { ADMIN_USERNAME: BENCH_LOGIN.username, ADMIN_PASSWORD: BENCH_LOGIN.password };
  // As `npm start` does: a small young generation keeps the memory of an idle service small.
  const child = spawn(process.execPath, ['--max-semi-space-size=2', ...flags, path, 'start'], {
    cwd: dataDir,
    env: { ...settings, ...login, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { mqttPort, httpPort } = await ready(child);
  return {
    pid: child.pid ?? 0,
    mqttPort,
    httpPort,
    async stop() {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGTERM');
      await ended;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Creates something over the HTTP API of a service. */
export async function post(
  { httpPort }: Child,
  module: string,
  body: object,
  token?: string,
): Promise<Record<string, unknown>> {
  const response = await fetch(`http://127.0.0.1:${httpPort}/api/${module}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
}

export function residentMb(pid: number): number {
  const [, kb = 'NaN'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) / 1024;
}

/** User and system time, from the 14th and 15th field of stat, which counts in hundredths of a second. */
export function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function ready(child: ChildProcess): Promise<{ mqttPort: number; httpPort: number }> {
  return new Promise((resolve, reject) => {
    let output = '';
    const look = (chunk: unknown) => {
      output += String(chunk);
      const line = output.split('\n').find((text) => text.includes('"msg":"ready"') && text.endsWith('}'));
      if (line === undefined) return;
      // What it logs later is let go: reading it would be measured too.
      child.stdout?.off('data', look).resume();
      resolve(JSON.parse(line));
    };
    child.stdout?.on('data', look);
    child.once('close', () => reject(new Error(`a measured program ended early: ${output}`)));
  });
}
