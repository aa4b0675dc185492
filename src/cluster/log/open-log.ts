/** Owns putting together the log of a cluster, for a store that has its own copy of it in a folder. */

import type { Log } from '../../core/ports.ts';
import type { CommitLog } from '../../store/commit-log.ts';
import type { JournalOptions } from '../../store/journal/journal-log.ts';
import type { ClusterConnection } from '../connection.ts';
import { CopiedLog } from './copy.ts';
import { JetStreamLog } from './jetstream-log.ts';
import { createSnapshots } from './snapshots.ts';
import { openStreams } from './streams.ts';

interface Options {
  readonly connection: ClusterConnection;
  /** Of the cluster, in the names of its streams. */
  readonly name: string;
  readonly log: Log;
  /** Whether it is for us to write snapshots. */
  readonly isOurTurn: () => boolean;
  readonly deadlineMs?: number;
  readonly everyEntries?: number;
  readonly keptEntries?: number;
}

/** @returns what a store is opened over */
export async function openClusterLog(options: Options): Promise<(journal: JournalOptions) => CommitLog> {
  const { connection, name, log, ...rest } = options;
  const streams = await openStreams(connection.nats, name, log);
  return (journal) => {
    const { collections, migrations, admits } = journal;
    const snapshots = createSnapshots({ ...rest, streams, log, collections, migrations });
    const commits = new JetStreamLog({ ...rest, streams, snapshots, log, migrations, admits });
    return new CopiedLog({ commits, id: streams.id, journal, log });
  };
}
