/** Pins when a camera counts as down, for what reason, and that each turn is told once. Time is the observations' own. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CameraFacts, type Finding, UNSEEN } from '../../../src/core/cameras/facts.ts';
import { judgedAgainAtMs } from '../../../src/core/cameras/judgement.ts';
import type { Observation } from '../../../src/core/cameras/observation.ts';
import { reduce } from '../../../src/core/cameras/state.ts';

const START_MS = Date.UTC(2026, 10, 21, 10);
const iso = (seconds: number) => new Date(START_MS + seconds * 1000).toISOString();

/** An observation without its moment. */
type Seen = { readonly kind: string } & Readonly<Record<string, unknown>>;

/** What is seen, and when, in seconds; and what is known and told afterwards. */
function known(story: readonly (readonly [number, Seen])[], before: CameraFacts = UNSEEN) {
  let facts = before;
  const told: string[] = [];
  for (const [seconds, seen] of story) {
    const step = reduce(facts, { at: iso(seconds), ...seen } as Observation);
    facts = step.facts;
    for (const { event, details } of step.transitions) {
      const { reason } = details;
      told.push(reason === undefined ? event : `${event} ${String(reason)}`);
    }
  }
  return { facts, told };
}

const READY = { kind: 'ready' };
const gone = (absence: 'idle' | 'wanted' | 'lost', more: object = {}) => ({ kind: 'notReady', absence, ...more });
const look = (finding: Finding) => ({ kind: 'look', finding });
const TIME = { kind: 'time' };

describe('a feed that is absent', () => {
  it('and that nobody wants is no fault', () => {
    const { facts, told } = known([
      [0, READY],
      [60, gone('idle')],
      [600, TIME],
    ]);
    expect(told).toEqual(['ready', 'notReady null']);
    expect(facts).toMatchObject({ online: null, reason: null });
  });

  it.each(['wanted', 'lost'] as const)('and is %s is down ten seconds later, for want of a cause', (absence) => {
    const fallen = known([
      [0, READY],
      [60, gone(absence)],
      [69, TIME],
    ]);
    expect(fallen.told).toEqual(['ready', 'notReady no-feed']);
    expect(fallen.facts).toMatchObject({ online: true, reason: 'no-feed' });
    const down = known([[70, TIME]], fallen.facts);
    expect(down.told).toEqual(['offline no-feed']);
    expect(down.facts).toMatchObject({ online: false, reason: 'no-feed' });
  });

  it.each(['refused', 'unauthorised', 'unverified', 'wrong-path', 'silent', 'unreachable', 'broken'] as const)(
    'is down at once when a look finds %s, and told once',
    (finding) => {
      const { facts, told } = known([
        [0, READY],
        [60, gone('wanted')],
        [61, look(finding)],
        [70, TIME],
        [91, look(finding)],
      ]);
      expect(told).toEqual(['ready', 'notReady no-feed', `offline ${finding}`]);
      expect(facts).toMatchObject({ online: false, reason: finding });
      const back = known([[95, READY]], facts);
      expect(back.told).toEqual(['ready', `online ${finding}`]);
      expect(back.facts).toMatchObject({ online: true, reason: null });
    },
  );

  it('needs no second wait where it was waited for', () => {
    const { told } = known([
      [0, READY],
      [60, gone('wanted', { isWaited: true })],
    ]);
    expect(told).toEqual(['ready', 'notReady no-feed', 'offline no-feed']);
  });

  it('is no fault any more when who wanted it has left in time', () => {
    const { facts, told } = known([
      [0, gone('wanted')],
      [5, gone('idle')],
      [60, TIME],
    ]);
    expect(told).toEqual([]);
    expect(facts.reason).toBeNull();
  });
});

describe('an idle camera', () => {
  it('that a look finds dead is down, and back when a look finds it up', () => {
    const { facts, told } = known([
      [0, look('up')],
      [30, look('refused')],
    ]);
    expect(told).toEqual(['offline refused']);
    expect(facts).toMatchObject({ ready: false, online: false, reason: 'refused' });
    const back = known([[60, look('up')]], facts);
    expect(back.told).toEqual(['online refused']);
    expect(back.facts).toMatchObject({ ready: false, online: true, reason: null });
  });
});

describe('whoever cannot be asked', () => {
  it('makes a camera unknown, and not down', () => {
    const { facts, told } = known([
      [0, READY],
      [10, { kind: 'unknown', reason: 'mediamtx-unreachable' }],
      [30, { kind: 'notReady', doubt: 'mediamtx-unreachable' }],
    ]);
    expect(told).toEqual(['ready', 'notReady mediamtx-unreachable']);
    expect(facts).toMatchObject({ ready: false, online: null, reason: 'mediamtx-unreachable' });
  });

  it('leaves a camera that is down told as down, and it is told back when it is', () => {
    const { told } = known([
      [0, look('refused')],
      [10, { kind: 'unknown', reason: 'mediamtx-unreachable' }],
      [20, READY],
    ]);
    expect(told).toEqual(['offline refused', 'ready', 'online refused']);
  });
});

it('settings that are refused are a reason until they are taken', () => {
  const { facts, told } = known([[0, { kind: 'rejected' }]]);
  expect(told).toEqual(['offline rejected']);
  const { told: later, facts: taken } = known(
    [
      [5, { kind: 'accepted' }],
      [6, look('up')],
    ],
    facts,
  );
  expect(later).toEqual(['online rejected']);
  expect(taken.reason).toBeNull();
});

