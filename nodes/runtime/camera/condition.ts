/** Owns what a message may depend on: whether a camera is up, watched, reachable or switched on, or is not. */

import type { CameraState } from '../../../src/protocol/events.ts';
import type { CameraFields } from './settings.ts';

type Condition = CameraFields['condition'];

/** @returns false either way for what nobody knows */
export function holds(state: CameraState, condition: Condition, isWanted: boolean): boolean {
  const is = factOf(state, condition);
  return is !== null && is === isWanted;
}

function factOf({ ready, demanded, readers, online, enabled }: CameraState, condition: Condition): boolean | null {
  switch (condition) {
    case 'up':
      return ready;
    case 'watched':
      return demanded || readers > 0;
    case 'reachable':
      return ready || (online ?? null);
    case 'enabled':
      // Older services say nothing of it.
      return enabled ?? null;
  }
}
