import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store, StoredRecord } from '../../src/core/store.ts';
import { nodeFileSystem } from '../../src/store/file-system.ts';
import { type Change, encodeFrame, encodeHeader, FORMAT } from '../../src/store/journal/line.ts';
import type { Migration } from '../../src/store/migrations.ts';
import { openStore, type StoreOptions } from '../../src/store/open-store.ts';
import { NOTES, noteIds, putNote } from './disk-store.ts';
import { keptLog } from './kept-log.ts';

let parent: string;
let dir: string;
let journal: string;
let opened: Store[];

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'store-'));
  // A quote in the path must not break the command that an error message offers.
  dir = join(parent, "it's", 'data');
  journal = join(dir, 'store.journal');
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  await rm(parent, { recursive: true });
});

async function open(options: Partial<StoreOptions> = {}): Promise<Store> {
  const store = await openStore({ dir, log: keptLog(), collections: [NOTES], ...options });
  opened.push(store);
  return store;
}

async function storeWith(...ids: string[]): Promise<void> {
  const store = await open();
  for (const id of ids) await putNote(store, id);
  await store.close();
}

/** The lines of a journal behind its header, each with its number. */
function journalOf(...contents: readonly string[]): string {
  const salt = '0123456789abcdef';
  const frames = contents.map((content, index) => encodeFrame(content, index + 1, salt));
  return encodeHeader({ format: FORMAT, version: 2, salt }) + frames.join('');
}

