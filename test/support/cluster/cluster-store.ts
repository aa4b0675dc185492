/** Owns stores upon one log of real NATS servers, each with a folder of its own, closed at the end. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClusterConnection, connectCluster } from '../../../src/cluster/connection.ts';
import { openClusterLog } from '../../../src/cluster/log/open-log.ts';
import { openStreams } from '../../../src/cluster/log/streams.ts';
import type { Store } from '../../../src/core/store.ts';
import { openStore, type StoreOptions } from '../../../src/store/open-store.ts';
import { recordingLog } from '../recording-log.ts';
import type { NatsCluster } from './nats.ts';

export interface ClusterStores {
  /** @param dir a folder of its own unless given */
  open(options: Pick<StoreOptions, 'collections'> & Partial<Options>): Promise<Store>;
  /** One that is removed at the end. */
  folder(): Promise<string>;
  /** Closes all of them, and removes their folders. */
  close(): Promise<void>;
}

interface Options extends StoreOptions {
  /** `host:port` of each, in place of all of the cluster's. */
  readonly servers: readonly string[];
  readonly deadlineMs: number;
  readonly everyEntries: number;
  readonly keptEntries: number;
  readonly isOurTurn: () => boolean;
}

export function clusterStores(cluster: NatsCluster, name: string): ClusterStores {
  const closing: (() => Promise<unknown>)[] = [];
  return {
    async open(options) {
      const { username, password } = cluster;
      const { servers = cluster.addresses } = options;
      const dir = options.dir ?? (await folder(closing));
      const { log = recordingLog(), isOurTurn = () => true } = options;
      const connection: ClusterConnection = await connectCluster({ servers, username, password }, { log, name });
      closing.unshift(() => connection.close());
      const streams = await openStreams(connection.nats, name, log);
      const { over } = openClusterLog({ ...options, streams, log, isOurTurn });
      const store = await openStore({ ...options, dir, log }, over);
      closing.unshift(() => store.close());
      return store;
    },
    folder: () => folder(closing),
    async close() {
      for (const close of closing) await close();
    },
  };
}

async function folder(closing: (() => Promise<unknown>)[]): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'cluster-'));
  closing.push(() => rm(dir, { recursive: true, force: true }));
  return dir;
}
