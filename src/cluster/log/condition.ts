/** Owns how it is with a cluster's log, for people: who keeps it, how far it reaches, and who serves. */

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

export async function conditionOf({ manager, entries }: LogStreams): Promise<LogCondition> {
  const { state, cluster } = await manager.streams.info(entries.stream);
  const leader =
    cluster?.leader === undefined ? [] : [{ name: cluster.leader, role: 'leader', isCurrent: true } as const];
  const followers = (cluster?.replicas ?? []).map(
    ({ name, current, offline }): ServerCondition => ({ name, role: 'follower', isCurrent: offline ? null : current }),
  );
  return {
    servers: [...leader, ...followers].sort((one, other) => one.name.localeCompare(other.name)),
    entries: { first: state.first_seq, last: state.last_seq },
    bytes: state.bytes,
  };
}
