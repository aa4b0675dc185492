/** Pins that what a look at a path has found by what it was before, and could not be stored, is found by the next look again. */

import { expect, it } from 'vitest';
import { createBus } from '../../src/core/bus.ts';
import { UNSEEN } from '../../src/core/cameras/facts.ts';
import type { Observation } from '../../src/core/cameras/observation.ts';
import { CAMERAS } from '../../src/core/cameras/records.ts';
import { reduce } from '../../src/core/cameras/state.ts';
import { COLLECTIONS } from '../../src/core/collections.ts';
import type { PathReport } from '../../src/mediamtx/paths/report.ts';
import { watchPaths } from '../../src/mediamtx/paths/watch.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { CAMERA } from '../support/cameras/observed.ts';
import { manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';

const reportSince = (since: string): PathReport => ({
  ...{ name: 'door', confName: 'door', available: true, availableSince: since, online: true, onlineSince: since },
  ...{ source: null, tracks: 1, readers: [], received: undefined, sent: undefined },
});

it('a feed that went and came between two looks has gone, also where that could not be stored at first', async () => {
  const [clock, log] = [manualClock(), recordingLog()];
  let facts = UNSEEN;
  let isRefused = false;
  const told: string[] = [];
  const cameras = {
    facts: () => facts,
    async observe(_id: string, seen: Observation) {
      if (isRefused) return { events: [], seq: 0, isRefused: true as const };
      const step = reduce(facts, seen);
      facts = step.facts;
      told.push(...step.transitions.map(({ event }) => event));
      return { events: [], seq: 0 };
    },
  };
  const records = { ...memoryStore(COLLECTIONS).collection(CAMERAS), by: () => CAMERA };
  const watch = watchPaths({ records, cameras, bus: createBus(log), doubtOf: () => undefined, clock, log });
  const look = async (since: string) => {
    await watch.see(watch.ticket(), 'door', { report: reportSince(since), config: undefined });
    clock.advance(2000);
  };
  await look('2026-11-21T10:00:00Z');
  isRefused = true;
  await look('2026-11-21T10:00:05Z');
  isRefused = false;
  await look('2026-11-21T10:00:05Z');
  await look('2026-11-21T10:00:05Z');
  expect(told).toEqual(['ready', 'notReady', 'ready']);
});
