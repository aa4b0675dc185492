/** Pins what may be expected of a camera: its feed, a look at it, a picture of it, and how long it may take. */

import { describe, expect, it } from 'vitest';
import {
  hasPublishedPicture,
  isExpected,
  isInUse,
  isLookedAt,
  startGraceMs,
} from '../../../src/core/cameras/expectation.ts';
import type { CameraRecord } from '../../../src/core/cameras/records.ts';
import { DOOR } from '../../support/cameras/records.ts';

const ON_DEMAND = { isOnDemand: true };
const ALWAYS = { isOnDemand: false };
const PUBLISHER = { sourceType: 'publisher', sealedSourceUrl: null } as const;

describe('a feed', () => {
  it.each<[string, Partial<CameraRecord>, typeof ALWAYS | undefined, boolean]>([
    ['of a camera that works on demand is not expected', {}, undefined, false],
    ['of a persistent one is', { isPersistent: true }, ON_DEMAND, true],
    ['is where somebody said so', { expected: 'always' }, ON_DEMAND, true],
    [
      'is not where somebody said so, though it is persistent',
      { expected: 'on-demand', isPersistent: true },
      ALWAYS,
      false,
    ],
    ['of a camera that is switched off is not', { isEnabled: false, isPersistent: true }, ALWAYS, false],
    ['of one that was stopped is not', { isStopped: true, expected: 'always' }, ALWAYS, false],
    ['that we pull is not, however it comes', {}, ALWAYS, false],
    ['that somebody publishes is', PUBLISHER, ALWAYS, true],
    ['that is published on demand is not', PUBLISHER, ON_DEMAND, false],
    ['that is published nowhere yet is not', { ...PUBLISHER, mtxPath: null }, ALWAYS, false],
    ['of which nobody knows how it comes is not', PUBLISHER, undefined, false],
    ['that go2rtc gets by itself is', { sourceType: 'go2rtc', mtxPath: null }, ALWAYS, true],
  ])('%s', (_what, change, carriage, isSo) => {
    expect(isExpected({ ...DOOR, ...change }, carriage)).toBe(isSo);
  });
});

describe('a look at the camera itself', () => {
  it.each<[string, Partial<CameraRecord>, boolean]>([
    ['is possible where its address is known', {}, true],
    ['is not where it was forbidden', { probe: false }, false],
    ['is not while it is switched off', { isEnabled: false }, false],
    ['is not while it is stopped', { isStopped: true }, false],
    ['is not without an address', { sealedSourceUrl: null }, false],
    ['is not by another protocol', { sourceType: 'hls' }, false],
  ])('%s', (_what, change, isSo) => {
    expect(isLookedAt({ ...DOOR, ...change })).toBe(isSo);
  });
});

it('a camera is in use while it is switched on and not stopped', () => {
  const uses = [{}, { isEnabled: false }, { isStopped: true } as const].map((change) =>
    isInUse({ ...DOOR, ...change }),
  );
  expect(uses).toEqual([true, false, false]);
});

it('a camera of Google may take its time, others take what is usual', () => {
  expect([startGraceMs({ ...DOOR, sourceType: 'google' }), startGraceMs(DOOR)]).toEqual([45_000, undefined]);
});

it.each([
  ['a camera that says nothing has a picture where that is usual', {}, true, true],
  ['a camera that says nothing has none where it is not', {}, false, false],
  ['a camera that says yes has one', { snapshots: true }, false, true],
  ['a camera that says no has none', { snapshots: false }, true, false],
  ['a stream of go2rtc has none, since nobody reads it here', { snapshots: true, stream: 'door' }, true, false],
])('%s', (_, camera, isDefault, expected) => {
  expect(hasPublishedPicture(camera, isDefault)).toBe(expected);
});
