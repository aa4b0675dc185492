/** Owns what the command line does about a cluster: begins one with a data folder, takes a folder out of it, and tells how it is. */

import type { ClusterFolder } from '../../cli/program.ts';
import { type ClusterConnection, connectCluster } from '../../cluster/connection.ts';
import type { LivingBridge } from '../../cluster/leases/holdings.ts';
import { natsPulse } from '../../cluster/leases/pulse.ts';
import { LEADER, LEASES } from '../../cluster/leases/records.ts';
import { SeedingLog } from '../../cluster/log/seed.ts';
import { type LogStreams, openStreams } from '../../cluster/log/streams.ts';
import type { ClusterConfig } from '../../config/cluster.ts';
import type { Config } from '../../config/config.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { Store } from '../../core/store.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { ClusterInfo } from '../../protocol/entities/system/cluster.ts';
import { lookForAppKey } from '../../secrets/app-key.ts';
import { assertKeyFits } from '../../secrets/key-check.ts';
import { JournalLog } from '../../store/journal/journal-log.ts';
import { hasStore } from '../../store/look.ts';
import { openStore } from '../../store/open-store.ts';
import type { Place } from '../../store/place.ts';
import { clusterInfo } from '../cluster/info.ts';
import { ALL_COLLECTIONS } from '../collections.ts';
import { type Counts, countsOf } from './counts.ts';

/** Longer than a bridge that lives is ever silent. */
const LISTEN_MS = 1500;

export function clusterFolder(config: Config, log: Log, clock: Clock): ClusterFolder {
  const { dataDir: dir, appKey, cluster } = config;

  async function folder() {
    if (!hasStore(dir))
      throw refusal(`there is no store in ${dir}: no service was started there, or DATA_DIR is another`);
    const key = await lookForAppKey(dir, appKey);
    const admits = (records: Pick<Store, 'collection'>) => assertKeyFits(records, key);
    return { dir, log, collections: ALL_COLLECTIONS, admits };
  }

  async function connected<T>(isMade: boolean, use: (place: Connected) => Promise<T>): Promise<T> {
    if (cluster === undefined) throw refusal('CLUSTER_URL is not set: this bridge stands alone');
    const connection = await connectCluster(cluster, { log, name: 'nestmtx-bridge cluster', patienceMs: 0 });
    try {
      const streams = await openStreams(connection.nats, cluster.name, log, { isMade, patience: { deadlineMs: 0 } });
      return await use({ cluster, connection, streams });
    } finally {
      await connection.close();
    }
  }

  return {
    seed: async () => {
      const options = await folder();
      return connected(true, async ({ streams }) =>
        counted(openStore(options, (journal) => new SeedingLog(streams, journal, log))),
      );
    },
    async leave() {
      let place: Place | undefined;
      const onPlace = (found: Place | undefined) => {
        place = found;
      };
      const store = await openStore(await folder(), (journal) => new JournalLog({ ...journal, onPlace }));
      try {
        if (place === undefined)
          throw refusal(`${dir} is the folder of a bridge that stands alone: there is nothing to leave`);
        // The end of a store that was changed writes it down anew, and without its place.
        // What events say of it goes on from there where a cluster is made of it again.
        await store.commit((tx) => {
          const { epoch } = tx.collection(LEASES).get(LEADER) ?? { epoch: 0 };
          tx.collection(LEASES).put({ id: LEADER, holder: null, epoch });
        });
        return { counts: countsOf(store), position: place.position };
      } finally {
        await store.close();
      }
    },
    status: () => connected(false, (place) => statusOf(place, clock, log)),
  };
}

interface Connected {
  readonly cluster: ClusterConfig;
  readonly connection: ClusterConnection;
  readonly streams: LogStreams;
}

async function statusOf({ cluster, connection, streams }: Connected, clock: Clock, log: Log): Promise<ClusterInfo> {
  const bridges = new Map<string, LivingBridge>();
  let leader: string | undefined;
  const stop = natsPulse(connection, streams, cluster.name).onBeat(({ lease, holder, life }) => {
    if (life) bridges.set(holder, { bridge: holder, ...life });
    if (lease === LEADER) leader = holder;
  });
  await new Promise<void>((resolve) => clock.after(LISTEN_MS, resolve));
  stop();
  return clusterInfo({ name: cluster.name, holder: '', leader, bridges: [...bridges.values()], streams, log });
}

async function counted(opening: Promise<Store>): Promise<Counts> {
  const store = await opening;
  const counts = countsOf(store);
  await store.close();
  return counts;
}

function refusal(message: string): ApiError {
  return new ApiError('unavailable', { message });
}
