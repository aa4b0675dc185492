/** Pins that an installation has one name for good, also when two ask for it at once; and how moments are written. */

import { expect, it } from 'vitest';
import { COLLECTIONS } from '../../src/core/collections.ts';
import { installationId } from '../../src/core/installation.ts';
import { isoOffset, isoZulu, sqlDateTime } from '../../src/core/wire-time.ts';
import { openSecrets } from '../../src/secrets/open-secrets.ts';
import { memoryStore } from '../../src/store/memory-store.ts';

const secrets = await openSecrets({ dir: '', appKey: 'a key that only this suite knows' });

it('an installation has one name, made once', async () => {
  const store = memoryStore(COLLECTIONS);
  const [one, other] = await Promise.all([installationId(store, secrets), installationId(store, secrets)]);
  expect(one).toMatch(/^[0-9a-f]{12}$/);
  expect([other, await installationId(store, secrets)]).toEqual([one, one]);
  expect(await installationId(memoryStore(COLLECTIONS), secrets)).not.toBe(one);
});

it('a moment has three forms on the wire', () => {
  const ms = Date.UTC(2026, 10, 21, 16, 48, 30, 698);
  expect([isoZulu(ms), isoOffset(ms), sqlDateTime(isoZulu(ms))]).toEqual([
    '2026-11-21T16:48:30.698Z',
    '2026-11-21T16:48:30.698+00:00',
    '2026-11-21 16:48:30',
  ]);
});
