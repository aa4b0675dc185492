/** Pins that a source that is back while its absence is still on its way into the log is not said to be gone for ever. */

import { expect, it } from 'vitest';
import { createBus } from '../../../src/core/bus.ts';
import { createSourceTold } from '../../../src/core/cameras/source-told.ts';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { recordingLog } from '../../support/recording-log.ts';

it('a source that is back before it could be stored that it is gone is told to be back', async () => {
  const [store, bus] = [memoryStore(COLLECTIONS), createBus(recordingLog())];
  const told: string[] = [];
  bus.on('event', ({ event }) => told.push(event));
  const tell = createSourceTold(store, bus, manualClock());
  const change = (isThere: boolean) => ({ source: 'mediamtx', isThere, reason: 'mediamtx-unreachable', cameras: 1 });
  await Promise.all([tell(change(false), false), tell(change(true), false)]);
  expect(told).toEqual(['offline', 'online']);
});
