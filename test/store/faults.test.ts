import { describe, expect, it } from 'vitest';
import { type Call, CrashDisk } from './crash-disk.ts';
import { FRESH, JOURNAL, LAST_GOOD, NOTES, noteIds, openOn, putNote } from './disk-store.ts';
import { keptLog } from './kept-log.ts';

function failing(name: string, code: string, path = JOURNAL): (call: Call) => void {
  return (call) => {
    if (call.name === name && call.path === path) throw new Error(`${code}: the disk said no, ${name}`);
  };
}

const HEALTHY = () => undefined;

describe('a disk that fails', () => {
  it('may take a line in several pieces', async () => {
    const disk = new CrashDisk();
    const store = await openOn(disk);
    disk.takes = () => 3;
    await putNote(store, '1');
    expect(noteIds(await openOn(disk.after('power cut')))).toEqual(['1']);
  });

  it.each(['ENOSPC', 'EIO'])(
    'on a write (%s): the callers are told, nothing has changed, and the store goes on',
    async (code) => {
      const disk = new CrashDisk();
      const log = keptLog();
      const store = await openOn(disk, { log });
      await putNote(store, '1');
      const before = disk.content(JOURNAL);
      let writes = 0;
      disk.takes = () => 5;
      disk.before = (call) => {
        if (call.name === 'write' && ++writes > 1) throw new Error(`${code}: the disk is full`);
      };
      const refused = [putNote(store, '2'), putNote(store, '3')];
      for (const commit of refused)
        await expect(commit).rejects.toMatchObject({ code: 'unavailable', retryable: true });
      expect(noteIds(store)).toEqual(['1']);
      expect(disk.content(JOURNAL)).toEqual(before);
      expect(store.fault).toBeNull();
      expect(store.trouble).not.toBeNull();
      expect(log.lines).toMatchObject([{ level: 'error' }]);

      disk.before = HEALTHY;
      await putNote(store, '4', 'text of 2');
      expect(store.trouble).toBeNull();
      expect(noteIds(await openOn(disk.after('power cut')))).toEqual(['1', '4']);
    },
  );

  it('takes with a refused change those that were built upon it', async () => {
    const disk = new CrashDisk();
    const store = await openOn(disk);
    disk.before = (call) => {
      if (call.name !== 'write') return;
      // While the first change is on its way, a second one sees it and builds upon it.
      disk.before = HEALTHY;
      dependent = store.commit((tx) => {
        seen = tx.collection(NOTES).get('1')?.text;
        tx.collection(NOTES).put({ id: '2', text: 'upon 1' });
      });
      throw new Error('EIO: once');
    };
    let dependent = Promise.resolve();
    let seen: string | undefined;
    await expect(putNote(store, '1')).rejects.toMatchObject({ code: 'unavailable' });
    expect(seen).toBe('text of 1');
    await expect(dependent).rejects.toMatchObject({ code: 'unavailable' });
    await putNote(store, '3');
    expect(noteIds(store)).toEqual(['3']);
    expect(noteIds(await openOn(disk.after('power cut')))).toEqual(['3']);
  });

  it('to confirm a change: the store is read-only from then on, and says why', async () => {
    const disk = new CrashDisk();
    const log = keptLog();
    const store = await openOn(disk, { log });
    await putNote(store, '1');
    disk.before = failing('sync', 'EIO');
    await expect(putNote(store, '2')).rejects.toMatchObject({ code: 'unavailable' });
    expect(store.fault).toContain('EIO');
    expect(log.lines).toMatchObject([{ level: 'error', message: store.fault }]);

    disk.before = HEALTHY;
    let ran = false;
    const later = store.commit(() => {
      ran = true;
    });
    await expect(later).rejects.toMatchObject({ code: 'unavailable' });
    expect(ran).toBe(false);
    expect(noteIds(store)).toEqual(['1']);
    await store.close();
    const restarted = await openOn(disk.after('process dies'));
    expect(restarted.fault).toBeNull();
    expect(noteIds(restarted)).toEqual(['1']);
  });

  it('to take a refused change back: the store is read-only, since the next line would follow a torn one', async () => {
    const disk = new CrashDisk();
    const store = await openOn(disk);
    await putNote(store, '1');
    disk.before = (call) => {
      failing('write', 'EIO')(call);
      failing('truncate', 'EROFS')(call);
    };
    await expect(putNote(store, '2')).rejects.toMatchObject({ code: 'unavailable' });
    expect(store.fault).toMatch(/EIO.*EROFS/);
  });
});

describe('a compaction that fails', () => {
  it.each([
    ['create', FRESH],
    ['write', FRESH],
    ['sync', FRESH],
    ['link', LAST_GOOD],
  ])('at %s of %s leaves the running journal as it is, and a later one succeeds', async (name, path) => {
    const disk = new CrashDisk();
    const log = keptLog();
    const store = await openOn(disk, { log, slackBytes: 200 });
    disk.before = failing(name, 'ENOSPC', path);
    for (let i = 0; i < 10; i += 1) await putNote(store, `${i}`);
    await expect.poll(() => log.lines).toMatchObject([{ level: 'warn' }]);
    expect(disk.content(FRESH)).toBeUndefined();
    expect(store.fault).toBeNull();

    disk.before = HEALTHY;
    for (let i = 10; i < 40; i += 1) await putNote(store, `${i}`);
    await expect.poll(() => disk.content(LAST_GOOD)).toBeDefined();
    expect(noteIds(await openOn(disk.after('power cut')))).toHaveLength(40);
  });

  it.each([
    ['rename', JOURNAL],
    ['syncDirectory', '/data'],
  ])('at %s stops all changes: which file a restart would find is unknown', async (name, path) => {
    const disk = new CrashDisk();
    const store = await openOn(disk, { slackBytes: 200 });
    disk.before = failing(name, 'EIO', path);
    const changes = Array.from({ length: 10 }, (_, i) => putNote(store, `${i}`));
    const more = async () => {
      await Promise.all(changes);
      for (let i = 10; i < 50; i += 1) await putNote(store, `${i}`);
    };
    await expect(more()).rejects.toMatchObject({ code: 'unavailable' });
    expect(store.fault).toContain('could not be put in place');
    const acknowledged = noteIds(store);
    for (const crash of ['process dies', 'power cut', 'power cut after names'] as const) {
      expect(noteIds(await openOn(disk.after(crash)))).toEqual(acknowledged);
    }
  });

  it('does not make a store with a fault writable again', async () => {
    const disk = new CrashDisk();
    const store = await openOn(disk, { slackBytes: 1 });
    let broken = false;
    disk.before = (call) => {
      // The running journal breaks while the fresh one is being written.
      if (call.name === 'create') broken = true;
      if (broken) failing('sync', 'EIO')(call);
    };
    const many = async () => {
      for (let i = 0; i < 20; i += 1) await putNote(store, `${i}`);
    };
    await expect(many()).rejects.toMatchObject({ code: 'unavailable' });
    await store.close();
    expect(store.fault).toContain('EIO');
  });
});
