/** Pins when a camera is looked at: again and again, however long a look takes. */

import { expect, it } from 'vitest';
import { createBus } from '../../src/core/bus.ts';
import { createCameras } from '../../src/core/cameras/cameras.ts';
import type { Finding } from '../../src/core/cameras/facts.ts';
import { CAMERAS } from '../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../src/core/collections.ts';
import { startProber } from '../../src/rtsp/prober.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { CAMERA } from '../support/cameras/observed.ts';
import { eventually } from '../support/eventually.ts';
import { manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';

it('a camera whose look lasts longer than the interval is looked at again when it is over', async () => {
  const [clock, log, store] = [manualClock(), recordingLog(), memoryStore(COLLECTIONS)];
  const bus = createBus(log);
  await store.commit((tx) => tx.collection(CAMERAS).put(CAMERA));
  const answers: ((finding: Finding) => void)[] = [];
  const prober = startProber({
    ...{ store, bus, clock, log, cameras: createCameras(store, bus, clock, log) },
    looks: { allows: () => true, at: () => new Promise((resolve) => void answers.push(resolve)) },
    intervalMs: 30_000,
    decidesFeed: true,
  });
  clock.advance(0);
  await eventually(() => answers.length === 1, 'the first look');
  clock.advance(31_000);
  answers[0]?.('up');
  await eventually(() => answers.length === 2, 'the next look');
  answers[1]?.('up');
  await prober.close();
  expect(answers).toHaveLength(2);
});
