/** Owns the login of a client: its bearer token, and the credentials to get a new one; nothing is written down. */

import { ApiError } from '../../protocol/api-error.ts';
import type { Login } from '../../protocol/entities/auth.ts';
import { isObject } from '../../protocol/envelope.ts';
import type { Clock } from '../environment.ts';
import type { Requests } from './requests.ts';

export interface LoginOptions {
  /** The token lasts 30 days instead of one, where the server knows the difference. */
  readonly rememberMe?: boolean | undefined;
}

export interface TokenKeeper {
  /** @throws ApiError `invalid_credentials`; an earlier login stays then */
  login(username: string, password: string, options?: LoginOptions): Promise<Login>;
  /** The token to send now, renewed when it is about to end; undefined without a login. */
  current(): Promise<string | undefined>;
  /** A token in place of one that the server refused; undefined without a login. */
  replace(refused: string): Promise<string | undefined>;
  /** Forgets the login; returns the token it had. */
  forget(): string | undefined;
}

interface Kept {
  readonly credentials: readonly [username: string, password: string, options: LoginOptions];
  readonly token: string;
  readonly renewAtMs: number;
}

export function createTokenKeeper(send: Requests['send'], clock: Clock): TokenKeeper {
  let kept: Kept | undefined;
  let renewal: Promise<string | undefined> | undefined;

  async function login(username: string, password: string, options: LoginOptions = {}): Promise<Login> {
    const payload = { username, password, ...(options.rememberMe ? { rememberMe: true } : {}) };
    const answer = await send({ command: 'create', module: 'auth', payload });
    if (!isLogin(answer)) throw new ApiError('upstream_failed', { message: 'The login was answered without a token' });
    const renewAtMs = renewalTime(answer.expiration, clock.now());
    kept = { credentials: [username, password, options], token: answer.bearer, renewAtMs };
    return answer;
  }

  /** Many requests may want it at once; one login serves them all. */
  function renew({ credentials }: Kept): Promise<string | undefined> {
    renewal ??= login(...credentials)
      .then(
        () => kept?.token,
        (error: unknown) => {
          // The password was changed: trying it again with each request would only lock the name.
          if (error instanceof ApiError && error.code === 'invalid_credentials') kept = undefined;
          throw error;
        },
      )
      .finally(() => {
        renewal = undefined;
      });
    return renewal;
  }

  return {
    login,
    current: async () => {
      if (!kept || clock.now() < kept.renewAtMs) return kept?.token;
      return renew(kept);
    },
    replace: async (refused) => {
      if (!kept || kept.token !== refused) return kept?.token;
      return renew(kept);
    },
    forget: () => {
      const token = kept?.token;
      kept = undefined;
      return token;
    },
  };
}

/** When nine tenths of its life are over; never for a token that seems dead already, since then one of the clocks is wrong. */
function renewalTime(expiration: string, nowMs: number): number {
  const lifeMs = Date.parse(expiration) - nowMs;
  return lifeMs > 0 ? nowMs + 0.9 * lifeMs : Number.POSITIVE_INFINITY;
}

function isLogin(value: unknown): value is Login {
  return isObject(value) && typeof value['bearer'] === 'string' && typeof value['expiration'] === 'string';
}
