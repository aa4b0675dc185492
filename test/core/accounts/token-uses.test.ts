/** Pins when and from where a token was used last: exact while the service runs, to the hour over a restart, and no longer than there is a token. */

import { beforeEach, expect, it } from 'vitest';
import { TOKENS, type TokenRecord } from '../../../src/core/accounts/records.ts';
import { createTokenUses } from '../../../src/core/accounts/token-uses.ts';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import type { Store } from '../../../src/core/store.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';

const TOKEN: TokenRecord = { id: 'digest', publicId: 'p', userId: 1, createdAt: '', expiresAt: '' };
const HOUR_MS = 3_600_000;

let clock: ManualClock;
let store: Store;

const now = () => new Date(clock.now()).toISOString().replace('Z', '+00:00');
const kept = () => store.collection(TOKENS).get('digest');
const settled = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(async () => {
  clock = manualClock();
  store = memoryStore(COLLECTIONS);
  await store.commit((tx) => tx.collection(TOKENS).put(TOKEN));
});

it('the last use is told to the moment, and on disk to the hour', async () => {
  const uses = createTokenUses(store, clock);
  expect(uses.last(TOKEN)).toBeUndefined();
  uses.note('digest', '192.0.2.1');
  await settled();
  const first = { at: now(), address: '192.0.2.1' };
  expect([uses.last(TOKEN), kept()]).toEqual([first, { ...TOKEN, lastUse: first }]);
  clock.advance(HOUR_MS - 1);
  uses.note('digest', undefined);
  await settled();
  expect([uses.last(TOKEN), kept()?.lastUse]).toEqual([{ at: now(), address: null }, first]);
  clock.advance(1);
  uses.note('digest', '');
  await settled();
  expect(kept()?.lastUse).toEqual({ at: now(), address: null });
});

it('after a restart it is what was on disk, and what another bridge saw later counts', async () => {
  const uses = createTokenUses(store, clock);
  const lastUse = { at: now(), address: '192.0.2.9' };
  expect(uses.last({ ...TOKEN, lastUse })).toEqual(lastUse);
  clock.advance(1000);
  uses.note('digest', '192.0.2.1');
  expect(uses.last({ ...TOKEN, lastUse })).toEqual({ at: now(), address: '192.0.2.1' });
  const later = { at: new Date(clock.now() + 1).toISOString(), address: null };
  expect(uses.last({ ...TOKEN, lastUse: later })).toBe(later);
  const same = { at: now(), address: '192.0.2.9' };
  expect(uses.last({ ...TOKEN, lastUse: same })?.address).toBe('192.0.2.1');
});

it('a token that is gone is neither made again nor remembered', async () => {
  const uses = createTokenUses(store, clock);
  uses.note('digest', '192.0.2.1');
  await settled();
  await store.commit((tx) => tx.collection(TOKENS).delete('digest'));
  clock.advance(HOUR_MS);
  uses.note('other', '192.0.2.1');
  await settled();
  expect(kept()).toBeUndefined();
  expect(uses.last(TOKEN)).toBeUndefined();
  expect(store.collection(TOKENS).size).toBe(0);
});

it('a disk that takes nothing changes nothing', async () => {
  const full: Store = { ...store, commit: () => Promise.reject(new Error('no room')) };
  const uses = createTokenUses(full, clock);
  uses.note('digest', '192.0.2.1');
  await settled();
  expect(uses.last(TOKEN)).toEqual({ at: now(), address: '192.0.2.1' });
});
