/** Owns the bridges of one cluster as a benchmark starts them: each a process with a folder of its own, and calls on the instance API of each. */

import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild } from './child.ts';
import { logIn, send } from './send.ts';

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
