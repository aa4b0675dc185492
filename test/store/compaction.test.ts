import { describe, expect, it } from 'vitest';
import { CrashDisk } from './crash-disk.ts';
import { FRESH, JOURNAL, LAST_GOOD, NOTES, noteIds, openOn, putNote } from './disk-store.ts';

describe('a compaction', () => {
  it('begins when the journal exceeds twice its last compacted size by the slack, and keeps the former journal', async () => {
    const disk = new CrashDisk();
    const slackBytes = 500;
    const store = await openOn(disk, { slackBytes });
    let compactedSize = disk.content(JOURNAL)?.length ?? 0;
    for (let number = 0, compactions = 0; compactions < 5; number += 1) {
      const before = disk.content(JOURNAL) ?? Buffer.alloc(0);
      const lastGood = disk.content(LAST_GOOD);
      await putNote(store, `${number}`);
      // An idle moment, for the compaction that this commit may have started.
      await new Promise(setImmediate);
      if (disk.content(LAST_GOOD) === lastGood) {
        expect(disk.content(JOURNAL)?.length).toBeLessThanOrEqual(2 * compactedSize + slackBytes);
        continue;
      }
      compactions += 1;
      expect(disk.content(LAST_GOOD)?.length).toBeGreaterThan(2 * compactedSize + slackBytes);
      expect(disk.content(LAST_GOOD)?.subarray(0, before.length)).toEqual(before);
      compactedSize = disk.content(JOURNAL)?.length ?? 0;
      expect(compactedSize).toBeLessThan(before.length);
      expect(disk.content(FRESH)).toBeUndefined();
    }
  });

  it('is waited for when the store is closed meanwhile', async () => {
    const disk = new CrashDisk();
    const store = await openOn(disk, { slackBytes: -1000 });
    const held = gate();
    const reached = gate();
    disk.before = async ({ name }) => {
      if (name !== 'create') return;
      reached.open();
      await held.passed;
    };
    await putNote(store, '1');
    await reached.passed;
    const closed = store.close();
    held.open();
    await closed;
    const calls = disk.calls;
    await new Promise(setImmediate);
    expect(disk.calls).toBe(calls);
    expect(disk.content(FRESH)).toBeUndefined();
    expect(noteIds(await openOn(disk.after('power cut')))).toEqual(['1']);
  });

  it('loses none of the changes made while it runs, whether it had read the record before or not', async () => {
    const disk = new CrashDisk();
    const filling = await openOn(disk);
    await filling.commit((tx) => {
      for (let i = 0; i < 3000; i += 1) tx.collection(NOTES).put({ id: `${i}`, text: `${i}` });
    });
    await filling.close();
    const size = disk.content(JOURNAL)?.length ?? 0;

    // The first commit starts a compaction, which is held in the middle of the records.
    const store = await openOn(disk, { slackBytes: -size });
    const held = gate();
    const reached = gate();
    let slices = 0;
    disk.before = async ({ name, path }) => {
      if (name !== 'write' || path !== FRESH || ++slices !== 4) return;
      reached.open();
      await held.passed;
    };
    await putNote(store, 'first');
    await reached.passed;
    const [early, late] = ['10', '2990'];
    await store.commit((tx) => {
      const notes = tx.collection(NOTES);
      for (const id of [early, late]) notes.put({ id, text: `moved ${id}` });
      notes.put({ id: early, text: late });
      notes.put({ id: late, text: early });
      for (const id of ['20', '2980']) notes.delete(id);
    });
    await store.commit((tx) => {
      for (const id of ['30', '2970']) {
        tx.collection(NOTES).delete(id);
        tx.collection(NOTES).put({ id, text: `again ${id}` });
      }
      tx.nextId('notes');
    });
    held.open();
    await putNote(store, 'last');
    await expect.poll(() => disk.content(FRESH)).toBeUndefined();
    expect(disk.content(JOURNAL)?.length).toBeLessThan(1.1 * size);

    const restarted = await openOn(disk.after('power cut'));
    const notes = store.collection(NOTES);
    expect([...restarted.collection(NOTES).values()]).toEqual([...notes.values()]);
    expect(noteIds(restarted).slice(-4)).toEqual(['first', '30', '2970', 'last']);
    for (const either of [store, restarted]) {
      expect(either.collection(NOTES).by('text', late)?.id).toBe(early);
      expect(either.collection(NOTES).by('text', early)?.id).toBe(late);
    }
    expect(await restarted.commit((tx) => tx.nextId('notes'))).toBe(2);
  });

  it('is also made at a clean close, if anything was changed', async () => {
    const disk = new CrashDisk();
    const store = await openOn(disk);
    for (let i = 0; i < 5; i += 1) await putNote(store, 'same', `${i}`);
    const running = disk.content(JOURNAL);
    await store.close();
    expect(disk.content(LAST_GOOD)).toEqual(running);
    expect(disk.content(JOURNAL)?.length).toBeLessThan(running?.length ?? 0);

    const compacted = disk.content(JOURNAL);
    const again = await openOn(disk);
    expect(noteIds(again)).toEqual(['same']);
    await again.close();
    expect(disk.content(JOURNAL)).toBe(compacted);
    expect(disk.content(LAST_GOOD)).toEqual(running);
  });

  it('is made after an end that was none in order: what was read then is the last good copy', async () => {
    const disk = new CrashDisk();
    const store = await openOn(disk);
    for (let i = 0; i < 5; i += 1) await putNote(store, 'same', `${i}`);
    const running = disk.content(JOURNAL);
    const restarted = disk.after('power cut');
    await openOn(restarted);
    await expect.poll(() => restarted.content(LAST_GOOD)).toEqual(running);
    await expect.poll(() => restarted.content(JOURNAL)?.length).toBeLessThan(running?.length ?? 0);
  });

  it('is made early after the first start of all, whose last good copy is empty', async () => {
    const disk = new CrashDisk();
    const store = await openOn(disk, { slackBytes: 4_000_000 });
    expect(disk.content(LAST_GOOD)?.toString()).toContain('{"snapshot":0}');
    for (let i = 0; i < 90; i += 1) await putNote(store, `${i}`, `${i}`.padEnd(1000, '.'));
    await expect.poll(() => disk.content(LAST_GOOD)?.length).toBeGreaterThan(64_000);
    const { length } = disk.content(LAST_GOOD) ?? '';
    for (let i = 90; i < 300; i += 1) await putNote(store, `${i}`, `${i}`.padEnd(1000, '.'));
    await new Promise(setImmediate);
    expect(disk.content(LAST_GOOD)).toHaveLength(length);
  });

  it('gives a journal that was put back by hand a last good copy again', async () => {
    const disk = new CrashDisk();
    const store = await openOn(disk);
    await putNote(store, '1');
    await store.close();
    const putBack = new CrashDisk();
    putBack.place(JOURNAL, disk.content(JOURNAL) ?? Buffer.alloc(0));
    await openOn(putBack);
    await expect.poll(() => putBack.content(LAST_GOOD)).toEqual(disk.content(JOURNAL));
  });

  it('that a crash cut short leaves nothing behind that disturbs the next start', async () => {
    const disk = new CrashDisk();
    const store = await openOn(disk);
    await putNote(store, '1');
    disk.place(FRESH, Buffer.from('half a jour'));
    const restarted = disk.after('power cut');
    const again = await openOn(restarted);
    expect(noteIds(again)).toEqual(['1']);
    await again.close();
    expect(restarted.content(FRESH)).toBeUndefined();
  });
});

function gate(): { open: () => void; passed: Promise<void> } {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), passed };
}
