/** Owns how it is with what a cluster keeps, for people: how far its log reaches, and whether its NATS servers have all of everything. */

import type { JetStreamManager, PeerInfo, StreamInfo } from '@nats-io/jetstream';
import { millis } from '@nats-io/transport-node';
import type { LogStreams } from './streams.ts';

export interface LogCondition {
  /** The NATS servers that keep it; in their role for the log. */
  readonly servers: readonly ServerCondition[];
  /** Positions of the oldest entry that is kept, and of the last. */
  readonly entries: { readonly first: number; readonly last: number };
  readonly bytes: number;
}

interface ServerCondition {
  readonly name: string;
  readonly role: 'leader' | 'follower';
  /** Whether it has everything, of all streams whose leader says so; null where nobody knows, for it is away. */
  readonly isCurrent: boolean | null;
}

const ENDING = 'log';
/** Streams beside that of the log, by what their names end with. */
export const BESIDES = ['snapshots', 'majority', 'retained', 'sessions', 'queues', 'wills', 'bridges'];
/** They speak to one another every second; NATS itself calls one away a good while later. */
const SILENT_MS = 3000;

export async function conditionOf({
  manager,
  entries,
}: Pick<LogStreams, 'manager' | 'entries'>): Promise<LogCondition> {
  const [{ state, cluster }, others] = await Promise.all([
    manager.streams.info(entries.stream),
    infosOf(manager, entries.stream.slice(0, -ENDING.length)),
  ]);
  const lagging = new Set(
    others.flatMap((info) => (info.cluster?.replicas ?? []).filter(({ current }) => !current).map(({ name }) => name)),
  );
  const leader =
    cluster?.leader === undefined
      ? []
      : [{ name: cluster.leader, role: 'leader', isCurrent: !lagging.has(cluster.leader) } as const];
  const followers = (cluster?.replicas ?? []).map((peer): ServerCondition => {
    const isCurrent = isAway(peer) ? null : peer.current && !lagging.has(peer.name);
    return { name: peer.name, role: 'follower', isCurrent };
  });
  return {
    servers: [...leader, ...followers].sort((one, other) => one.name.localeCompare(other.name)),
    entries: { first: state.first_seq, last: state.last_seq },
    bytes: state.bytes,
  };
}

/** Of those that are there and have a leader. */
async function infosOf(manager: JetStreamManager, prefix: string): Promise<StreamInfo[]> {
  const all = await Promise.all(BESIDES.map((name) => manager.streams.info(prefix + name).catch(() => undefined)));
  return all.filter((info) => info !== undefined);
}

function isAway({ offline, active }: PeerInfo): boolean {
  return offline === true || millis(active) > SILENT_MS;
}
