/**
 * Owns which term of serving this folder was last used in: where another bridge has served since, what the embedded broker kept here is of
 * another time, and no client may meet it again.
 */

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../core/ports.ts';
import { writeForOwner } from '../../system/owner.ts';

const TERM_FILE = 'cluster.term';
/** What the embedded broker calls its own. */
const KEPT_FILE = 'broker.journal';

/** To be called before the broker opens. @param epoch of the lease: one more than the last bridge's, whichever that was */
export async function beginTerm(dir: string, epoch: number, log: Log): Promise<void> {
  const path = join(dir, TERM_FILE);
  const last = Number(await readFile(path, 'utf8').catch(() => '0'));
  if (last !== epoch - 1) {
    await rm(join(dir, KEPT_FILE), { force: true });
    log.info({ term: epoch }, 'another bridge has served meanwhile: what the broker kept here is forgotten');
  }
  await rm(path, { force: true });
  await writeForOwner(path, String(epoch));
}
