/** Pins what becomes of a feed that comes and goes: what its events say, what is forgotten with it, and when a look at the camera counts. */

import { describe, expect, it } from 'vitest';
import { type CameraFacts, UNSEEN } from '../../../src/core/cameras/facts.ts';
import { judgedAgainAtMs } from '../../../src/core/cameras/judgement.ts';
import type { Observation } from '../../../src/core/cameras/observation.ts';
import { reduce } from '../../../src/core/cameras/state.ts';

const START_MS = Date.UTC(2026, 10, 21, 10);
const iso = (seconds: number) => new Date(START_MS + seconds * 1000).toISOString();
const READER = { type: 'rtspSession', id: '1' };

/** What is seen, each so many seconds after the start; and what is known and told afterwards. */
function known(story: readonly (readonly [number, object])[], before: CameraFacts = UNSEEN) {
  let facts = before;
  const told: [string, object][] = [];
  for (const [seconds, seen] of story) {
    const step = reduce(facts, { at: iso(seconds), ...seen } as Observation);
    facts = step.facts;
    told.push(...step.transitions.map(({ event, details }): [string, object] => [event, details]));
  }
  return { facts, told, events: told.map(([event]) => event) };
}

const READY = { kind: 'ready' };
const gone = (absence: string, more: object = {}) => ({ kind: 'notReady', absence, ...more });
const look = (finding: string) => ({ kind: 'look', finding });

describe('a feed', () => {
  it('says of its readers who they are, and what its source knows besides', () => {
    const { told } = known([
      [0, { ...READY, details: { sourceType: 'srtConn' } }],
      [1, { kind: 'read', reader: READER, details: { query: 'a=b' } }],
      [2, gone('lost')],
    ]);
    const details = { readerType: 'rtspSession', readerId: '1' };
    expect(told).toEqual([
      ['ready', { sourceType: 'srtConn' }],
      ['read', { query: 'a=b', ...details }],
      ['unread', details],
      ['notReady', { reason: 'no-feed' }],
    ]);
  });

  it('is there since it came, where that is known, or else since it was seen', () => {
    expect(known([[5, { ...READY, since: iso(2) }]]).facts.since).toBe(iso(2));
    const twice: [number, object][] = [
      [5, READY],
      [9, { ...READY, since: iso(7) }],
    ];
    expect(known(twice).facts.since).toBe(iso(5));
  });

  it('whose demand is known is not demanded anew', () => {
    const { events } = known([
      [0, { kind: 'demand' }],
      [0, { kind: 'demand' }],
      [1, { ...READY, onDemand: true }],
      [2, { kind: 'unDemand' }],
      [2, { kind: 'unDemand' }],
    ]);
    expect(events).toEqual(['demand', 'ready', 'unDemand']);
  });

  it('that nothing is there of cannot stall, and one that is gone has stalled once', () => {
    expect(known([[0, { kind: 'stalled' }]])).toMatchObject({ events: [], facts: UNSEEN });
    const stalled = known([
      [0, READY],
      [1, { kind: 'stalled' }],
      [2, { kind: 'stalled' }],
    ]);
    expect(stalled.events).toEqual(['ready', 'stalled', 'notReady', 'offline']);
    expect(stalled.facts).toMatchObject({ isStalled: true, missing: null });
  });
});

describe('a camera that is another one now', () => {
  it('has told that its feed and its readers went, and who wanted it', () => {
    const { told, facts } = known([
      [0, { ...READY, onDemand: true }],
      [1, { kind: 'read', reader: READER }],
      [2, { kind: 'extended', expiresAt: 't1' }],
      [3, { kind: 'reset' }],
    ]);
    const details = { readerType: 'rtspSession', readerId: '1' };
    expect(told.slice(4)).toEqual([
      ['unread', details],
      ['notReady', { reason: null }],
      ['unDemand', {}],
    ]);
    // The session is the camera's, whatever its path is.
    expect(facts).toEqual({ ...UNSEEN, since: iso(3), extension: { expiresAt: 't1', failed: false } });
  });

  it('has readers gone with it whose feed had not come', () => {
    const before = known([[0, { kind: 'read', reader: READER }]]).facts;
    expect(known([[1, { kind: 'reset' }]], before).events).toEqual(['unread']);
    expect(known([[1, { kind: 'reset' }]]).facts).toEqual(UNSEEN);
  });
});

describe('an extension', () => {
  it('says until when, or why not', () => {
    const error = { message: 'no', code: 'UNAVAILABLE', status: 503 };
    const { told, facts } = known([
      [0, { kind: 'extended', expiresAt: 't1' }],
      [1, { kind: 'failed-extension', expiresAt: 't1', error }],
      [2, { kind: 'failed-extension', expiresAt: 't1', error }],
      [3, { kind: 'failed-extension', expiresAt: 't2', error }],
    ]);
    expect(told).toEqual([
      ['extended', { expiresAt: 't1' }],
      ['failed-extension', { error }],
      ['failed-extension', { error }],
    ]);
    expect(facts.extension).toEqual({ expiresAt: 't2', failed: true });
  });
});

