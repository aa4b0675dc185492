/**
 * Owns the memory of logins that were verified lately, so that a client that connects often pays for one slow hash.
 * Keeps no password, only a keyed digest that is worthless outside this process. Remembers no failures.
 */

import { createHmac, randomBytes } from 'node:crypto';
import type { VerifiedLogins } from '../core/accounts/logins.ts';
import type { Clock } from '../core/ports.ts';

interface Verified {
  readonly username: string;
  readonly expiresAtMs: number;
}

interface Verifying {
  readonly username: string;
  readonly result: Promise<boolean>;
}

const TTL_MS = 10 * 60_000;
const MAX_LOGINS = 1000;

/** What is verified counts for 10 minutes, for the 1,000 logins used last. */
export function createVerifiedCache(clock: Pick<Clock, 'monotonicMs'>): VerifiedLogins {
  const processKey = randomBytes(32);
  /** The one used longest ago comes first. */
  const verified = new Map<string, Verified>();
  const verifying = new Map<string, Verifying>();

  const isVerified = (key: string) => {
    const known = verified.get(key);
    verified.delete(key);
    if (known === undefined || known.expiresAtMs <= clock.monotonicMs()) return false;
    verified.set(key, known);
    return true;
  };

  const remember = (key: string, username: string) => {
    verified.set(key, { username, expiresAtMs: clock.monotonicMs() + TTL_MS });
    for (const oldest of verified.keys()) {
      if (verified.size <= MAX_LOGINS) break;
      verified.delete(oldest);
    }
  };

  const verifyOnce = (key: string, username: string, slow: () => Promise<boolean>) => {
    const run = async () => {
      try {
        const matches = await slow();
        if (matches && verifying.get(key) === flight) remember(key, username);
        return matches;
      } finally {
        if (verifying.get(key) === flight) verifying.delete(key);
      }
    };
    const flight: Verifying = { username, result: Promise.resolve().then(run) };
    verifying.set(key, flight);
    return flight.result;
  };

  return {
    async verify({ username, password, generation }, slow) {
      // As JSON, so that no two logins run together to one text.
      const text = JSON.stringify([username, password, generation]);
      const key = createHmac('sha256', processKey).update(text).digest('base64url');
      if (isVerified(key)) return true;
      return verifying.get(key)?.result ?? verifyOnce(key, username, slow);
    },

    // What is being verified meanwhile is forgotten too.
    forget(username) {
      for (const logins of [verified, verifying]) {
        for (const [key, login] of logins) if (login.username === username) logins.delete(key);
      }
    },
  };
}
