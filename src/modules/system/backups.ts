/** Owns the `backups` module, ours: what a backup would have in it. The file itself is to be had over HTTP. */

import type { Module } from '../../core/requests/registry.ts';
import { BACKUP, type Backup } from '../../protocol/entities/system/backups.ts';

export function backupsModule(counts: () => Backup['counts']): Module {
  return {
    name: 'backups',
    summary: 'Everything that the service keeps, in one file',
    operations: {
      list: {
        summary: 'Tell how much a backup would have in it; over HTTP, GET /api/backup is the file',
        result: BACKUP,
        run: (): Backup => ({ counts: counts() }),
      },
    },
  };
}