describe('what is absent', () => {
  it('in doubt is not late, and what was known of its cause stays where nobody says another', () => {
    const late = known([[0, gone('wanted')]]).facts;
    const doubted = known([[1, { kind: 'notReady', doubt: 'mediamtx-unreachable' }]], late).facts;
    expect(doubted).toMatchObject({ missing: null, doubt: 'mediamtx-unreachable' });
    expect(known([[1, { kind: 'notReady' }]], late).facts).toEqual(late);
  });

  it('and awaited after a start was seen to be absent, whoever says it; what a look is awaited for is not', () => {
    const starting = (pending: CameraFacts['pending']) => ({ ...UNSEEN, pending });
    for (const seen of [{ kind: 'notReady' }, gone('idle')]) {
      expect(known([[0, seen]], starting('feed')).facts.pending).toBeNull();
      expect(known([[0, seen]], starting('look')).facts.pending).toBe('look');
    }
    expect(known([[0, look('up')]], starting('look')).facts.pending).toBeNull();
  });

  it('has as long as whoever carries it may take, and a moment later it is gone', () => {
    const late = known([[0, gone('wanted', { graceMs: 45_000 })]]).facts;
    expect(judgedAgainAtMs(late, START_MS)).toBe(START_MS + 45_000);
    expect(known([[44.999, { kind: 'time' }]], late).facts.online).toBeNull();
    const down = known([[45, { kind: 'time' }]], late).facts;
    expect(down.online).toBe(false);
    expect(judgedAgainAtMs(down, START_MS + 45_000)).toBeUndefined();
    // Nobody has said it in time: it is still to be said, after a look.
    expect(judgedAgainAtMs(late, START_MS + 45_000)).toBe(START_MS + 50_000);
  });

  it('and never was wanted is not late', () => {
    expect(known([[0, gone('lost')]]).facts.missing).toBeNull();
  });

  it('and wanted no longer before it was late is forgotten; later it is not, until something speaks for it', () => {
    const late = known([[0, gone('wanted')]]).facts;
    expect(known([[9.999, gone('idle')]], late).facts.missing).toBeNull();
    const idle = known([[10, gone('idle')]], late).facts;
    expect(idle.missing).toMatchObject({ isWanted: false });
    expect(known([[11, gone('idle')]], idle).facts).toBe(idle);
    expect(known([[12, look('up')]], idle).facts.missing).toBeNull();
    expect(known([[12, look('refused')]], idle).facts.missing).not.toBeNull();
    // Who wants it still goes on waiting, whatever the camera says.
    expect(known([[12, look('up')]], late).facts.missing).toEqual(late.missing);
  });

  it('is over where the camera was found to be up', () => {
    const late = known([
      [0, gone('wanted')],
      [20, look('up')],
      [21, gone('idle')],
    ]).facts;
    expect(late.missing).toBeNull();
  });

  it('is wanted or not, as is said last', () => {
    const lost = known([
      [0, READY],
      [1, gone('lost')],
    ]).facts;
    expect(lost.missing).toEqual({ verdictAtMs: START_MS + 11_000, isLost: true, isWanted: false });
    const wanted = known([[2, gone('wanted')]], lost).facts;
    expect(wanted.missing).toEqual({ ...lost.missing, isWanted: true });
    expect(known([[3, gone('wanted')]], wanted).facts).toBe(wanted);
  });

  it('of a camera that is down already waits for nothing', () => {
    const down = known([[0, look('refused')]]).facts;
    expect(known([[5, gone('wanted')]], down).facts.missing).toMatchObject({ verdictAtMs: START_MS + 5000 });
    const stalled = known([
      [0, READY],
      [1, { kind: 'stalled' }],
      [5, gone('wanted')],
    ]);
    expect(stalled.facts.missing).toMatchObject({ verdictAtMs: START_MS + 5000 });
  });
});

describe('a look at the camera', () => {
  it('of lately is the cause for which a feed goes, one of before is not', () => {
    const seen = (seconds: number) =>
      known([
        [0, READY],
        [1, look('refused')],
        [1 + seconds, gone('wanted')],
      ]);
    expect(seen(15).events).toEqual(['ready', 'notReady', 'offline']);
    expect(seen(15.001).events).toEqual(['ready', 'notReady']);
    expect(seen(15.001).facts.look).toBeNull();
  });

  it('that found it up says nothing once its feed goes though it is wanted, and stays where nobody wants it', () => {
    const upThen = (absence: string) =>
      known([
        [0, look('up')],
        [1, READY],
        [2, gone(absence)],
      ]).facts;
    expect(upThen('wanted')).toMatchObject({ look: null, online: true, reason: 'no-feed' });
    expect(upThen('idle')).toMatchObject({ look: { finding: 'up', atMs: START_MS }, online: true, reason: null });
  });

  it('is news once, but each counts that finds a fault while it is pulled', () => {
    const looks = (finding: string, before: CameraFacts) =>
      known(
        [
          [10, look(finding)],
          [20, look(finding)],
        ],
        before,
      ).facts.look?.atMs;
    const pulled = known([[0, READY]]).facts;
    expect(looks('refused', UNSEEN)).toBe(START_MS + 10_000);
    expect(looks('up', pulled)).toBe(START_MS + 10_000);
    expect(looks('refused', pulled)).toBe(START_MS + 20_000);
  });

  it('that found a fault is over when the feed is there, and one that is made while it is there is kept', () => {
    const back = known([
      [0, look('refused')],
      [1, READY],
    ]).facts;
    expect(back.look).toBeNull();
    const meanwhile = known([
      [0, READY],
      [1, look('refused')],
      [2, { ...READY, onDemand: true }],
    ]).facts;
    expect(meanwhile.look).toEqual({ finding: 'refused', atMs: START_MS + 1000 });
    const up = known([
      [0, look('up')],
      [1, READY],
    ]).facts;
    expect(up.look).toEqual({ finding: 'up', atMs: START_MS });
  });
});
