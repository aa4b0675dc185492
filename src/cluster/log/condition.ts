/** Owns how it is with a cluster's log, for people: who keeps it, how far it reaches, and who serves. */

import type { PeerInfo } from '@nats-io/jetstream';
import { millis } from '@nats-io/transport-node';
import type { LogStreams } from './streams.ts';

export interface LogCondition {
  /** Of the NATS servers that keep it. */
  readonly servers: readonly ServerCondition[];
  /** Positions of the oldest entry that is kept, and of the last. */
  readonly entries: { readonly first: number; readonly last: number };
  readonly bytes: number;
}

interface ServerCondition {
  readonly name: string;
  readonly role: 'leader' | 'follower';
  /** Whether it has everything; null where nobody knows, for it is away. */
  readonly isCurrent: boolean | null;
}

/** They speak to one another every second; NATS itself calls one away a good while later. */
const SILENT_MS = 3000;

export async function conditionOf({
  manager,
  entries,
}: Pick<LogStreams, 'manager' | 'entries'>): Promise<LogCondition> {
  const { state, cluster } = await manager.streams.info(entries.stream);
  const leader =
    cluster?.leader === undefined ? [] : [{ name: cluster.leader, role: 'leader', isCurrent: true } as const];
  const followers = (cluster?.replicas ?? []).map(
    (peer): ServerCondition => ({ name: peer.name, role: 'follower', isCurrent: isAway(peer) ? null : peer.current }),
  );
  return {
    servers: [...leader, ...followers].sort((one, other) => one.name.localeCompare(other.name)),
    entries: { first: state.first_seq, last: state.last_seq },
    bytes: state.bytes,
  };
}

function isAway({ offline, active }: PeerInfo): boolean {
  return offline === true || millis(active) > SILENT_MS;
}
