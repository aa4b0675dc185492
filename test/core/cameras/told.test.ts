/** Pins the body of a camera's events, which differences nobody can see, and which of them the state may say at once. */

import { describe, expect, it } from 'vitest';
import { type CameraFacts, isFault, shownFeed, UNSEEN } from '../../../src/core/cameras/facts.ts';
import { eventsOf, isBeyondDoubt, looksAlike } from '../../../src/core/cameras/told.ts';
import { DOOR } from '../../support/cameras/records.ts';

const AT = '2026-11-21T16:48:30.698Z';

describe('an event', () => {
  it.each(['demand', 'unDemand', 'read', 'unread', 'stalled', 'offline', 'online', 'updated', 'motion'] as const)(
    '%s has what a camera is called and where it is',
    (event) => {
      expect(eventsOf(DOOR, [{ event, details: {} }], { firstSeq: 3, at: AT, isQuiet: false })).toEqual([
        {
          ...{ domain: 'camera', event, entity: 7, at: AT },
          details: { name: 'Front door', enabled: true, path: 'door', query: '', seq: 3 },
        },
      ]);
    },
  );

  it.each(['ready', 'notReady'] as const)('%s has the source, too, empty where nobody knows it', (event) => {
    const [told] = eventsOf(DOOR, [{ event, details: {} }], { firstSeq: 3, at: AT, isQuiet: false });
    expect(told?.details).toEqual({
      ...{ name: 'Front door', enabled: true, path: 'door', query: '', seq: 3 },
      ...{ sourceType: '', sourceId: '' },
    });
  });

  it.each(['extended', 'failed-extension'] as const)('%s has the name alone, and what it is about', (event) => {
    const [told] = eventsOf(DOOR, [{ event, details: { error: {} } }], { firstSeq: 3, at: AT, isQuiet: false });
    expect(told?.details).toEqual({ name: 'Front door', error: {}, seq: 3 });
  });

  it('has a number of its own, what was found out over what is usual, and a mark while no alarm shall ring', () => {
    const transitions = [
      { event: 'ready', details: { sourceType: 'rtspSession' } },
      { event: 'read', details: {} },
    ] as const;
    const told = eventsOf(DOOR, transitions, { firstSeq: 8, at: AT, isQuiet: true });
    expect(told.map(({ details }) => details)).toMatchObject([
      { seq: 8, sourceType: 'rtspSession', quiet: true },
      { seq: 9, quiet: true },
    ]);
    const [loud] = eventsOf(DOOR, transitions, { firstSeq: 8, at: AT, isQuiet: false });
    expect(loud?.details).not.toHaveProperty('quiet');
  });
});

describe('two states look alike', () => {
  const others: Partial<CameraFacts> = { doubt: 'x', isRejected: true, fallsMs: [1], isFlapping: true, noticed: [] };

  it('whatever differs that nobody is shown', () => {
    expect(looksAlike(UNSEEN, { ...UNSEEN, ...others })).toBe(true);
  });

  it.each<Partial<CameraFacts>>([
    { ready: true },
    { demanded: true },
    { readers: new Map() },
    { since: AT },
    { online: true },
    { reason: 'refused' },
    { pending: 'feed' },
  ])('but not with %o', (change) => {
    expect(looksAlike(UNSEEN, { ...UNSEEN, ...change })).toBe(false);
  });
});

describe('the state says at once', () => {
  const well: CameraFacts = { ...UNSEEN, online: true, ready: true };

  it.each<[string, Partial<CameraFacts>, Partial<CameraFacts>, boolean]>([
    ['what was seen first after a start', { pending: 'feed' }, {}, true],
    ['nothing while the first look is still to come', { pending: 'feed' }, { pending: 'feed', online: null }, false],
    ['that a camera was found to be down', {}, { online: false }, true],
    ['what has a cause', {}, { reason: 'refused' }, true],
    ['nothing of a feed that is only missing', {}, { reason: 'no-feed' }, false],
    ['nothing of a feed that is gone without a word', {}, { ready: false }, false],
    ['nothing where nobody can tell', {}, { online: null }, false],
  ])('%s', (_what, before, after, isAtOnce) => {
    expect(isBeyondDoubt({ ...well, ...before }, { ...well, ...after })).toBe(isAtOnce);
  });
});

it('a look that found something else than a stream is a fault; none at all is none', () => {
  const look = (finding: 'up' | 'refused') => ({ finding, atMs: 0 });
  expect([isFault({ look: null }), isFault({ look: look('up') }), isFault({ look: look('refused') })]).toEqual([
    ...[false, false],
    true,
  ]);
});

it('before the first look of a run a feed is shown as not there, with the moment of its last change', () => {
  const kept = { ...UNSEEN, ready: true, demanded: true, since: AT };
  expect(shownFeed({ ...kept, pending: 'feed' })).toMatchObject({ ready: false, demanded: false, since: AT });
  expect(shownFeed(kept)).toMatchObject({ ready: true, demanded: true, since: AT });
});
