/** Owns `service.json`: how a command on this machine finds the running service and may act as its operator. Readable by the owner only. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeForOwner } from './owner.ts';

export interface RunFile {
  readonly pid: number;
  readonly url: string;
  /** Of the embedded broker; 0 when there is none. */
  readonly mqttPort: number;
  /** Acts as the system user for as long as the process lives. */
  readonly token: string;
}

export const RUN_FILE = 'service.json';

/** Returns what removes it again. */
export async function writeRunFile(dir: string, content: RunFile): Promise<() => Promise<void>> {
  const path = join(dir, RUN_FILE);
  // Removed first: an existing file would keep its mode, whatever that was.
  await rm(path, { force: true });
  await writeForOwner(path, `${JSON.stringify(content)}\n`);
  return () => rm(path, { force: true });
}
