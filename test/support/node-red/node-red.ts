/** Owns a real Node-RED for one suite: a process with a user folder of its own, into which the package of the nodes is linked; flows go in by its API. */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endsWithUs } from '../children.ts';
import { eventually } from '../eventually.ts';
import { freePort } from '../free-port.ts';
import { PATIENCE_MS } from '../patience.ts';

export const PACKAGE = '@nestmtx-bridge/node-red-nestmtx';
const NODES = fileURLToPath(new URL('../../../nodes', import.meta.url));

export type FlowNode = { readonly id: string; readonly type: string; readonly [property: string]: unknown };

export interface NodeRed {
  /** Of the editor and its API, with the admin root, without a slash at the end. */
  readonly url: string;
  /** Of the http-in nodes. */
  readonly httpUrl: string;
  /** Everything it has written so far. */
  output(): string;
  isRunning(): boolean;
  deploy(flow: readonly FlowNode[], type?: 'full' | 'nodes' | 'flows'): Promise<void>;
  /** Of its API; `init` as for `fetch`. */
  admin(path: string, init?: RequestInit): Promise<Response>;
  /** Sends to an http-in node; body in, answer out. */
  post(path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  stop(): Promise<void>;
}

export interface NodeRedOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Installs into the user folder; default links that of the checkout. */
  readonly install?: (userDir: string) => Promise<void>;
}

/**
 * `NR_RED` and `NR_NODE` choose another Node-RED, by the path of its red.js, and the Node that runs it; `NR_PACKAGE` the folder of an
 * installed package in place of the checkout.
 */
export async function startNodeRed({ settings = {}, env = {}, install = link }: NodeRedOptions = {}): Promise<NodeRed> {
  const userDir = await mkdtemp(join(tmpdir(), 'node-red-'));
  const port = await freePort();
  await install(userDir);
  const all = {
    uiHost: '127.0.0.1',
    uiPort: port,
    userDir,
    flowFile: 'flows.json',
    credentialSecret: false,
    editorTheme: { tours: false, palette: { catalogues: [] } },
    telemetry: { enabled: false, updateNotification: false },
    ...settings,
  };
  await writeFile(join(userDir, 'settings.js'), `module.exports = ${JSON.stringify(all)};\n`);
  const red = process.env['NR_RED'] ?? createRequire(import.meta.url).resolve('node-red/red.js');
  const { PATH = '', HOME = '' } = process.env;
  const child = endsWithUs(
    spawn(process.env['NR_NODE'] ?? process.execPath, [red, '-s', join(userDir, 'settings.js')], {
      cwd: userDir,
      env: { PATH, HOME, LANG: 'en_US.UTF-8', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  const written: string[] = [];
  child.stdout.on('data', (chunk) => written.push(String(chunk)));
  child.stderr.on('data', (chunk) => written.push(String(chunk)));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const output = () => written.join('');
  const httpUrl = `http://127.0.0.1:${port}`;
  const url = httpUrl + String(settings['httpAdminRoot'] ?? '');
  await started(child, url, output);

  async function admin(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${url}/${path}`, init);
  }

  return {
    url,
    httpUrl,
    output,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    admin,
    deploy: async (flow, type = 'full') => {
      const before = starts(output());
      const response = await admin('flows', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'Node-RED-API-Version': 'v2',
          'Node-RED-Deployment-Type': type,
        },
        body: JSON.stringify({ flows: flow }),
      });
      if (!response.ok) throw new Error(`deploy: ${response.status} ${await response.text()}`);
      await eventually(() => starts(output()) > before, 'the flows to be started', PATIENCE_MS);
    },
    post: async (path, body = {}) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${httpUrl}/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      const text = await response.text();
      return { status: response.status, body: text === '' ? undefined : jsonOr(text) };
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      await rm(userDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** It answers a deploy before the flows run. */
function starts(output: string): number {
  return [...output.matchAll(/Started (modified )?(flows|nodes)/g)].length;
}

/** Before a flow has started nobody answers but Node-RED itself, with a page. */
function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** As `npm install <folder>` does. */
async function link(userDir: string): Promise<void> {
  const source = process.env['NR_PACKAGE'] ?? NODES;
  if (!existsSync(join(source, 'dist', 'nestmtx-server.html')))
    throw new Error(`${source} is not built: npm run build`);
  const target = join(userDir, 'node_modules', PACKAGE);
  await mkdir(join(target, '..'), { recursive: true });
  await symlink(source, target, 'dir');
  await writeFile(join(userDir, 'package.json'), JSON.stringify({ dependencies: { [PACKAGE]: '*' } }));
}

/** It listens before it has loaded nodes and flows: only then it answers this, or asks for a token. */
async function started(child: ChildProcess, url: string, output: () => string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`Node-RED ended with code ${child.exitCode}:\n${output()}`);
    if (Date.now() > deadline) throw new Error(`Node-RED did not start:\n${output()}`);
    const status = await fetch(`${url}/flows`).then(
      (response) => response.status,
      () => 0,
    );
    if (output().includes('Started flows') && (status === 200 || status === 401)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
