/** Owns the versions of what the journal holds, and the steps from each to the next. */

import type { Records } from './store-data.ts';

/** One step: changes the records of version `from` in place to those of version `to`. */
export interface Migration {
  readonly from: number;
  readonly to: number;
  up(records: Records): void;
}

const FIRST_VERSION = 1;

/** In order, without gaps. Never changed once released: a file of any age passes through all that follow its version. */
export const MIGRATIONS: readonly Migration[] = [
  // The records are the same. The lines have numbers, which 0.1 cannot read: it shall say that a newer program wrote them.
  { from: 1, to: 2, up: () => undefined },
];

/** The version that a program with these migrations writes. */
export function newestVersion(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.to ?? FIRST_VERSION;
}

/** @throws Error when no chain of steps leads from `version` to the newest */
export function migrate(records: Records, version: number, migrations: readonly Migration[]): void {
  let reached = version;
  for (const { from, to, up } of migrations) {
    if (from !== reached) continue;
    up(records);
    reached = to;
  }
  const newest = newestVersion(migrations);
  if (reached !== newest) throw new Error(`no migration leads from version ${reached} to version ${newest}`);
}
