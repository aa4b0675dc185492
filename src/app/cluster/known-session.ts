/** Owns that a token which another bridge has given out a moment ago is known before somebody is refused for it. */

import type { Sessions } from '../../core/accounts/sessions.ts';
import type { Secrets } from '../../core/ports.ts';
import type { Membership } from './join.ts';

interface Parts {
  readonly membership: Membership | undefined;
  readonly sessions: Pick<Sessions, 'isLive'>;
  readonly secrets: Pick<Secrets, 'digest'>;
}

/** Undefined for a bridge that stands alone. @returns of it: undefined where there is nothing to wait for */
export function knownSession({ membership, sessions, secrets }: Parts) {
  if (membership === undefined) return undefined;
  const { consistency } = membership;
  return (token: string): Promise<void> | undefined =>
    sessions.isLive(secrets.digest(token)) ? undefined : consistency.caughtUp().catch(() => undefined);
}
