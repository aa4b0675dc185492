/** Owns putting together the log of a cluster, for a store that has its own copy of it in a folder. */

import type { Log } from '../../core/ports.ts';
import type { CommitLog } from '../../store/commit-log.ts';
import type { JournalOptions } from '../../store/journal/journal-log.ts';
import { CopiedLog } from './copy.ts';
import { JetStreamLog } from './jetstream-log.ts';
import { createSnapshots } from './snapshots.ts';
import type { LogStreams } from './streams.ts';

interface Options {
  readonly streams: LogStreams;
  readonly log: Log;
  /** Whether it is for us to write snapshots. */
  readonly isOurTurn: () => boolean;
  /** Called once, when the log cannot be followed any more. */
  readonly stopped?: (reason: string) => void;
  readonly deadlineMs?: number;
  readonly everyEntries?: number;
  readonly keptEntries?: number;
}

/** What a store is opened over. */
export function openClusterLog({ streams, log, ...rest }: Options): (journal: JournalOptions) => CommitLog {
  return (journal) => {
    const { collections, migrations, admits } = journal;
    const snapshots = createSnapshots({ ...rest, streams, log, collections, migrations });
    const commits = new JetStreamLog({ ...rest, streams, snapshots, log, migrations, admits });
    return new CopiedLog({ commits, id: streams.id, journal, log });
  };
}
