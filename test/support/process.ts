/** Owns the service as an operating system sees it: a process with an environment, output, signals and an exit code. */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endsWithUs } from './children.ts';
import { PATIENCE_MS } from './patience.ts';

const MAIN = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
/** What the image runs. */
export const APP_MAIN = fileURLToPath(new URL('../../dist/addon/main.js', import.meta.url));

export interface ServiceProcess {
  readonly pid: number;
  readonly httpPort: number;
  readonly mqttPort: number;
  output(): string;
  kill(signal: NodeJS.Signals): void;
  /** Code and how long it took from the signal or, unsignalled, from the start. */
  readonly exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** What runs a command elsewhere, in the same process. */
type Within = (command: readonly [string, ...string[]]) => readonly [string, ...string[]];

/** A directory of its own, and what removes it. */
export async function temporaryDirectory(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'nestmtx-bridge-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Runs the compiled program to its end. */
export async function runProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
  main = MAIN,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = launch(main, args, env, cwd);
  const { stdout, stderr } = collect(child);
  const { code } = await exitOf(child);
  return { code, stdout: stdout(), stderr: stderr() };
}

/** Starts the service on free ports and waits until it says that it is ready, or what else is given. */
export async function startProcess(
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
  main = MAIN,
  says = 'ready',
  within: Within = (command) => command,
): Promise<ServiceProcess> {
  const settings = { DATA_DIR: dataDir, HOST: '127.0.0.1', PORT: '0', MQTT_PORT: '0', ...env };
  const child = launch(main, ['start'], settings, dataDir, within);
  const { stdout, stderr } = collect(child);
  const exit = exitOf(child);
  const output = () => stdout() + stderr();
  const { httpPort, mqttPort } = await lineOf(child, output, says).catch(async (error: unknown) => {
    // Nobody would end it.
    child.kill('SIGKILL');
    await exit;
    throw error;
  });
  return { pid: child.pid ?? 0, httpPort, mqttPort, output, kill: (signal) => void child.kill(signal), exit };
}

function launch(
  main: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
  within: Within = (command) => command,
): ChildProcess {
  if (!existsSync(main)) throw new Error('dist/ is missing: npm run build');
  const { PATH = '', HOME = '' } = process.env;
  const [program, ...rest] = within([process.execPath, main, ...args]);
  return endsWithUs(
    spawn(program, rest, {
      cwd,
      env: { PATH, HOME, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

function collect(child: ChildProcess): { stdout(): string; stderr(): string } {
  const out: string[] = [];
  const err: string[] = [];
  child.stdout?.on('data', (chunk) => out.push(String(chunk)));
  child.stderr?.on('data', (chunk) => err.push(String(chunk)));
  return { stdout: () => out.join(''), stderr: () => err.join('') };
}

function exitOf(child: ChildProcess): ServiceProcess['exit'] {
  return new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
}

function lineOf(
  child: ChildProcess,
  output: () => string,
  says: string,
): Promise<{ httpPort: number; mqttPort: number }> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => done(new Error(`not ready in time: ${output()}`)), PATIENCE_MS);
    const look = () => {
      const line = output()
        .split('\n')
        .find((text) => text.includes(`"msg":"${says}"`));
      if (line !== undefined) done(JSON.parse(line));
    };
    const ended = () => done(new Error(`ended before it was ready: ${output()}`));
    const done = (result: Error | { httpPort: number; mqttPort: number }) => {
      clearTimeout(timer);
      child.stdout?.off('data', look);
      child.off('close', ended);
      if (result instanceof Error) reject(result);
      else resolve(result);
    };
    child.stdout?.on('data', look);
    child.once('close', ended);
  });
}
