/** Owns the login of the configured user at NestMTX: lends it to our own requests, and to nobody who is not the operator. */

import type { Client } from '../client/client.ts';
import type { Request, RequestOptions } from '../client/requests/requests.ts';
import { doubledMs } from '../connection/back-off.ts';
import type { Clock } from '../core/ports.ts';
import { ApiError } from '../protocol/api-error.ts';
import { isObject } from '../protocol/envelope.ts';
import type { KeptToken } from './kept-token.ts';

export interface UpstreamUser {
  readonly username: string;
  readonly password: string;
}

export interface UpstreamLogin {
  /**
   * As `Client.request`; a token that is refused is renewed once.
   * @throws ApiError `unauthorized` when no user is configured, `unavailable` when NestMTX does not take him
   */
  request(request: Omit<Request, 'token'>, options?: RequestOptions): Promise<unknown>;
  /** NestMTX does not take name and password: it is asked again, ever more rarely. */
  readonly isRefused: boolean;
}

interface Parts {
  /** Never logged in itself: it carries the requests of strangers too, who must not borrow our rights. */
  readonly client: Client;
  readonly user: UpstreamUser | undefined;
  readonly kept: KeptToken | undefined;
  readonly clock: Clock;
}

/** Somebody changed the password, and nobody here can know the new one: to go on guessing looks like an attack. */
const PAUSES = { firstMs: 60_000, longestMs: 60 * 60_000 };

export function createUpstreamLogin({ client, user, kept, clock }: Parts): UpstreamLogin {
  let token = kept?.read();
  let loggingIn: Promise<string> | undefined;
  let refusals = 0;
  let pausedUntilMs = 0;

  async function logIn(): Promise<string> {
    if (!user) throw new ApiError('unauthorized');
    if (clock.monotonicMs() < pausedUntilMs) throw refused();
    const bearer = await bearerFor(user);
    accepted();
    token = bearer;
    await kept?.keep(bearer);
    return bearer;
  }

  function accepted(): void {
    refusals = 0;
    pausedUntilMs = 0;
  }

  async function bearerFor({ username, password }: UpstreamUser): Promise<string> {
    try {
      const answer = await client.request({ command: 'create', module: 'auth', payload: { username, password } });
      if (isObject(answer) && typeof answer['bearer'] === 'string') return answer['bearer'];
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'invalid_credentials') throw error;
      refusals += 1;
      pausedUntilMs = clock.monotonicMs() + doubledMs(refusals, PAUSES);
      throw refused(error);
    }
    throw new ApiError('upstream_failed', { message: 'NestMTX answered the login without a token' });
  }

  /** Who needs a login while there is one under way waits for it: each leaves a row in NestMTX. */
  function login(): Promise<string> {
    loggingIn ??= logIn().finally(() => {
      loggingIn = undefined;
    });
    return loggingIn;
  }

  return {
    get isRefused() {
      return refusals > 0;
    },
    async request(request, options) {
      const used = token;
      try {
        if (used !== undefined) {
          const answer = await client.request({ ...request, token: used }, options);
          accepted();
          return answer;
        }
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 'unauthorized') throw error;
      }
      // Somebody else may have logged in meanwhile.
      const fresh = token === used || token === undefined ? await login() : token;
      return client.request({ ...request, token: fresh }, options);
    },
  };
}

function refused(cause?: ApiError): ApiError {
  return new ApiError('unavailable', {
    message: 'NestMTX does not take FOLLOW_USERNAME and FOLLOW_PASSWORD',
    ...(cause ? { cause } : {}),
  });
}
