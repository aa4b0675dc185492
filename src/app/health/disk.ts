/** Owns how full the disk is that the data folder is on. */

import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Check } from '../../protocol/entities/health.ts';

/** The store and the broker's journal are each written anew beside themselves now and then. */
const SCARCE_BYTES = 64 * 1024 * 1024;
const FULL_BYTES = 1024 * 1024;

/** How much is free is nobody's business who only asks for health. */
export function diskCheck(dataDir: string): () => Check {
  return () => ({ healthy: isRoomy(freeBytes(dataDir)) });
}

/** Null: works, but not for long; or nobody knows. */
export function isRoomy(free: number | undefined): boolean | null {
  if (free === undefined || (free < SCARCE_BYTES && free >= FULL_BYTES)) return null;
  return free >= SCARCE_BYTES;
}

/** For the data folder, or for the nearest one above that there is. Undefined where the system does not tell. */
export function freeBytes(path: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return isAbsent && dirname(path) !== path ? freeBytes(dirname(path)) : undefined;
  }
}
