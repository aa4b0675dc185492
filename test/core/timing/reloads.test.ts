/** Pins that who has read files hears that they shall be read anew, each time, until the end of it. */

import { expect, it } from 'vitest';
import { createReloads } from '../../../src/core/timing/reloads.ts';

it('all hear of each wish, those who have left none, and one may leave while it hears', () => {
  const reloads = createReloads();
  const heard: string[] = [];
  reloads.reload();
  const leave = reloads.onReload(() => {
    heard.push('once');
    leave();
  });
  reloads.onReload(() => void heard.push('always'));
  reloads.reload();
  reloads.reload();
  expect(heard).toEqual(['once', 'always', 'always']);
});
