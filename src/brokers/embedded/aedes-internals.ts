/** Owns every touch of what aedes 2.0.0-beta.1 does not declare; the exact pin and the tests hold it in place. */

import type { Aedes } from 'aedes';

/** Cancels what aedes has scheduled for a client that is gone: its delayed will and the end of its session. */
export function cancelTimers(broker: Aedes, id: string): void {
  for (const method of ['clearDelayedWill', 'clearSessionExpiry']) {
    const cancel: unknown = Reflect.get(broker, method);
    if (typeof cancel !== 'function') throw new Error(`this version of aedes has no ${method}`);
    Reflect.apply(cancel, broker, [id]);
  }
}
