/** Owns the login of the configured user at NestMTX: lends it to our own requests, and to nobody who is not the operator. */

import type { Client } from '../client/client.ts';
import type { Request, RequestOptions } from '../client/requests/requests.ts';
import { ApiError } from '../protocol/api-error.ts';
import { isObject } from '../protocol/envelope.ts';

export interface UpstreamUser {
  readonly username: string;
  readonly password: string;
}

export interface UpstreamLogin {
  /** As `Client.request`; a token that is refused is renewed once. @throws ApiError `unauthorized` when no user is configured */
  request(request: Omit<Request, 'token'>, options?: RequestOptions): Promise<unknown>;
}

/** @param client is never logged in itself: it carries the requests of strangers too, who must not borrow our rights */
export function createUpstreamLogin(client: Client, user: UpstreamUser | undefined): UpstreamLogin {
  let token: string | undefined;

  async function logIn(): Promise<string> {
    if (!user) throw new ApiError('unauthorized');
    const { username, password } = user;
    const answer = await client.request({ command: 'create', module: 'auth', payload: { username, password } });
    if (!isObject(answer) || typeof answer['bearer'] !== 'string') {
      throw new ApiError('upstream_failed', { message: 'NestMTX answered the login without a token' });
    }
    token = answer['bearer'];
    return token;
  }

  return {
    async request(request, options) {
      const used = token;
      try {
        if (used !== undefined) return await client.request({ ...request, token: used }, options);
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 'unauthorized') throw error;
      }
      return client.request({ ...request, token: await logIn() }, options);
    },
  };
}
