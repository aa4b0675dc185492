/** Owns how listeners are called: all of them, whatever one of them throws. */

import type { Log } from './environment.ts';

/** Listeners that are added or removed meanwhile do not disturb the round. */
export function callAll<Args extends unknown[]>(
  listeners: Iterable<(...args: Args) => void>,
  log: Log,
  ...args: Args
): void {
  for (const listener of [...listeners]) {
    try {
      listener(...args);
    } catch (error) {
      log.error({ err: error }, 'a listener of the MQTT client failed');
    }
  }
}
