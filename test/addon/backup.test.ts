/** Pins hot backups: files copied one after the other while the service writes, as Supervisor does it, make a data folder that starts. */

import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { CollectionSpec, StoredRecord } from '../../src/core/store.ts';
import { openStore } from '../../src/store/open-store.ts';
import { recordingLog } from '../support/recording-log.ts';
import { startService } from '../support/service.ts';

interface Note extends StoredRecord {
  readonly at: number;
  readonly padding?: string;
}

const NOTES: CollectionSpec<Note> = { name: 'notes', unique: {} };
const CHUNK_BYTES = 512;
const EXCLUDED: readonly string[] = parse(
  await readFile(new URL('../../config.yaml', import.meta.url), 'utf8'),
).backup_exclude;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nestmtx-bridge-backup-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** What Supervisor matches against the end of each path: only `*` means something. */
function isExcluded(path: string): boolean {
  return EXCLUDED.some((pattern) => {
    const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
    return new RegExp(`^${escaped}$`).test(basename(path));
  });
}

/**
 * As Python's tarfile: the names first; then each file up to the size it had when its turn came, in pieces, whatever is
 * appended meanwhile. A name that is gone, or a file that has become shorter, ends the whole backup.
 * @param betweenPieces gives the writer its time
 */
async function backUp(from: string, to: string, betweenPieces = async () => {}): Promise<void> {
  await mkdir(to);
  for (const name of await readdir(from)) {
    if (isExcluded(name)) continue;
    const { size } = await stat(join(from, name));
    const file = await open(join(from, name), 'r');
    const copy = Buffer.alloc(size);
    for (let done = 0; done < size; ) {
      const { bytesRead } = await file.read(copy, done, Math.min(CHUNK_BYTES, size - done), done);
      if (bytesRead === 0) throw new Error(`${name} became shorter while it was copied`);
      done += bytesRead;
      await betweenPieces();
    }
    await file.close();
    await writeFile(join(to, name), copy);
  }
}

describe('the store', () => {
  it('is whole in each of many copies that are made while it writes and compacts', async () => {
    const dir = join(folder, 'data');
    const writing = { log: recordingLog(), collections: [NOTES], slackBytes: 2000 };
    const store = await openStore({ dir, ...writing });
    let acknowledged = 0;
    let isWriting = true;
    let tellCommit = (): void => undefined;
    const nextCommit = () =>
      new Promise<void>((resolve) => {
        tellCommit = resolve;
      });
    const writer = (async () => {
      while (isWriting) {
        const next = acknowledged + 1;
        await store.commit((tx) => {
          // Two records that are always changed together, and one that is new each time.
          tx.collection(NOTES).put({ id: 'left', at: next, padding: 'x'.repeat(next % 300) });
          tx.collection(NOTES).put({ id: `new-${next % 40}`, at: next });
          tx.collection(NOTES).put({ id: 'right', at: next });
        });
        acknowledged = next;
        tellCommit();
      }
    })();

    const journals = new Set<number>();
    const copies: { dir: string; promised: number }[] = [];
    for (let count = 0; count < 25; count += 1) {
      const copy = { dir: join(folder, `copy-${count}`), promised: acknowledged };
      await backUp(dir, copy.dir, nextCommit);
      copies.push(copy);
      journals.add((await stat(join(dir, 'store.journal'))).ino);
      await nextCommit();
    }
    isWriting = false;
    await writer;
    await store.close();

    for (const copy of copies) {
      const restored = await openStore({ dir: copy.dir, ...writing });
      const note = (id: string) => restored.collection(NOTES).get(id);
      // All that was acknowledged when the backup began, and no half of a change.
      expect(note('left')?.at ?? 0).toBeGreaterThanOrEqual(copy.promised);
      expect(note('right')?.at).toBe(note('left')?.at);
      await restored.close();
    }
    // The journal was replaced on the way.
    expect(journals.size).toBeGreaterThan(1);
  });
});

it('a copy of the data folder of a running service starts, with its users, its key, what its broker keeps, and no trace of the other process', async () => {
  const service = await startService();
  const sender = await service.client();
  await sender.publish('lamp', 'on', { qos: 1, retain: true });
  await sender.end();
  const dataDir = join(folder, 'restored');
  await backUp(service.dataDir, dataDir);
  expect((await readdir(dataDir)).sort()).toEqual(['app.key', 'broker.journal', 'store.journal']);
  const restored = await startService({ dataDir });
  const client = await restored.client();
  expect(await client.subscribe(['nestmtx/availability', 'lamp'])).toEqual([1, 1]);
  expect((await client.next('lamp')).text).toBe('on');
  await client.end();
  await restored.stop();
  await service.stop();
});

it('nothing that may vanish meanwhile is copied', async () => {
  const names = [
    'store.journal.new',
    'broker.journal.new',
    'store.journal.last-good',
    'store.lock',
    'store.lock.0a1b',
    'service.json',
  ];
  expect(names.filter((name) => !isExcluded(name))).toEqual([]);
  expect(['store.journal', 'broker.journal', 'app.key', 'options.json'].filter(isExcluded)).toEqual([]);
});