const EMPTY_SNAPSHOT = JSON.stringify({ snapshot: 0 });

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('the files of a store', () => {
  it('belong to their owner alone, also after a compaction and when they came back from a backup', async () => {
    await storeWith('1');
    expect(await modeOf(dir)).toBe('700');
    for (const file of ['store.journal', 'store.journal.last-good']) expect(await modeOf(join(dir, file))).toBe('600');
    execFileSync('chmod', ['644', journal]);
    const store = await open();
    expect(await modeOf(join(dir, 'store.lock'))).toBe('600');
    expect(await modeOf(journal)).toBe('600');
    expect(noteIds(store)).toEqual(['1']);
  });

  it('hold one line for each batch, with a checksum and a number, after the format, its version and a salt', async () => {
    const store = await open();
    await store.commit((tx) => {
      tx.collection(NOTES).put({ id: '1', text: 'one\nline' });
      tx.nextId('notes');
    });
    // The first of them is on its way when the other two are asked for: those share the next line.
    await Promise.all([
      putNote(store, '2'),
      putNote(store, '3'),
      store.commit((tx) => tx.collection(NOTES).delete('1')),
    ]);
    const text = await readFile(journal, 'utf8');
    const salt = /"salt":"([0-9a-f]{16})"/.exec(text)?.[1] ?? '';
    const note = (id: string, words: string) => ['notes', id, record({ id, text: words })];
    expect(text).toBe(
      encodeHeader({ format: FORMAT, version: 2, salt }) +
        encodeFrame(JSON.stringify({ snapshot: 0 }), 1, salt) +
        encodeFrame(
          JSON.stringify([note('1', 'one\nline'), ['counters', 'notes', record({ id: 'notes', last: 1 })]]),
          2,
          salt,
        ) +
        encodeFrame(JSON.stringify([note('2', 'text of 2'), note('3', 'text of 3'), ['notes', '1']]), 3, salt),
    );
    expect(text).toMatch(/^[0-9a-f]{8} \{"format":"nestmtx-bridge-store","version":2,"salt":"[0-9a-f]{16}"\}\n/);
    expect(text.split('\n')[3]).toMatch(/^[0-9a-f]{8} 3 \[/);
  });

  it('never lose a number: what was handed out before a restart and a deletion is not handed out again', async () => {
    const first = await open();
    await first.commit((tx) => {
      for (const id of [tx.nextId('notes'), tx.nextId('notes')])
        tx.collection(NOTES).put({ id: `${id}`, text: `${id}` });
      tx.collection(NOTES).delete('2');
    });
    await first.close();
    const second = await open();
    expect(await second.commit((tx) => tx.nextId('notes'))).toBe(3);
  });

  it('keep the records of a collection that this program does not know', async () => {
    await storeWith('1');
    const other = { name: 'other', unique: {} };
    const store = await open({ collections: [other] });
    await store.commit((tx) => tx.collection(other).put({ id: 'x' }));
    await store.close();
    expect(noteIds(await open())).toEqual(['1']);
  });
});

describe('a disk without room', () => {
  it.each(['ENOSPC', 'EDQUOT'])('at a start (%s) is told in words, with the folder', async (code) => {
    const create = async () => {
      throw Object.assign(new Error(`${code}: no space left on device, write`), { code });
    };
    const { message } = await failureOf(open({ fs: { ...nodeFileSystem, create } }));
    expect(message).toBe(`there is no room on the disk of ${dir}: make some, and start again. Nothing was changed`);
  });
});

describe('a journal that cannot be read', () => {
  it('is kept, and the error names file, line and byte and the command that goes back to the last good one', async () => {
    await storeWith('1', '2');
    await storeWith('3');
    const sound = await readFile(journal, 'utf8');
    const damaged = sound.replace('text of 2', 'text of X');
    await writeFile(journal, damaged);
    const error = await failureOf(open());
    const byte = sound.indexOf('\n') + 1;
    expect(error.message).toContain(`${journal}, line 2, byte ${byte}: the checksum does not match`);
    expect(error.message).toContain('store.journal.last-good can be read (records: 3)');
    expect(error.message).not.toContain('text of');
    expect(await readFile(journal, 'utf8')).toBe(damaged);

    const command = /To go back: (.*)$/.exec(error.message)?.[1] ?? '';
    expect(command).toMatch(/^mv .* && mv /);
    execFileSync('sh', ['-c', command]);
    expect(noteIds(await open())).toEqual(['1', '2', '3']);
    expect(await readFile(`${journal}.broken`, 'utf8')).toBe(damaged);
  });

  it.each([
    ['a foreign file', '{"users":[]}\n', 'this is no journal'],
    ['an empty file', '', 'the file ends'],
    ['a line of zeros', `${'\0'.repeat(64)}\n`, 'this is no journal'],
    ['a long file without line breaks', 'x'.repeat(3_000_000), 'this is no journal'],
  ])('%s is refused and kept', async (_, content, reason) => {
    await storeWith('1');
    await rm(`${journal}.last-good`);
    await writeFile(journal, content);
    const { message } = await failureOf(open());
    expect(message).toContain(`${journal}, line 1, byte 0: ${reason}`);
    expect(message).toContain('There is no last good copy');
    expect(await readFile(journal, 'utf8')).toBe(content);
  });

  it.each([
    ['what no program of ours writes', 'line 3', journalOf(EMPTY_SNAPSHOT, JSON.stringify({ snapshot: 1 }))],
    ['a change without an id', 'line 3', journalOf(EMPTY_SNAPSHOT, '[["notes"]]')],
    ['what is no JSON', 'line 3', journalOf(EMPTY_SNAPSHOT, '[["notes"')],
    [
      'a damaged line before a whole one',
      'line 3',
      journalOf(EMPTY_SNAPSHOT, '[["a","1"]]', '[]').replace('"a"', '"b"'),
    ],
    ['a line that is there twice', 'line 4', journalOf(EMPTY_SNAPSHOT, '[]').replace(/^.* 2 \[\]\n/m, '$&$&')],
    ['a line that is missing', 'line 3', journalOf(EMPTY_SNAPSHOT, '[]', '[]').replace(/^.* 2 \[\]\n/m, '')],
  ])('because of %s is refused and kept', async (_, place, content) => {
    await storeWith();
    await writeFile(journal, content);
    expect((await failureOf(open())).message).toContain(place);
    expect(await readFile(journal, 'utf8')).toBe(content);
  });

  it('because a whole line of its snapshot is missing is refused', async () => {
    await storeWith('1');
    const lines = (await readFile(journal, 'utf8')).split('\n');
    await writeFile(journal, lines.toSpliced(1, 1).join('\n'));
    expect((await failureOf(open())).message).toContain('line 2, byte 81: it has the number 2');
  });

  it('because it is gone, while its last good copy is there, is not begun anew', async () => {
    await storeWith('1');
    await rm(journal);
    const { message } = await failureOf(open());
    execFileSync('sh', ['-c', /to go back to that: (.*)$/.exec(message)?.[1] ?? 'false']);
    expect(noteIds(await open())).toEqual(['1']);
  });

  it('because two records share a unique key is refused', async () => {
    await storeWith();
    const changes = ['1', '2'].map((id): Change => ['notes', id, record({ id, text: 'same' })]);
    await writeFile(journal, journalOf(EMPTY_SNAPSHOT, JSON.stringify(changes)));
    expect((await failureOf(open())).message).toContain('notes: the records 1 and 2 share one unique text');
  });
});

describe('migrations', () => {
  const shout: Migration = {
    from: 2,
    to: 3,
    up(records) {
      const notes = records.get('notes');
      for (const id of notes?.keys() ?? []) notes?.set(id, record({ id, text: `note ${id}!` }));
    },
  };
  const drop: Migration = {
    from: 3,
    to: 4,
    up: (records) => records.get('notes')?.delete('1'),
  };

  it('run in order at the start, and leave a journal of the new version beside the former one', async () => {
    await storeWith('1', '2');
    const former = await readFile(journal, 'utf8');
    const store = await open({ migrations: [shout, drop] });
    expect([...store.collection(NOTES).values()]).toEqual([{ id: '2', text: 'note 2!' }]);
    expect(store.collection(NOTES).by('text', 'note 2!')?.id).toBe('2');
    expect(await readFile(journal, 'utf8')).toContain('"version":4');
    expect(await readFile(`${journal}.last-good`, 'utf8')).toBe(former);
    await store.close();
    // A second start at version 4 runs none of them again.
    const again = await open({ migrations: [shout, drop] });
    expect(noteIds(again)).toEqual(['2']);
  });

  it('leave everything as it was when one of them fails', async () => {
    await storeWith('1');
    const former = await readFile(journal, 'utf8');
    const broken: Migration = {
      from: 2,
      to: 3,
      up() {
        throw new Error('cannot migrate');
      },
    };
    expect((await failureOf(open({ migrations: [broken] }))).message).toBe('cannot migrate');
    expect((await failureOf(open({ migrations: [drop] }))).message).toContain('from version 2 to version 4');
    expect(await readFile(journal, 'utf8')).toBe(former);
    expect(noteIds(await open())).toEqual(['1']);
  });

  it('do not run backwards: a journal of a newer version is refused and kept', async () => {
    await storeWith('1');
    await (await open({ migrations: [shout] })).close();
    const newer = await readFile(journal, 'utf8');
    expect((await failureOf(open())).message).toContain('a newer program wrote this, in version 3');
    expect(await readFile(journal, 'utf8')).toBe(newer);
  });
});

// The journal does not care what else a record holds.
function record(content: StoredRecord & Record<string, unknown>): StoredRecord {
  return content;
}

async function failureOf(failing: Promise<unknown>): Promise<Error> {
  const error = await failing.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Error) return error;
  throw new Error('nothing was thrown');
}
