import { describe, expect, it } from 'vitest';
import { CrashDisk } from './crash-disk.ts';
import { FRESH, JOURNAL, LAST_GOOD, NOTES, noteIds, openOn, putNote } from './disk-store.ts';

describe('a compaction', () => {
  it('begins when the journal exceeds twice its last compacted size by the slack, and keeps the former journal', async () => {
    const disk = new CrashDisk();
    const slackBytes = 2000;
    const store = await openOn(disk, { slackBytes });
    const empty = disk.content(JOURNAL)?.length ?? 0;
    let before = Buffer.alloc(0);
    for (let i = 0; disk.content(LAST_GOOD) === undefined && i < 1000; i += 1) {
      before = Buffer.from(disk.content(JOURNAL) ?? '');
      await putNote(store, '1', `${i}`);
    }
    expect(before.length).toBeGreaterThan(2 * empty + slackBytes - 100);
    expect(disk.content(LAST_GOOD)?.subarray(0, before.length)).toEqual(before);
    expect(disk.content(JOURNAL)?.length).toBeLessThan(before.length / 4);
    expect(disk.content(FRESH)).toBeUndefined();
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

  it('that a crash cut short leaves nothing behind that disturbs the next start', async () => {
    const disk = new CrashDisk();
    const store = await openOn(disk);
    await putNote(store, '1');
    disk.place(FRESH, Buffer.from('half a jour'));
    const restarted = disk.after('power cut');
    expect(noteIds(await openOn(restarted))).toEqual(['1']);
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
