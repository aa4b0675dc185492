/** Owns a real Node-RED that a benchmark measures: in a process and a folder of its own, with the package of the nodes linked into it and one flow deployed. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface NodeRed {
  readonly pid: number;
  /** Sends to an http-in node; rejects unless it answers well, and in time: within a minute if nothing else is said. */
  post(path: string, body: object, timeoutMs?: number): Promise<unknown>;
  stop(): Promise<void>;
}

const PACKAGE = '@nestmtx-bridge/node-red-nestmtx';
const START_TIMEOUT_MS = 30_000;
const ANSWER_TIMEOUT_MS = 60_000;

/** What function nodes find under `global.get`: time in microseconds, and the memory in use once the garbage is gone. */
const TOOLS = `{
  nowUs: () => Number(process.hrtime.bigint()) / 1000,
  heapMb: () => { gc(); return process.memoryUsage().heapUsed / 2 ** 20; },
}`;

export async function startNodeRed(flow: readonly object[]): Promise<NodeRed> {
  const userDir = await mkdtemp(join(tmpdir(), 'nestmtx-bench-'));
  const port = await freePort();
  await link(userDir);
  const settings = {
    uiHost: '127.0.0.1',
    uiPort: port,
    userDir,
    credentialSecret: false,
    telemetry: { enabled: false, updateNotification: false },
  };
  const file = join(userDir, 'settings.js');
  await writeFile(file, `module.exports = { ...${JSON.stringify(settings)}, functionGlobalContext: ${TOOLS} };\n`);
  const red = createRequire(import.meta.url).resolve('node-red/red.js');
  const child = spawn(process.execPath, ['--expose-gc', red, '-s', file], {
    cwd: userDir,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  await started(child, url);
  await send(`${url}/flows`, { flows: flow }, ANSWER_TIMEOUT_MS, { 'Node-RED-API-Version': 'v2' });
  return {
    pid: child.pid ?? 0,
    post: (path, body, timeoutMs = ANSWER_TIMEOUT_MS) => send(`${url}/${path}`, body, timeoutMs),
    stop: async () => {
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      await ended;
      await rm(userDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** As `npm install <folder>` does. */
async function link(userDir: string): Promise<void> {
  const target = join(userDir, 'node_modules', PACKAGE);
  await mkdir(join(target, '..'), { recursive: true });
  await symlink(fileURLToPath(new URL('../../../nodes', import.meta.url)), target, 'dir');
  await writeFile(join(userDir, 'package.json'), JSON.stringify({ dependencies: { [PACKAGE]: '*' } }));
}

async function started(child: ChildProcess, url: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('Node-RED did not start');
    const isUp = await fetch(`${url}/flows`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function send(url: string, body: object, timeoutMs: number, headers?: object): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
