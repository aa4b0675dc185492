/** Owns that a lost login at Google is told once, as what it is: its cameras are not down, they are only out of sight. */

import type { Bus } from '../core/bus.ts';
import type { Cameras } from '../core/cameras/cameras.ts';
import { isInUse } from '../core/cameras/expectation.ts';
import { CAMERAS, type CameraRecord } from '../core/cameras/records.ts';
import { CREDENTIALS } from '../core/google/credentials.ts';
import type { Log } from '../core/ports.ts';
import type { Store } from '../core/store.ts';

interface Parts {
  readonly store: Store;
  readonly cameras: Pick<Cameras, 'sourceChanged'>;
  readonly bus: Bus;
  readonly log: Log;
}

export interface GoogleOutage {
  /** The reason why nothing can be known of a camera; undefined where that is not so. */
  doubtOf(camera: CameraRecord): string | undefined;
  close(): void;
}

const REASON = 'google-login';

export function watchGoogleOutage({ store, cameras, bus, log }: Parts): GoogleOutage {
  const credentials = store.collection(CREDENTIALS);
  const records = store.collection(CAMERAS);

  function doubtOf({ sourceType, credentialId }: CameraRecord): string | undefined {
    if (sourceType !== 'google' || credentialId === null) return undefined;
    const tokens = credentials.get(String(credentialId))?.sealedTokens ?? null;
    return tokens === null ? REASON : undefined;
  }

  return {
    doubtOf,
    close: bus.on('event', ({ domain, event }) => {
      if (domain !== 'credentials' || event === 'reauthenticated') return;
      const blind = [...records.values()].filter((camera) => isInUse(camera) && doubtOf(camera) !== undefined);
      const isThere = event === 'authenticated';
      // Another login may still be lost; and where it is nobody's, nobody misses it.
      if (isThere === blind.length > 0) return;
      cameras
        .sourceChanged({ source: 'google', isThere, reason: REASON, cameras: blind.length })
        .catch((error: unknown) => log.error({ err: error, source: 'google' }, 'an event was lost'));
    }),
  };
}
