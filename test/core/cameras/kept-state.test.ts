/** Pins what of a camera outlives a restart, and that it is something to compare with, never the truth. */

import { describe, expect, it } from 'vitest';
import { type CameraFacts, UNSEEN } from '../../../src/core/cameras/facts.ts';
import { keptState, restoredFacts } from '../../../src/core/cameras/kept-state.ts';

const AT = '2026-11-21T16:48:30.698Z';
const READER = { type: 'rtspSession', id: 'r1' };
const SEEN: CameraFacts = {
  ...UNSEEN,
  ...{ ready: true, demanded: true, since: AT, online: true, reason: null },
  ...{ readers: new Map([['rtspSession:r1', READER]]), fallsMs: [1, 2], noticed: ['a'] },
  ...{ downFor: 'refused', look: { finding: 'up', atMs: 5 }, doubt: 'mediamtx-unreachable', isRejected: true },
};

describe('what is kept', () => {
  it('is what events are told against, and nothing that only holds now', () => {
    expect(keptState('7', SEEN, 12)).toEqual({
      ...{ id: '7', ready: true, demanded: true, since: AT, reason: null, seq: 12 },
      ...{ readers: [READER], downFor: 'refused', fallsMs: [1, 2], noticed: ['a'] },
    });
  });

  it('is short where there is nothing to tell', () => {
    const bare = { id: '7', ready: false, demanded: false, since: null, reason: null, seq: 1 };
    expect(keptState('7', UNSEEN, 1)).toStrictEqual(bare);
  });
});

describe('what is made of it', () => {
  const again = (facts: CameraFacts, pending: CameraFacts['pending'] = null) =>
    restoredFacts(keptState('7', facts, 1), pending);

  it('has everything that was kept, and nothing that only held then', () => {
    expect(again(SEEN)).toEqual({
      ...UNSEEN,
      ...{ ready: true, demanded: true, since: AT, online: true, reason: null },
      ...{ readers: SEEN.readers, downFor: 'refused', fallsMs: [1, 2], noticed: ['a'] },
    });
  });

  it('is not said while the first look is still to come', () => {
    expect(again(SEEN, 'feed')).toMatchObject({ online: null, reason: 'starting', pending: 'feed', ready: true });
    expect(restoredFacts(undefined, 'look')).toEqual({ ...UNSEEN, pending: 'look', reason: 'starting' });
  });

  it('is nothing where nothing was kept', () => {
    expect(restoredFacts(undefined, null)).toEqual(UNSEEN);
  });

  it.each<[string, Partial<CameraFacts>, Partial<CameraFacts>]>([
    ['a feed that carried nothing', { ready: true, reason: 'stalled' }, { isStalled: true, isFlapping: false }],
    ['one that came and went', { reason: 'flapping' }, { isFlapping: true, isStalled: false }],
    ['one that was missing', { reason: 'no-feed' }, { missing: { verdictAtMs: 0, isLost: true, isWanted: false } }],
    [
      'one that was down',
      { reason: 'refused', downFor: 'refused' },
      { missing: { verdictAtMs: 0, isLost: true, isWanted: false } },
    ],
    ['an idle one', {}, { missing: null, online: null }],
    [
      'one that is there, though it was down',
      { ready: true, reason: 'no-feed', downFor: 'x' },
      { missing: null, online: true },
    ],
  ])('%s is so again', (_what, was, is) => {
    expect(again({ ...UNSEEN, ...was })).toMatchObject(is);
  });
});
