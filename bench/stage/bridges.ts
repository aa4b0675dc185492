/** Owns the bridges of one cluster as a benchmark starts them: each a process with a folder of its own, and calls on the instance API of each. */

import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BENCH_LOGIN, type Child, startChild } from './child.ts';

export interface Bridge extends Child {
  /** On the instance API, as the benchmark's user. */
  call(method: string, path: string): Promise<{ readonly status: number; readonly text: string }>;
  /** At once, and nothing is given back. */
  kill(): void;
}

export interface Bridges {
  readonly all: readonly Bridge[];
  stop(): Promise<void>;
}

const APP_KEY = 'the same key on all bridges of a benchmark';

/** @param url of the NATS servers; undefined: each stands alone */
export async function startBridges(url: string | undefined, count: number): Promise<Bridges> {
  const parent = await mkdtemp(join(tmpdir(), 'nestmtx-bench-'));
  // A service ends connections that were idle for five seconds, perhaps just as they are used again.
  const agent = new Agent({ keepAlive: true, maxSockets: 256, timeout: 3000 });
  const all: Called[] = [];
  for (let i = 0; i < count; i += 1) {
    const env = { APP_KEY, INSTANCE_LIMIT: '10000000', INSTANCE_SERVER: '127.0.0.1', ...(url && { CLUSTER_URL: url }) };
    const child = await startChild('../../src/main.js', { ...env, DATA_DIR: join(parent, `b${i}`) });
    all.push(bridgeOf(child, agent, all.length === 0 ? await logIn(child, agent) : (all[0]?.token ?? '')));
  }
  const killed = new Set<number>();
  return {
    all: all.map((bridge) => ({
      ...bridge,
      kill() {
        killed.add(bridge.pid);
        process.kill(bridge.pid, 'SIGKILL');
      },
    })),
    async stop() {
      agent.destroy();
      for (const bridge of [...all].reverse()) if (!killed.has(bridge.pid)) await bridge.stop();
      await rm(parent, { recursive: true, force: true });
    },
  };
}

interface Called extends Bridge {
  readonly token: string;
}

function bridgeOf(child: Child, agent: Agent, token: string): Called {
  return {
    ...child,
    token,
    call: (method, path) => send(child, agent, { method, path, token }),
    kill: () => undefined,
  };
}

async function logIn(child: Child, agent: Agent): Promise<string> {
  const body = JSON.stringify({ email: BENCH_LOGIN.username, password: BENCH_LOGIN.password });
  const { text } = await send(child, agent, { method: 'POST', path: '/v1/auth/login', token: '', body });
  return JSON.parse(text).token;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly body?: string;
}

/** Node's own client with kept connections: `fetch` would be most of what is measured. */
function send({ httpPort }: Child, agent: Agent, { method, path, token, body }: Call) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const headers = {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const sent = request({ host: '127.0.0.1', port: httpPort, agent, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    sent.on('error', reject).end(body);
  });
}
