/** Owns how a cluster is told of, from what its bridges say of themselves and what its NATS servers say of the log. */

import type { LivingBridge } from '../../cluster/leases/holdings.ts';
import { conditionOf } from '../../cluster/log/condition.ts';
import type { LogStreams } from '../../cluster/log/streams.ts';
import type { Log } from '../../core/ports.ts';
import type { ClusterInfo } from '../../protocol/entities/system/cluster.ts';

interface Known {
  readonly name: string;
  /** Which bridge this is. */
  readonly holder: string;
  readonly leader: string | undefined;
  readonly bridges: readonly LivingBridge[];
  readonly streams: LogStreams;
  readonly log: Log;
}

export async function clusterInfo({ name, holder, leader, bridges, streams, log }: Known): Promise<ClusterInfo> {
  const condition = await conditionOf(streams).catch((error: unknown) => {
    log.debug({ err: error }, 'nobody tells how it is with the log of the cluster');
    return undefined;
  });
  const { servers = [], entries, bytes = 0 } = condition ?? {};
  const last = Math.max(entries?.last ?? 0, ...bridges.map(({ entry }) => entry));
  return {
    name,
    bridges: bridges
      .map(({ bridge, held, entry }) => ({
        bridge,
        isThis: bridge === holder,
        isLeading: bridge === leader,
        holds: [...held],
        entry,
        behind: last - entry,
      }))
      .sort((one, other) => one.bridge.localeCompare(other.bridge)),
    servers: servers.map((server) => ({ ...server })),
    log: entries ? { ...entries, bytes } : null,
  };
}
