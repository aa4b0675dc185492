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
  /** Which bridge this is. */
  readonly by?: string;
  /** Whether it is for us to write snapshots. */
  readonly isOurTurn: () => boolean;
  /** Called once, when the log cannot be followed any more. */
  readonly stopped?: (reason: string) => void;
  readonly deadlineMs?: number;
  readonly everyEntries?: number;
  readonly keptEntries?: number;
}

export interface ClusterLog {
  /** What a store is opened over. */
  over(journal: JournalOptions): CommitLog;
  /** Of the last entry that has arrived. */
  readonly reached: number;
  /** Resolves when everything up to `position` has arrived; up to the last that is there, unless told otherwise. */
  reach(position?: number): Promise<void>;
}

export function openClusterLog({ streams, log, ...rest }: Options): ClusterLog {
  let opened: JetStreamLog | undefined;
  return {
    over(journal) {
      const { collections, migrations, admits } = journal;
      const snapshots = createSnapshots({ ...rest, streams, log, collections, migrations });
      const commits = new JetStreamLog({ ...rest, streams, snapshots, log, migrations, admits });
      opened = commits;
      return new CopiedLog({ commits, id: streams.id, journal, log });
    },
    get reached() {
      return opened?.reached ?? 0;
    },
    reach: async (position) => opened?.reach(position),
  };
}
