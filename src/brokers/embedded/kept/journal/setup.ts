/** Owns what a journal is made with: the disk, the time, and when it is worth making anew. */

import type { Clock, Log } from '../../../../core/ports.ts';
import type { KeptFiles, KeptPaths } from './files.ts';

export interface JournalSetup {
  readonly files: KeptFiles;
  readonly paths: KeptPaths;
  readonly clock: Clock;
  readonly log: Log;
  /** Calls back after the event loop has seen to sockets and timers. */
  readonly defer: (callback: () => void) => void;
  /** A journal is made anew when it exceeds twice what is kept by this. */
  readonly slackBytes: number;
}
