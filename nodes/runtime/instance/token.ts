/** Owns the bearer token of an account at the instance API: got when first needed, renewed before its end, replaced when it is refused. */

import type { Clock } from '../../../src/client/environment.ts';
import { isObject } from '../../../src/protocol/envelope.ts';
import { InstanceApiError, refusalOf } from './error.ts';
import type { Answer } from './exchange.ts';

export type AccountLogin =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'password'; readonly username: string; readonly password: string };

export interface InstanceTokens {
  /** @throws InstanceApiError `invalid_credentials`, and for a minute again without asking */
  current(): Promise<string>;
  /** @returns another one, undefined when there is none */
  replace(refused: string): Promise<string | undefined>;
}

interface Kept {
  readonly token: string;
  readonly renewAtMs: number;
}

/** What a token lasts that does not say so itself, and was not asked to last longer (contract 3.2). */
const LIFE_MS = 86_400_000;
/** A wrong password is not tried more often: servers lock names. */
const RETRY_MS = 60_000;

/** @param post sends the login */
export function createInstanceTokens(
  login: AccountLogin,
  post: (body: object) => Promise<Pick<Answer, 'status' | 'body'>>,
  clock: Clock,
): InstanceTokens {
  if (login.kind === 'token') return { current: async () => login.token, replace: async () => undefined };
  const { username, password } = login;
  // The original knows only addresses of mail (contract 2.1).
  const name = username.includes('@') ? { email: username } : { username };
  let kept: Kept | undefined;
  let attempt: Promise<string> | undefined;
  let refusal: { readonly error: InstanceApiError; readonly untilMs: number } | undefined;

  async function start(): Promise<string> {
    if (refusal && clock.now() < refusal.untilMs) throw refusal.error;
    const { status, body } = await post({ ...name, password });
    const token = isObject(body) ? body['token'] : undefined;
    if (status === 200 && typeof token === 'string') {
      refusal = undefined;
      kept = { token, renewAtMs: renewalTime(token, clock.now()) };
      return token;
    }
    if (status !== 401) throw refusalOf(status === 200 ? 502 : status, body);
    const error = new InstanceApiError(status, refusalOf(status, body).message, { code: 'invalid_credentials' });
    refusal = { error, untilMs: clock.now() + RETRY_MS };
    throw error;
  }

  /** Many calls may want it at once; one login serves them all. */
  function renew(): Promise<string> {
    attempt ??= start().finally(() => {
      attempt = undefined;
    });
    return attempt;
  }

  return {
    current: async () => (kept && clock.now() < kept.renewAtMs ? kept.token : renew()),
    replace: async (refused) => {
      if (kept && kept.token !== refused) return kept.token;
      kept = undefined;
      return renew();
    },
  };
}

/** When nine tenths of its life are over; never for a token that seems dead already, since then one of the clocks is wrong. */
function renewalTime(token: string, nowMs: number): number {
  const lifeMs = (endOf(token) ?? nowMs + LIFE_MS) - nowMs;
  return lifeMs > 0 ? nowMs + 0.9 * lifeMs : Number.POSITIVE_INFINITY;
}

/** Milliseconds since 1970, where the token is a JWT that says it (RFC 7519, 4.1.4), as the original's is. */
function endOf(token: string): number | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const seconds = isObject(claims) ? claims['exp'] : undefined;
    return typeof seconds === 'number' ? seconds * 1000 : undefined;
  } catch {
    return undefined;
  }
}
