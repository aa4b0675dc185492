/** Owns which figures a bridge tells of its cluster. */

import type { Leadership } from '../../core/cluster/leadership.ts';
import type { Metric } from '../../core/metrics.ts';
import type { Membership } from './join.ts';

interface Sources {
  readonly membership: Membership | undefined;
  readonly leadership: Pick<Leadership, 'leads' | 'epoch'>;
}

/** None for a bridge that stands alone. */
export async function clusterMetrics({ membership, leadership }: Sources): Promise<Metric[]> {
  if (membership === undefined) return [];
  const { bridges, log } = await membership.condition();
  const own = bridges.find(({ isThis }) => isThis);
  return [
    gauge('nestmtx_cluster_bridges', 'Bridges that live, as far as this one hears.', bridges.length),
    gauge('nestmtx_cluster_leads', 'Whether this bridge leads, and surely so.', leadership.leads ? 1 : 0),
    gauge(
      'nestmtx_cluster_epoch',
      'Which term of leading this bridge has; 0 where it has none.',
      leadership.epoch ?? 0,
    ),
    gauge(
      'nestmtx_cluster_reached',
      'Whether a majority of the NATS servers is reached.',
      membership.holdings.isReached ? 1 : 0,
    ),
    {
      ...gauge('nestmtx_cluster_held', 'What this bridge sees that one bridge sees at a time.', 1),
      samples: (own?.holds ?? []).map((source) => ({ labels: { source }, value: 1 })),
    },
    gauge('nestmtx_cluster_log_entry', 'The entry of the log that this bridge has reached.', own?.entry ?? 0),
    ...(log ? [gauge('nestmtx_cluster_log_last_entry', 'The last entry of the log.', log.last)] : []),
    ...(log ? [gauge('nestmtx_cluster_log_bytes', 'Size of the log at a NATS server.', log.bytes)] : []),
    {
      ...gauge('nestmtx_cluster_entries_behind', 'Entries of the log that a bridge has yet to hear.', 0),
      samples: bridges.map(({ bridge, behind }) => ({ labels: { bridge }, value: behind })),
    },
  ];
}

function gauge(name: string, help: string, value: number): Metric {
  return { name, help, type: 'gauge', samples: [{ value }] };
}
