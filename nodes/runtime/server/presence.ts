/** Owns whether somebody serves the API below the base topic: told by the service itself, or known by whatever is heard of it. */

import type { Client } from '../../../src/client/client.ts';
import type { Clock } from '../../../src/client/environment.ts';

/** `online` and `offline` as the service says; `there` where it does not, as upstream; `nobody` where nothing is heard at all. */
export type Presence = 'unknown' | 'online' | 'offline' | 'there' | 'nobody';

export interface PresenceWatch {
  readonly state: Presence;
  /** The connection is up: what is retained comes at once. */
  up(): void;
  /** Without a connection nothing is known. */
  down(): void;
  /** Something came that only a service sends. */
  heard(): void;
  close(): void;
}

interface Parts {
  readonly client: Pick<Client, 'availability'>;
  /** Asks something, so that a service that is there answers. */
  readonly ask: () => void;
  readonly clock: Clock;
  readonly onChange: (state: Presence) => void;
}

/** An answer takes a moment; one that is late corrects what was said. */
const PATIENCE_MS = 1500;

export function createPresenceWatch({ client, ask, clock, onChange }: Parts): PresenceWatch {
  let state: Presence = 'unknown';
  let endWaiting = (): void => undefined;

  function become(next: Presence): void {
    if (next !== 'unknown') endWaiting();
    if (state === next) return;
    state = next;
    onChange(next);
  }

  const availability = client.availability((isOnline) => become(isOnline ? 'online' : 'offline'));

  return {
    get state() {
      return state;
    },
    up: () => {
      endWaiting = clock.after(PATIENCE_MS, () => become('nobody'));
      const askIfUnknown = () => void (state === 'unknown' && ask());
      // A broker that hides it is no fault.
      availability.active().then(askIfUnknown, askIfUnknown);
    },
    down: () => {
      endWaiting();
      become('unknown');
    },
    heard: () => {
      if (state === 'unknown' || state === 'nobody') become('there');
    },
    close: () => {
      endWaiting();
      availability.close();
    },
  };
}
