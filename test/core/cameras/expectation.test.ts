/** Pins of which cameras a picture is published. */

import { expect, it } from 'vitest';
import { hasPublishedPicture } from '../../../src/core/cameras/expectation.ts';

it.each([
  ['a camera that says nothing has a picture where that is usual', {}, true, true],
  ['a camera that says nothing has none where it is not', {}, false, false],
  ['a camera that says yes has one', { snapshots: true }, false, true],
  ['a camera that says no has none', { snapshots: false }, true, false],
  ['a stream of go2rtc has none, since nobody reads it here', { snapshots: true, stream: 'door' }, true, false],
])('%s', (_, camera, isDefault, expected) => {
  expect(hasPublishedPicture(camera, isDefault)).toBe(expected);
});
