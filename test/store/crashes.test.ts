import { describe, expect, it } from 'vitest';
import { CRASHES, CrashDisk } from './crash-disk.ts';
import { JOURNAL, NOTES, noteIds, openOn, putNote } from './disk-store.ts';
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
  it('gives the commits that are whole, cuts off a torn last line and says so in the log', async () => {
    const { journal, ends } = await journalOfCommits();
    for (let length = ends[0] ?? 0; length <= journal.length; length += 1) {
      const disk = new CrashDisk();
      disk.place(JOURNAL, journal.subarray(0, length));
      const log = keptLog();
      const store = await openOn(disk, { log });
      const whole = ends.filter((end) => end <= length);
      expect(noteIds(store)).toHaveLength(whole.length - 1);
      expect(disk.content(JOURNAL)).toHaveLength(whole.at(-1) ?? -1);
      expect(log.lines).toHaveLength(ends.includes(length) ? 0 : 1);
      if (log.lines[0])
        expect(log.lines[0]).toMatchObject({ level: 'warn', fields: { file: JOURNAL, byte: whole.at(-1) } });
    }
  });

  it('is refused and kept when it ends within the snapshot it begins with: no crash does that', async () => {
    const { journal, ends } = await journalOfCommits({ compacted: true });
    const [snapshotEnd = 0] = ends;
    for (let length = 0; length < snapshotEnd; length += 1) {
      const disk = new CrashDisk();
      disk.place(JOURNAL, journal.subarray(0, length));
      await expect(openOn(disk)).rejects.toMatchObject({ code: 'unavailable' });
      expect(disk.content(JOURNAL)).toEqual(journal.subarray(0, length));
    }
  });

  it('never gives records that were not written, whichever byte is damaged', async () => {
    const { journal, ends } = await journalOfCommits();
    for (let position = 0; position < journal.length; position += 1) {
      const damaged = Buffer.from(journal);
      damaged[position] = (damaged[position] ?? 0) ^ 1;
      const disk = new CrashDisk();
      disk.place(JOURNAL, damaged);
      if (position === journal.length - 1) {
        expect(noteIds(await openOn(disk))).toHaveLength(ends.length - 2);
        continue;
      }
      const line = journal.subarray(0, position).filter((byte) => byte === 0x0a).length + 1;
      await expect(openOn(disk), `byte ${position}`).rejects.toThrow(`${JOURNAL}, line ${line}, byte `);
      expect(disk.content(JOURNAL)).toEqual(damaged);
    }
  });
});

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
