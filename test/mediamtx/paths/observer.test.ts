/** Pins that one look is enough: whatever was known before, what the reducer makes of it is what the look saw. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CameraFacts, readerKey, UNSEEN } from '../../../src/core/cameras/facts.ts';
import { reduce } from '../../../src/core/cameras/state.ts';
import { type Look, observePath } from '../../../src/mediamtx/paths/observer.ts';
import type { PathConfig, PathReport } from '../../../src/mediamtx/paths/report.ts';

const AT_MS = Date.parse('2026-11-21T16:48:30.000Z');
const SINCE = '2026-11-21T16:00:00Z';

const readers = fc.uniqueArray(
  fc.constantFrom('a', 'b', 'c').map((id) => ({ type: 'webRTCSession', id })),
  { selector: ({ id }) => id },
);
const facts: fc.Arbitrary<CameraFacts> = fc
  .record({
    ready: fc.boolean(),
    demanded: fc.boolean(),
    readers,
    doubt: fc.constantFrom(null, 'mediamtx-unreachable'),
    isStalled: fc.boolean(),
  })
  .map((known) => ({
    ...UNSEEN,
    ...known,
    since: SINCE,
    readers: new Map(known.readers.map((reader) => [readerKey(reader), reader])),
  }));
const config: fc.Arbitrary<PathConfig | undefined> = fc.constantFrom(
  undefined,
  { source: 'publisher', sourceOnDemand: false, runsOnDemand: false, alwaysAvailable: false, closeAfterMs: 10_000 },
  { source: 'publisher', sourceOnDemand: false, runsOnDemand: true, alwaysAvailable: false, closeAfterMs: 10_000 },
  { source: 'rtsp://cam', sourceOnDemand: true, runsOnDemand: false, alwaysAvailable: false, closeAfterMs: 10_000 },
);

function report(available: boolean, present: PathReport['readers']): PathReport {
  const since = available ? SINCE : null;
  const source = available ? { type: 'rtspSession', id: 's' } : null;
  const bytes = { received: available ? 1 : 0, sent: 0 };
  return {
    name: 'door',
    confName: 'door',
    available,
    availableSince: since,
    online: available,
    onlineSince: since,
    source,
    tracks: 1,
    readers: present,
    ...bytes,
  };
}

/** What is known after a look at a path of which nothing is remembered. */
function after(before: CameraFacts, look: Omit<Look, 'atMs' | 'isExpected'>, isExpected = false): CameraFacts {
  const memory = { feedSince: SINCE, source: null, received: 0, isFrozen: false };
  const remembered = { ...memory, flowedAtMs: AT_MS, lookedAtMs: AT_MS, waitingSinceMs: undefined };
  const { observations } = observePath(remembered, before, { ...look, atMs: AT_MS, isExpected });
  return observations.reduce((known, seen) => reduce(known, seen).facts, before);
}

it('a look at a feed leaves it ready, in no trouble, with its readers, and demanded where it comes on demand only', () => {
  fc.assert(
    fc.property(facts, config, readers, (before, told, present) => {
      const known = after(before, { report: report(true, present), config: told });
      expect(known).toMatchObject({ ready: true, reason: null });
      expect([...known.readers.keys()].sort()).toEqual(present.map(readerKey).sort());
      const isOnDemand = told && (told.sourceOnDemand || told.runsOnDemand);
      expect(known.demanded).toBe(isOnDemand ?? before.demanded);
    }),
  );
});

it('a look at a path without a feed leaves nothing but a demand that was not answered yet', () => {
  fc.assert(
    fc.property(facts, config, (before, told) => {
      const known = after(before, { report: report(false, []), config: told });
      // It was watched until it went, or does not come back to somebody who waits.
      const isMissed = before.ready ? before.readers.size > 0 : before.isStalled && known.missing !== null;
      expect(known).toMatchObject({ ready: false, reason: isMissed ? 'no-feed' : null, readers: new Map() });
      expect(known.demanded).toBe(before.demanded && !before.ready);
    }),
  );
});

it('a look that finds what is known makes nothing of it', () => {
  fc.assert(
    fc.property(facts, config, fc.boolean(), readers, fc.boolean(), (before, told, isReady, present, isExpected) => {
      const look = { report: report(isReady, isReady ? present : []), config: told };
      const known = after(before, look, isExpected);
      expect(after(known, look, isExpected)).toBe(known);
    }),
  );
});

it('a feed that was seen to stand still before it went has been waited for; one that is asked for after idle looks has not', () => {
  const unseen = { ...UNSEEN, pending: null };
  const look = { config: undefined, report: report(false, []), isExpected: true };
  const before = { source: null, received: 0, isFrozen: false, waitingSinceMs: undefined };
  const seen = (feedSince: string | null, lookedAtMs = AT_MS - 1000) => {
    const remembered = { ...before, feedSince, flowedAtMs: AT_MS - 9000, lookedAtMs };
    return observePath(remembered, unseen, { ...look, atMs: AT_MS }).observations[0];
  };
  expect(seen(SINCE)).toMatchObject({ kind: 'notReady', isWaited: true });
  expect(seen(null)).toMatchObject({ kind: 'notReady', isWaited: false });
  // Nobody looked meanwhile.
  expect(seen(SINCE, AT_MS - 9000)).toMatchObject({ kind: 'notReady', isWaited: false });
});