describe('a camera that comes and goes', () => {
  const falls = (count: number, everySeconds = 20): [number, Seen][] =>
    Array.from({ length: count }, (_, round) => [
      [round * everySeconds, READY],
      [round * everySeconds + 10, gone('wanted', { isWaited: true })],
    ]).flat() as [number, Seen][];

  it('is not flapping with five falls in ten minutes, and is with six', () => {
    expect(known([...falls(5), [100, READY]]).facts.reason).toBeNull();
    expect(known([...falls(6), [120, READY]]).facts).toMatchObject({ reason: 'flapping', online: true });
  });

  it('is not told to be back while it flaps, and once when ten minutes were quiet', () => {
    const { facts, told } = known([...falls(6), [120, READY], [600, TIME]]);
    expect(told.filter((one) => one.startsWith('o'))).toEqual([
      ...Array.from({ length: 5 }, () => ['offline no-feed', 'online no-feed']).flat(),
      'offline flapping',
    ]);
    const calm = known([[710, TIME]], facts);
    expect(calm.told).toEqual(['online flapping']);
    expect(calm.facts.reason).toBeNull();
  });

  it('with whoever carries it has not fallen itself', () => {
    const unreachable = { kind: 'unknown', reason: 'mediamtx-unreachable' };
    const restarts = Array.from({ length: 8 }, (_, round): [number, Seen][] => [
      [round * 60, READY],
      [round * 60 + 10, unreachable],
      [round * 60 + 20, gone('wanted')],
    ]).flat();
    const { facts, told } = known([...restarts, [490, READY]]);
    expect(facts.reason).toBeNull();
    expect(told.some((one) => one.startsWith('o'))).toBe(false);
  });

  it('is judged again when it may be calm: ten minutes after its last fall', () => {
    const flapping = known([...falls(6), [120, READY]]).facts;
    expect(judgedAgainAtMs(flapping, START_MS + 120_000)).toBe(START_MS + 710_000);
    const again = known([[125, gone('wanted')]], flapping).facts;
    expect(judgedAgainAtMs(again, START_MS + 125_000)).toBe(START_MS + 725_000);
    const calm = known([...falls(5), [100, READY]]).facts;
    expect(judgedAgainAtMs(calm, START_MS + 100_000)).toBeUndefined();
  });

  it('counts the falls of the last ten minutes, the latest six at most, and flaps until there was none', () => {
    const { facts } = known([...falls(9), [180, READY]]);
    expect(facts.fallsMs).toEqual([70, 90, 110, 130, 150, 170].map((seconds) => START_MS + seconds * 1000));
    const later = known([[741, TIME]], facts).facts;
    expect(later).toMatchObject({ fallsMs: [START_MS + 150_000, START_MS + 170_000], isFlapping: true });
    expect(known([[770, TIME]], later).facts).toMatchObject({ fallsMs: [], isFlapping: false });
  });

  it('falls, too, where nobody wanted it and a look finds it dead, and not again while it is', () => {
    const looks = ['up', 'refused', 'silent', 'up', 'refused'].map((finding, minute): [number, Seen] => [
      minute * 60,
      look(finding as Finding),
    ]);
    expect(known(looks).facts.fallsMs).toEqual([START_MS + 60_000, START_MS + 240_000]);
    const wanted = known([
      [0, look('up')],
      [10, gone('wanted')],
      [20, look('refused')],
    ]);
    expect(wanted.facts.fallsMs).toEqual([]);
  });

  it('slower than that never flaps', () => {
    expect(known([...falls(12, 130), [12 * 130, READY]]).facts.reason).toBeNull();
  });
});

describe('before the first look', () => {
  const pending: CameraFacts = { ...UNSEEN, ready: true, online: null, reason: 'starting', pending: 'feed' };

  it('nothing is said, and what is found then is compared with what was told before', () => {
    expect(known([[0, TIME]], pending).facts).toMatchObject({ online: null, reason: 'starting' });
    expect(known([[0, READY]], pending).told).toEqual([]);
    expect(known([[0, gone('idle')]], pending).told).toEqual(['notReady null']);
  });

  it('whoever cannot be asked is the reason at once', () => {
    const { facts } = known([[0, { kind: 'unknown', reason: 'mediamtx-unreachable' }]], pending);
    expect(facts).toMatchObject({ online: null, reason: 'mediamtx-unreachable' });
  });
});

it('a camera that is another one now keeps nothing that was seen of it', () => {
  const { facts, told } = known([
    [0, READY],
    [1, { kind: 'read', reader: { type: 'rtspSession', id: 'r' } }],
    [2, { kind: 'reset' }],
  ]);
  expect(told).toEqual(['ready', 'read', 'unread', 'notReady null']);
  expect(facts).toMatchObject({ ready: false, online: null, reason: null, readers: new Map() });
});

it('whatever is seen: a reason never hides behind a camera that is told down, and turns alternate', () => {
  const observation = fc.oneof(
    fc.constantFrom<Seen>(READY, TIME, gone('idle'), gone('wanted'), gone('lost')),
    fc.constantFrom<Finding>('up', 'refused', 'silent').map(look),
    fc.constantFrom('rejected', 'accepted', 'stalled').map((kind) => ({ kind })),
    fc.constant({ kind: 'unknown', reason: 'mediamtx-unreachable' }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(30), observation), { maxLength: 60 }), (steps) => {
      let seconds = 0;
      const { facts, told } = known(
        steps.map(([pause, seen]) => {
          seconds += pause;
          return [seconds, seen] as const;
        }),
      );
      if (facts.online === false) expect(facts.reason).not.toBeNull();
      if (facts.online === false) expect(facts.downFor).not.toBeNull();
      const turns = told.map((one) => one.split(' ')[0]).filter((event) => event === 'offline' || event === 'online');
      expect(turns.every((event, index) => event === (index % 2 === 0 ? 'offline' : 'online'))).toBe(true);
    }),
    { numRuns: 500 },
  );
});
