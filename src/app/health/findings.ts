/** Owns what doctor says of the disk, and of certificates: the same that the service says of its health, with what to do. */

import type { Check, Finding } from '../../cli/program.ts';
import type { Config } from '../../config/config.ts';
import { endingsOf, SOON_MS } from './certificates.ts';
import { freeBytes, isRoomy } from './disk.ts';

export function machineChecks(config: Config, nowMs: number): Check[] {
  return [
    { name: 'disk', run: async () => disk(config.dataDir) },
    ...endingsOf(config, nowMs).map((ending) => ({ name: ending.setting, run: async () => certificate(ending) })),
  ];
}

function disk(dataDir: string): Finding {
  const free = freeBytes(dataDir);
  if (free === undefined) return { ok: null, detail: 'the system does not tell how much is free' };
  const detail = `${(free / 1024 / 1024).toFixed(1)} MB free for the data folder`;
  return {
    ok: isRoomy(free),
    detail,
    cure: 'Make room: a full disk takes no changes, and a service does not start on it.',
  };
}

function certificate({ until, leftMs, trouble }: ReturnType<typeof endingsOf>[number]): Finding {
  const cure = 'Renew it: the service takes the new files within two minutes, or at once at SIGHUP.';
  if (trouble === 'key') return { ok: false, detail: 'the key beside it belongs to another certificate', cure };
  if (until === undefined) return { ok: false, detail: 'the files are no certificate and its key', cure };
  const end = until.slice(0, 10);
  if (leftMs <= 0) return { ok: false, detail: `it ended on ${end}`, cure };
  return leftMs > SOON_MS ? { ok: true, detail: `good until ${end}` } : { ok: null, detail: `it ends on ${end}`, cure };
}
