/** Owns a service of ours with as many instances in its store as a benchmark wants, all of one owner, and the calls on it. */

import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { USERS } from '../../src/core/accounts/records.ts';
import { COLLECTIONS } from '../../src/core/collections.ts';
import { newPassword } from '../../src/core/instances/credentials.ts';
import { INSTANCES, type InstanceRecord } from '../../src/core/instances/records.ts';
import { openSecrets } from '../../src/secrets/open-secrets.ts';
import { openStore } from '../../src/store/open-store.ts';
import { BENCH_LOGIN, type Child, startChild } from './child.ts';
import { logIn, send } from './send.ts';

export interface InstanceService extends Child {
  call(method: string, path: string): Promise<{ readonly status: number; readonly text: string }>;
  create(): Promise<Rented>;
}

export interface Rented {
  readonly _id: string;
  readonly user: string;
  readonly password: string;
}

const APP_KEY = 'a key for benchmarks, long enough';
const PER_COMMIT = 10_000;
const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

/** How its process is started, besides as always. */
interface Start {
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export async function startInstanceService(count: number, start: Start = {}): Promise<InstanceService> {
  const dir = await mkdtemp(join(tmpdir(), 'nestmtx-bench-'));
  const env = { DATA_DIR: dir, APP_KEY, INSTANCE_LIMIT: '10000000', INSTANCE_SERVER: '127.0.0.1' };
  // The first start makes the owner.
  await (await startChild('../../src/main.js', env)).stop();
  await fill(dir, count);
  const child = await startChild('../../src/main.js', { ...env, ...start.env }, start.flags);
  const agent = new Agent({ keepAlive: true });
  const token = await logIn(child, agent);
  const call: InstanceService['call'] = (method, path) => send(child, agent, { method, path, token });
  return {
    ...child,
    call,
    async create() {
      const { status, text } = await call('POST', '/v1/mqtt');
      if (status !== 201) throw new Error(`a creation failed: ${status} ${text}`);
      return JSON.parse(text);
    },
    async stop() {
      agent.destroy();
      await child.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function fill(dir: string, count: number): Promise<void> {
  const secrets = await openSecrets({ dir, appKey: APP_KEY });
  const store = await openStore({ dir, log: silent, collections: COLLECTIONS });
  const owner = store.collection(USERS).by('username', BENCH_LOGIN.username)?.ownerId ?? '';
  for (let done = 0; done < count; done += PER_COMMIT) {
    await store.commit((tx) => {
      const rows = tx.collection(INSTANCES);
      for (let number = done; number < Math.min(count, done + PER_COMMIT); number += 1) {
        const id = secrets.newHex(24);
        const record: InstanceRecord = {
          id,
          owner,
          user: secrets.newPassword(8),
          ...newPassword(secrets, { id, owner }),
          former: null,
          status: 'active',
          createdAt: new Date(Date.UTC(2026, 0, 1) + number).toISOString(),
          generation: 1,
          label: null,
          enabled: true,
          expiresAt: null,
          revision: 1,
        };
        rows.put(record);
      }
    });
  }
  await store.close();
}
