import { describe, expect, it } from 'vitest';
import { CAMERAS, type CameraRecord } from '../../src/core/cameras/records.ts';
import { SOURCE_GONE } from '../../src/core/cameras/source-told.ts';
import { COLLECTIONS } from '../../src/core/collections.ts';
import { FACTS } from '../../src/core/fact-records.ts';
import type { Store } from '../../src/core/store.ts';
import { readCamera } from '../../src/follow/cameras/upstream-camera.ts';
import { claimDataFolder } from '../../src/follow/data-folder.ts';
import { memoryStore } from '../../src/store/memory-store.ts';

async function addCamera(store: Store): Promise<void> {
  const record: CameraRecord | undefined = readCamera({ id: 1, name: 'Door' })?.record;
  if (record) await store.commit((tx) => tx.collection(CAMERAS).put(record));
}

describe('a data folder', () => {
  it('goes to whichever mode comes while it holds no cameras', async () => {
    const store = memoryStore(COLLECTIONS);
    for (const mode of ['serve', 'follow', 'serve', 'follow'] as const) await claimDataFolder(store, mode);
  });

  it.each([
    ['serve', 'follow'],
    ['follow', 'serve'],
  ] as const)('with the cameras of %s is refused to %s', async (owner, other) => {
    const store = memoryStore(COLLECTIONS);
    await claimDataFolder(store, owner);
    await addCamera(store);
    await claimDataFolder(store, owner);
    const words = `DATA_DIR holds the cameras of MODE=${owner}: give MODE=${other} another folder`;
    await expect(claimDataFolder(store, other)).rejects.toThrow(words);
  });

  it('with followed cameras goes to serve where that adopts them: their ids are given to nobody else', async () => {
    const store = memoryStore(COLLECTIONS);
    await claimDataFolder(store, 'follow');
    await addCamera(store);
    await store.commit((tx) => tx.collection(FACTS).put({ id: `${SOURCE_GONE}nestmtx`, value: 'since then' }));
    await claimDataFolder(store, 'serve', true);
    await claimDataFolder(store, 'serve');
    expect([...store.collection(CAMERAS).values()].map(({ id, name }) => [id, name])).toEqual([['1', 'Door']]);
    expect(await store.commit((tx) => tx.nextId('cameras'))).toBe(2);
    // That NestMTX was gone is over with the following: nobody would ever say that it is back.
    expect(store.collection(FACTS).get(`${SOURCE_GONE}nestmtx`)).toBeUndefined();
    await expect(claimDataFolder(store, 'follow', true)).rejects.toThrow('DATA_DIR holds the cameras of MODE=serve');
  });
});
