import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame } from '../../src/store/journal/line.ts';
import { CRASHES, CrashDisk } from './crash-disk.ts';
import { FRESH, JOURNAL, LAST_GOOD, NOTES, noteIds, openOn, putNote, TORN } from './disk-store.ts';
import { keptLog } from './kept-log.ts';

// Small enough for several compactions within the workload.
const SLACK_BYTES = 300;

/** Commits pairs one after another and side by side; `acknowledged` takes the number of each pair that was. */
async function work(disk: CrashDisk, acknowledged: Set<number>): Promise<void> {
  const store = await openOn(disk, { slackBytes: SLACK_BYTES });
  const commitPair = async (pair: number) => {
    await store.commit((tx) => {
      tx.collection(NOTES).put({ id: `a${pair}`, text: `left ${pair}` });
      tx.collection(NOTES).put({ id: `b${pair}`, text: `right ${pair}` });
    });
    acknowledged.add(pair);
  };
  let pair = 0;
  for (let round = 0; round < 8; round += 1) {
    await commitPair(pair++);
    await Promise.all([commitPair(pair++), commitPair(pair++), commitPair(pair++)]);
  }
  await store.close();
}

async function callsOfWork(): Promise<number> {
  const disk = new CrashDisk();
  await work(disk, new Set());
  return disk.calls;
}

describe.each(CRASHES)('when the %s', (crash) => {
  it('at any system call, a restart finds every acknowledged commit, and each commit wholly or not at all', async () => {
    const calls = await callsOfWork();
    expect(calls).toBeGreaterThan(80);
    for (let fatal = 1; fatal <= calls; fatal += 1) {
      const disk = new CrashDisk();
      const place = `at call ${fatal}`;
      disk.before = ({ number }) => {
        if (number >= fatal) throw new Error('crashed');
      };
      // A dying write may have got a part of its bytes out.
      disk.takes = (length, { number }) => (number === fatal - 1 ? Math.ceil(length / 2) : length);
      const acknowledged = new Set<number>();
      await expect(work(disk, acknowledged), place).rejects.toThrow();

      const restarted = disk.after(crash);
      const store = await openOn(restarted);
      const found = new Set(noteIds(store));
      for (const pair of acknowledged) expect(found, place).toContain(`a${pair}`);
      for (const id of found) expect(found, place).toContain(`${id.startsWith('a') ? 'b' : 'a'}${id.slice(1)}`);
      // What a restart shows and takes is durable, even if the power is cut next.
      const shown = noteIds(await openOn(restarted.after('power cut')));
      expect(shown, place).toEqual(noteIds(store));
      await putNote(store, 'after');
      expect(noteIds(await openOn(restarted.after('power cut'))), place).toEqual([...shown, 'after']);
    }
  });
});

describe('a journal that ends anywhere', () => {
  it('gives the batches that are whole; what is behind them is cut off, kept aside and told', async () => {
    const { journal, ends } = await journalOfCommits();
    for (let length = ends[0] ?? 0; length <= journal.length; length += 1) {
      const whole = ends.filter((end) => end <= length);
      await expectCut(journal.subarray(0, length), whole.at(-1) ?? -1, whole.length - 1);
    }
  });

  it('is refused and kept when it ends within the snapshot it begins with: no crash does that', async () => {
    const { journal, ends } = await journalOfCommits({ compacted: true });
    const [snapshotEnd = 0] = ends;
    for (let length = 0; length < snapshotEnd; length += 1) {
      await expectRefused(journal.subarray(0, length), `${JOURNAL}, line `);
    }
  });
});

