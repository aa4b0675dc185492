/** Pins what looks at go2rtc's list mean, one after another: each alone is enough, and none says what was not seen. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CameraFacts, type Finding, UNSEEN } from '../../src/core/cameras/facts.ts';
import { reduce } from '../../src/core/cameras/state.ts';
import { createRestarts } from '../../src/go2rtc/restarts.ts';
import type { StreamMemory } from '../../src/go2rtc/streams/memory.ts';
import { observeStream } from '../../src/go2rtc/streams/observer.ts';
import type { Connection, StreamReport } from '../../src/go2rtc/streams/report.ts';

const START_MS = Date.parse('2026-11-21T16:48:30.000Z');

const connection = (id: number, bytes: number, format = 'rtsp'): Connection => ({
  ...{ id: String(id), format, bytes, tracks: 1 },
  address: `127.0.0.1:${format === 'rtsp' ? 554 : 40_000 + id}`,
});
const report = (producers: readonly Connection[], viewers: readonly Connection[] = []): StreamReport => ({
  ...{ name: 'door', isTold: true, sources: ['rtsp://10.0.0.9/1'], isPreloaded: false, producers, viewers },
});

interface Known {
  readonly facts: CameraFacts;
  readonly memory: StreamMemory | undefined;
  readonly told: readonly string[];
}

const nothing: Known = { facts: UNSEEN, memory: undefined, told: [] };

function seen(known: Known, atSeconds: number, now: StreamReport | undefined, isRestarted = false): Known {
  const look = { report: now, isRestarted, atMs: START_MS + atSeconds * 1000, isExpected: false };
  const { memory, observations } = observeStream(known.memory, known.facts, look);
  return observations.reduce<Known>(
    (before, observation) => {
      const { facts, transitions } = reduce(before.facts, observation);
      return { facts, memory, told: [...before.told, ...transitions.map(({ event }) => event)] };
    },
    { ...known, memory },
  );
}

function looked(known: Known, atSeconds: number, finding: Finding): Known {
  const at = new Date(START_MS + atSeconds * 1000).toISOString();
  const { facts, transitions } = reduce(known.facts, { kind: 'look', at, finding });
  return { ...known, facts, told: [...known.told, ...transitions.map(({ event }) => event)] };
}

const viewer = [connection(1, 0, 'webrtc')];
const watched = [0, 2, 4].reduce((known, at) => seen(known, at, report([connection(3, 1000 + at)], viewer)), nothing);

it('a fault that was found before bytes last flowed is no reason for the next pause', () => {
  const paused = looked(seen(watched, 9, report([connection(3, 1004)], viewer)), 9, 'refused');
  const flowed = seen(paused, 10, report([connection(3, 2000)], viewer));
  const again = seen(flowed, 16, report([connection(3, 2000)], viewer));
  expect(again.facts.ready).toBe(true);
  const found = looked(again, 17, 'refused');
  expect(seen(found, 18, report([connection(3, 2000)], viewer)).told.slice(-2)).toEqual(['notReady', 'offline']);
});

it('a source that can be reached again is not ready before its bytes come', () => {
  const still = report([connection(3, 1004)], viewer);
  const lost = seen(looked(seen(watched, 9, still), 9, 'refused'), 10, still);
  expect(lost.facts).toMatchObject({ ready: false, online: false, reason: 'refused' });
  const reachable = seen(looked(lost, 12, 'up'), 14, still);
  expect(reachable.facts.ready).toBe(false);
  const back = seen(reachable, 16, report([connection(9, 10)], viewer));
  expect(back.facts).toMatchObject({ ready: true, online: true, reason: null });
});

it('a restart tells of every feed that it has gone and come back', () => {
  const after = seen(watched, 6, report([connection(3, 5000)], viewer), true);
  expect(after.told.slice(-4)).toEqual(['unread', 'notReady', 'ready', 'read']);
});

it('is known by a number that stands for somebody else, and not by one that is gone', () => {
  const isRestarted = createRestarts();
  const list = (...viewers: Connection[]) => [report([connection(3, 1)], viewers)];
  expect(isRestarted(list(connection(1, 0, 'mp4'), connection(7, 0, 'mp4')))).toBe(false);
  expect(isRestarted(list(connection(1, 0, 'mp4')))).toBe(false);
  expect(isRestarted(list(connection(1, 0, 'mp4'), connection(5, 0, 'mp4')))).toBe(false);
  expect(isRestarted(list(connection(1, 0, 'webrtc')))).toBe(true);
});

it('a look that finds what is known makes nothing of it, and readers are who is there', () => {
  const producers = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 9 })), {
    selector: ([id]) => id,
    maxLength: 2,
  });
  const viewers = fc.uniqueArray(fc.integer({ min: 5, max: 8 }), { maxLength: 3 });
  const lists = fc.array(fc.option(fc.record({ producers, viewers }), { nil: undefined }), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(lists, (shown) => {
      let known = nothing;
      for (const [index, list] of shown.entries()) {
        const now =
          list &&
          report(
            list.producers.map(([id, bytes]) => connection(id, bytes)),
            list.viewers.map((id) => connection(id, 0, 'mp4')),
          );
        known = seen(known, index * 2, now);
        expect(seen(known, index * 2, now).told).toEqual(known.told);
        const { ready, readers, demanded } = known.facts;
        if (ready && known.memory?.flowedAtMs === known.memory?.lookedAtMs)
          expect(readers.size).toBe(list?.viewers.length);
        if (!ready) expect([readers.size, demanded]).toEqual([0, (list?.viewers.length ?? 0) > 0 && demanded]);
      }
    }),
  );
});
