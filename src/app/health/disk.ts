/** Owns how full the disk is that the data folder is on. */

import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Check } from '../../protocol/entities/health.ts';

/** The store and the broker's journal are each written anew beside themselves now and then. */
const SCARCE_BYTES = 64 * 1024 * 1024;
const FULL_BYTES = 1024 * 1024;

export function diskCheck(dataDir: string): () => Check {
  return () => {
    const free = freeBytes(dataDir);
    if (free === undefined) return { healthy: null, meta: { reason: 'cannot-be-measured' } };
    const healthy = free >= SCARCE_BYTES || (free >= FULL_BYTES ? null : false);
    return { healthy, meta: { freeBytes: free } };
  };
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