describe('a disk that writes pages out of order', () => {
  /** Its last batch was on its way when the power was cut. */
  async function journalWithTornBatch(commitsInBatch: number, textBytes: number) {
    const disk = new CrashDisk();
    const store = await openOn(disk);
    await putNote(store, 'before');
    const begin = disk.content(JOURNAL)?.length ?? 0;
    await store.commit((tx) => {
      for (let i = 0; i < commitsInBatch; i += 1)
        tx.collection(NOTES).put({ id: `${i}`, text: `${i}`.padEnd(textBytes, '\u0161') });
    });
    return { journal: disk.content(JOURNAL) ?? Buffer.alloc(0), begin };
  }

  it.each([
    ['one long change', 1, 9000],
    ['forty small ones', 40, 100],
  ])('leaves any hole in the last batch (%s): the rest of it is cut off, whole', async (_, commits, textBytes) => {
    const { journal, begin } = await journalWithTornBatch(commits, textBytes);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: begin, max: journal.length - 1 }),
        fc.integer({ min: 1, max: 8192 }),
        fc.constantFrom('zeros', 'another journal'),
        async (from, length, filling) => {
          const torn = Buffer.from(journal);
          const to = Math.min(from + length, torn.length);
          if (filling === 'zeros') torn.fill(0, from, to);
          else foreign(to - from).copy(torn, from);
          fc.pre(!torn.equals(journal));
          await expectCut(torn, begin, 1);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('cannot make lines of an older journal, left where bytes were on their way, look like some of this one', async () => {
    const { journal } = await journalOfCommits();
    for (const rest of [foreign(3000), Buffer.concat([Buffer.from('half a line\n'), foreign(3000)])]) {
      await expectCut(Buffer.concat([journal, rest]), journal.length, 5);
    }
  });

  /** What another journal of the same store looks like at its end. */
  function foreign(length: number): Buffer {
    const lines = Array.from({ length: 100 }, (_, i) => encodeFrame(`[["notes","x${i}"]]`, i + 1, 'of another file'));
    return Buffer.from(lines.join('').padEnd(length, '\n').slice(0, length));
  }
});

describe('a journal with a damaged byte', () => {
  it('is refused where whole batches follow; in the last one it is cut off: records that were not written never come out', async () => {
    const { journal, ends } = await journalOfCommits();
    const last = ends.at(-2) ?? 0;
    for (let position = 0; position < journal.length; position += 1) {
      for (const damage of [1, 0x80, 0x0a ^ (journal[position] ?? 0)]) {
        if (damage === 0) continue;
        const damaged = Buffer.from(journal);
        damaged[position] = (damaged[position] ?? 0) ^ damage;
        // Where one line break is gone, two batches are one.
        const isCut = position >= last - 1;
        if (isCut)
          await expectCut(damaged, position === last - 1 ? (ends.at(-3) ?? 0) : last, position === last - 1 ? 3 : 4);
        else await expectRefused(damaged, `${JOURNAL}, line ${lineOf(journal, position)}, byte `);
      }
    }
  });
});

function lineOf(journal: Buffer, position: number): number {
  return journal.subarray(0, position).filter((byte) => byte === 0x0a).length + 1;
}

async function expectCut(journal: Buffer, wholeBytes: number, notes: number): Promise<void> {
  const disk = new CrashDisk();
  disk.place(JOURNAL, journal);
  // Else it would be made anew at once.
  disk.place(LAST_GOOD, Buffer.alloc(0));
  disk.before = ({ name, path }) => {
    if (name === 'create' && path === FRESH) throw new Error('ENOSPC');
  };
  const log = keptLog();
  const store = await openOn(disk, { log });
  expect(noteIds(store)).toHaveLength(notes);
  expect(disk.content(JOURNAL)).toEqual(journal.subarray(0, wholeBytes));
  const torn = journal.subarray(wholeBytes);
  const told = log.lines.filter(({ message }) => message.startsWith('cut off'));
  expect(told).toMatchObject(
    torn.length === 0
      ? []
      : [{ level: 'warn', fields: { file: JOURNAL, byte: wholeBytes, tornBytes: torn.length, kept: TORN } }],
  );
  expect(disk.content(TORN)).toEqual(torn.length === 0 ? undefined : torn);
  await store.close();
}

async function expectRefused(journal: Buffer, words: string): Promise<void> {
  const disk = new CrashDisk();
  disk.place(JOURNAL, journal);
  await expect(openOn(disk)).rejects.toThrow(words);
  expect(disk.content(JOURNAL)).toEqual(journal);
}

/** A journal of five notes, and where its snapshot and each of the lines behind that end. */
async function journalOfCommits({ compacted = false } = {}): Promise<{ journal: Buffer; ends: number[] }> {
  const disk = new CrashDisk();
  const store = await openOn(disk);
  const ends = [disk.content(JOURNAL)?.length ?? 0];
  for (let i = 0; i < 5; i += 1) {
    await putNote(store, `${i}`, `ž${i}`);
    ends.push(disk.content(JOURNAL)?.length ?? 0);
  }
  if (compacted) await store.close();
  const journal = Buffer.from(disk.content(JOURNAL) ?? '');
  return { journal, ends: compacted ? [journal.length] : ends };
}
