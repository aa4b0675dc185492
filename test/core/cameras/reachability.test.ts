/** Pins when it is said that a source of the truth is gone: at once in the log, after a while to everybody, once; and why. */

import { beforeEach, describe, expect, it } from 'vitest';
import type { Observation } from '../../../src/core/cameras/observation.ts';
import { createReachability, type Reachability, refusedLogin } from '../../../src/core/cameras/reachability.ts';
import type { SourceChange } from '../../../src/core/cameras/source-told.ts';
import { DOOR } from '../../support/cameras/records.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { type RecordingLog, recordingLog } from '../../support/recording-log.ts';

const GONE = { source: 'mediamtx', isThere: false, reason: 'mediamtx-unreachable', cameras: 1 };
const THERE = { ...GONE, isThere: true };

let clock: ManualClock;
let log: RecordingLog;
let told: SourceChange[];
let seen: (readonly [string, Observation])[];
let isBroken: boolean;
let source: Reachability;

beforeEach(() => {
  clock = manualClock();
  log = recordingLog();
  [told, seen, isBroken] = [[], [], false];
  const outcome = () => (isBroken ? Promise.reject(new Error('the disk is full')) : Promise.resolve());
  source = createReachability({
    source: { name: 'mediamtx', title: 'MediaMTX', cameras: () => [DOOR] },
    cameras: {
      observe: (id, what) => {
        seen.push([id, what]);
        return outcome().then(() => ({ events: [], seq: 0 }));
      },
      sourceChanged: (change) => {
        told.push(change);
        return outcome();
      },
    },
    clock,
    log,
  });
});

const kinds = () => seen.map(([id, { kind }]) => `${id} ${kind}`);

describe('a source that answers', () => {
  it('is told once, and is new again only after a silence', () => {
    expect([source.isUp, source.trouble]).toEqual([undefined, undefined]);
    expect([source.answered(), source.answered()]).toEqual([true, false]);
    expect([told, source.isUp, log.visible()]).toEqual([[THERE], true, ['info: MediaMTX answers']]);
    source.failed(new Error('x'));
    expect(source.answered()).toBe(true);
    expect([told, source.trouble]).toEqual([[THERE, THERE], undefined]);
  });
});

describe('a source that does not', () => {
  it('is a line in the log at once and for each other cause, and an event after ten seconds', () => {
    source.answered();
    told = [];
    for (const message of ['first', 'first', 'second']) source.failed(new Error(message));
    source.failed('no error at all');
    const causes = log.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields['reason']);
    expect(causes).toEqual(['first', 'second', 'no error at all']);
    expect([source.isUp, source.trouble]).toEqual([false, 'unreachable']);
    clock.advance(9999);
    expect([told, seen]).toEqual([[], []]);
    clock.advance(1);
    expect([told, kinds()]).toEqual([[GONE], ['7 unknown']]);
    expect(seen[0]?.[1]).toMatchObject({ reason: 'mediamtx-unreachable', at: expect.stringMatching(/Z$/) });
    clock.advance(20_000);
    expect([told, kinds()]).toEqual([[GONE], ['7 unknown', '7 notReady']]);
    expect(seen[1]?.[1]).toMatchObject({ doubt: 'mediamtx-unreachable' });
  });

  it('and is there again before that was never gone', () => {
    source.answered();
    source.failed(new Error('x'));
    clock.advance(9999);
    source.answered();
    clock.advance(60_000);
    expect([kinds(), told]).toEqual([[], [THERE, THERE]]);
  });

  it('and never did makes its cameras unknown from the start', () => {
    source.failed(new Error('x'));
    expect(kinds()).toEqual(['7 unknown']);
  });

  it('and is closed says nothing any more', () => {
    source.answered();
    source.failed(new Error('x'));
    source.close();
    clock.advance(60_000);
    expect(kinds()).toEqual([]);
  });

  it('because it does not take our login is told apart, and from a silence that follows', () => {
    source.failed(refusedLogin('MediaMTX refuses the login'));
    expect(source.trouble).toBe('refused');
    expect(refusedLogin('words')).toMatchObject({ code: 'upstream_failed', message: 'words' });
    source.failed(new Error('x'));
    expect(source.trouble).toBe('unreachable');
  });
});

it('what could not be kept is in the log: which camera, or which source', async () => {
  isBroken = true;
  source.failed(new Error('x'));
  clock.advance(10_000);
  await Promise.resolve().then(() => undefined);
  const errors = log.lines.filter(({ level }) => level === 'error');
  expect(errors.map(({ message }) => message).sort()).toEqual([
    'an event could not be kept; trying again',
    ...Array(2).fill('what is seen of a camera could not be kept; trying again'),
  ]);
  expect(errors.map(({ fields }) => fields['cameraId'] ?? fields['source'])).toEqual(
    expect.arrayContaining(['7', 'mediamtx']),
  );
});

describe('what could not be stored, as while NATS chooses a leader,', () => {
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('is said again while it is so, and once', async () => {
    source.answered();
    source.failed(new Error('x'));
    isBroken = true;
    clock.advance(30_000);
    await settled();
    isBroken = false;
    [told, seen] = [[], []];
    for (let i = 0; i < 3; i += 1) {
      source.failed(new Error('x'));
      await settled();
    }
    expect([told, kinds()]).toEqual([[GONE], ['7 unknown', '7 notReady']]);
  });

  it('is not said any more when the source is back', async () => {
    source.answered();
    source.failed(new Error('x'));
    isBroken = true;
    clock.advance(10_000);
    source.answered();
    await settled();
    isBroken = false;
    [told, seen] = [[], []];
    source.answered();
    source.answered();
    expect([told, kinds()]).toEqual([[THERE], []]);
  });
});
