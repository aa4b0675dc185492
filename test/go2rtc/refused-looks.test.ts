/** Pins that what a look at go2rtc's list has found, and could not be stored, is found by the next look again; and what another bridge found before. */

import { expect, it } from 'vitest';
import { createBus } from '../../src/core/bus.ts';
import { UNSEEN } from '../../src/core/cameras/facts.ts';
import type { Observation } from '../../src/core/cameras/observation.ts';
import { reduce } from '../../src/core/cameras/state.ts';
import type { StreamReport } from '../../src/go2rtc/streams/report.ts';
import { watchStreams } from '../../src/go2rtc/streams/watch.ts';
import { CAMERA } from '../support/cameras/observed.ts';
import { manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';

const IDLE: StreamReport = {
  ...{ name: 'door', isTold: true, sources: ['ffmpeg:door'], isPreloaded: false, producers: [], viewers: [] },
};

function setting() {
  const [clock, log] = [manualClock(), recordingLog()];
  let facts = UNSEEN;
  let isRefused = false;
  const cameras = {
    facts: () => facts,
    async observe(_id: string, seen: Observation) {
      if (isRefused) return { events: [], seq: 0, isRefused: true as const };
      ({ facts } = reduce(facts, seen));
      return { events: [], seq: 0 };
    },
  };
  const open = () =>
    watchStreams({ watched: () => [{ ...CAMERA, stream: 'door' }], cameras, bus: createBus(log), clock, log });
  let watch = open();
  return {
    /** Every two seconds. */
    async look(...reports: StreamReport[]) {
      await watch.see(watch.ticket(), reports, false);
      clock.advance(2000);
    },
    refuse(now: boolean) {
      isRefused = now;
    },
    /** Another bridge goes on. */
    takeOver() {
      watch = open();
    },
    reason: () => facts.reason,
  };
}

it('a stream that is listed again is no longer missed, also where that could not be stored at first', async () => {
  const { look, refuse, reason } = setting();
  for (let i = 0; i < 4; i += 1) await look();
  expect(reason()).toBe('wrong-path');
  refuse(true);
  await look(IDLE);
  refuse(false);
  await look(IDLE);
  expect(reason()).toBeNull();
});

it('a stream that is listed again is no longer missed, also where another bridge had missed it', async () => {
  const { look, takeOver, reason } = setting();
  for (let i = 0; i < 4; i += 1) await look();
  takeOver();
  await look(IDLE);
  expect(reason()).toBeNull();
});
