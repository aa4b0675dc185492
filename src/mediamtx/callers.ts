/** Owns who on the network is MediaMTX: a program on this machine, or whoever knows the shared secret. */

import type { DirectCall } from '../core/direct-calls.ts';
import { isFromThisMachine } from '../core/network.ts';
import type { Log, Secrets } from '../core/ports.ts';
import { ApiError } from '../protocol/api-error.ts';

export interface Callers {
  /** @throws ApiError `unauthorized` */
  admit(call: DirectCall): void;
  /** Whether somebody was refused since the last who was let in. */
  readonly isRefusing: boolean;
}

/** @param secret sent as a bearer token, or as the password of a Basic login; without one only this machine may call */
export function createCallers(secrets: Pick<Secrets, 'digest'>, secret: string | undefined, log: Log): Callers {
  const expected = secret === undefined ? undefined : secrets.digest(secret);
  let isTold = false;
  let isRefusing = false;

  /** Events come late then, and nobody would know why. */
  function tellOnce({ address }: DirectCall): void {
    if (isTold) return;
    isTold = true;
    log.warn({ address }, 'a hook was refused: from another machine it must carry HOOK_SECRET');
  }

  return {
    get isRefusing() {
      return isRefusing;
    },
    admit(call) {
      const given = secretOf(call);
      // Who shows a secret is judged by it. Digests of one length leave nothing to be measured.
      const isKnown = given.length > 0 && expected !== undefined ? given.some(isExpected) : isFromThisMachine(call);
      isRefusing = !isKnown;
      if (isKnown) return;
      tellOnce(call);
      throw new ApiError('unauthorized');
    },
  };

  function isExpected(given: string): boolean {
    return secrets.digest(given) === expected;
  }
}

/** MediaMTX can only send what stands in the address that it calls, which is a Basic login. None, or the readings of what was sent. */
function secretOf({ headers }: DirectCall): string[] {
  const [, scheme = '', value = ''] = /^(Bearer|Basic) +(\S+) *$/i.exec(String(headers['authorization'] ?? '')) ?? [];
  if (value === '') return [];
  // Headers are read as Latin-1, and most programs send UTF-8.
  if (scheme.toLowerCase() === 'bearer') return [value, Buffer.from(value, 'latin1').toString()];
  const login = Buffer.from(value, 'base64').toString();
  return [login.slice(login.indexOf(':') + 1)];
}
