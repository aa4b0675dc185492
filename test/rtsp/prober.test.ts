/** Pins when a camera is looked at, and how much it is asked: again and again, however long a look takes. */

import { afterEach, describe, expect, it } from 'vitest';
import { createBus } from '../../src/core/bus.ts';
import { createCameras } from '../../src/core/cameras/cameras.ts';
import type { Finding } from '../../src/core/cameras/facts.ts';
import { CAMERAS } from '../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../src/core/collections.ts';
import { type Prober, startProber } from '../../src/rtsp/prober.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { CAMERA } from '../support/cameras/observed.ts';
import { eventually } from '../support/eventually.ts';
import { manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';

const INTERVAL_MS = 30_000;
const RECHECK_MS = 5000;

let prober: Prober | undefined;
afterEach(() => prober?.close());

async function setUp() {
  const [clock, log, store] = [manualClock(), recordingLog(), memoryStore(COLLECTIONS)];
  const bus = createBus(log);
  await store.commit((tx) => tx.collection(CAMERAS).put(CAMERA));
  const cameras = createCameras(store, bus, clock, log);
  const looks: { readonly isBrief: boolean; readonly found: (finding: Finding) => void }[] = [];
  prober = startProber({
    ...{ store, bus, clock, log, cameras },
    looks: {
      allows: () => true,
      at: (_camera, { isBrief }) => new Promise((found) => void looks.push({ isBrief, found })),
    },
    intervalMs: INTERVAL_MS,
    decidesFeed: true,
  });

  /** The next look, when that much time has gone by. */
  async function lookAfter(ms: number, finding: Finding): Promise<{ isBrief: boolean; online: boolean | null }> {
    const before = looks.length;
    clock.advance(ms);
    const { isBrief, found } = await eventually(() => looks[before], 'a look');
    const seen = told();
    found(finding);
    await eventually(() => told() > seen, 'what it found');
    return { isBrief, online: cameras.facts(CAMERA.id).online };
  }

  const told = () => log.lines.filter(({ message }) => message === 'looked at a camera').length;
  return { clock, looks, lookAfter };
}

it('a camera whose look lasts longer than the interval is looked at again when it is over', async () => {
  const { clock, looks } = await setUp();
  clock.advance(0);
  await eventually(() => looks.length === 1, 'the first look');
  clock.advance(INTERVAL_MS + 1000);
  looks[0]?.found('up');
  await eventually(() => looks.length === 2, 'the next look');
  looks[1]?.found('up');
  await prober?.close();
  expect(looks).toHaveLength(2);
});

describe('a camera that was up at the last look', () => {
  it('is asked briefly, and in full before it is told to be down', async () => {
    const { lookAfter } = await setUp();
    expect(await lookAfter(0, 'up')).toEqual({ isBrief: false, online: true });
    expect(await lookAfter(INTERVAL_MS, 'up')).toEqual({ isBrief: true, online: true });
    expect(await lookAfter(INTERVAL_MS, 'refused')).toEqual({ isBrief: true, online: true });
    expect(await lookAfter(RECHECK_MS, 'refused')).toEqual({ isBrief: false, online: false });
    expect(await lookAfter(INTERVAL_MS, 'up')).toEqual({ isBrief: false, online: true });
  });

  it('and answers in full alone is asked so from then on, and never told to be down', async () => {
    const { lookAfter } = await setUp();
    await lookAfter(0, 'up');
    expect(await lookAfter(INTERVAL_MS, 'silent')).toEqual({ isBrief: true, online: true });
    expect(await lookAfter(RECHECK_MS, 'up')).toEqual({ isBrief: false, online: true });
    expect(await lookAfter(INTERVAL_MS, 'up')).toEqual({ isBrief: false, online: true });
  });
});

it('somebody who asks after a camera is told how it is now, and not how it was at the last look', async () => {
  const { looks, lookAfter } = await setUp();
  const asked = async (finding: Finding) => {
    const before = looks.length;
    const look = prober?.look(CAMERA);
    await eventually(() => looks.length > before, 'a look');
    looks.at(-1)?.found(finding);
    await look;
  };
  await lookAfter(0, 'up');
  await asked('refused');
  await asked('up');
  // Two persons who press a button at once want the same.
  await prober?.look(CAMERA);
  expect(looks).toHaveLength(3);
});
