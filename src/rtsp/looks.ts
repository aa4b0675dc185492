/** Owns which cameras are looked at, and how: the port of the prober, and how it is filled for cameras with an RTSP source. */

import { isLookedAt } from '../core/cameras/expectation.ts';
import type { Finding } from '../core/cameras/facts.ts';
import type { CameraRecord } from '../core/cameras/records.ts';
import type { Clock, Secrets } from '../core/ports.ts';
import { probe } from './probe.ts';

export interface Looks {
  readonly allows: (camera: CameraRecord) => boolean;
  /**
   * @param isUrgent its feed is wanted and does not come, or somebody asks
   * @param isBrief it was up a moment ago: what is found wrong is looked at again before it is told
   * @returns undefined where nothing can be said
   */
  readonly at: (
    camera: CameraRecord,
    how: { readonly isUrgent: boolean; readonly isBrief: boolean; readonly stopped: AbortSignal },
  ) => Promise<Finding | undefined>;
}

interface Parts {
  readonly secrets: Pick<Secrets, 'open'>;
  readonly clock: Clock;
  /** Whoever pulls the cameras trusts no certificate that cannot be verified. */
  readonly mustVerify: boolean;
}

export function rtspLooks({ secrets, clock, mustVerify }: Parts): Looks {
  return {
    allows: isLookedAt,
    at: ({ uid, sealedSourceUrl, fingerprint }, { isBrief, stopped }) =>
      probe(secrets.open(sealedSourceUrl ?? '', uid), { clock, stopped, mustVerify, fingerprint, isBrief }),
  };
}
