/** Owns the `auth` module: logging in, seeing one's own tokens, logging out (contract 2.7, N-30 to N-32). */

import type { Logins } from '../core/accounts/logins.ts';
import { type Session, type Sessions, userOf } from '../core/accounts/sessions.ts';
import type { Call, Module } from '../core/requests/registry.ts';
import { isoOffset } from '../core/wire-time.ts';
import { ApiError } from '../protocol/api-error.ts';
import { LOGGED_IN, LOGIN, type Login, TOKENS, type TokenInfo } from '../protocol/entities/auth.ts';

interface Ports {
  readonly logins: Logins;
  readonly sessions: Sessions;
  /** Called when a token was revoked, so that connections opened with it are closed. */
  readonly userChanged: (userId: number) => void;
}

export function authModule({ logins, sessions, userChanged }: Ports): Module {
  async function logIn({ payload, session, origin }: Call): Promise<Login> {
    if (session) throw new ApiError('already_logged_in');
    const { username, password, rememberMe } = payload;
    const isUsable = typeof username === 'string' && typeof password === 'string' && password !== '';
    const user = isUsable ? await logins.checkForApi({ username, password, address: origin.address }) : undefined;
    if (!user) throw new ApiError('invalid_credentials');
    const { token, expiresAtMs } = await sessions.issue(user, rememberMe === true);
    return { bearer: token, expiration: isoOffset(expiresAtMs), user: userOf(user) };
  }

  async function logOut({ entity, session }: Call): Promise<void> {
    const own = loggedIn(session);
    if (!(await sessions.revoke(own, entity))) throw new ApiError('not_found');
    userChanged(Number(own.user.id));
  }

  return {
    name: 'auth',
    summary: 'Log in, see your tokens, log out',
    operations: {
      list: {
        summary: 'List your own tokens, without their secrets',
        result: TOKENS,
        run: ({ session }): TokenInfo[] => sessions.list(loggedIn(session)),
      },
      create: { summary: 'Log in with username and password', schema: LOGIN, result: LOGGED_IN, run: logIn },
      delete: { summary: 'Revoke one of your tokens, or `current`', run: logOut },
    },
  };
}

function loggedIn(session: Session | undefined): Session {
  if (!session) throw new ApiError('unauthorized');
  return session;
}
