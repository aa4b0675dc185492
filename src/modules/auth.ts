/** Owns the `auth` module: logging in, seeing one's own tokens, logging out (contract 2.7, N-30 to N-32). */

import type { FailedLogins } from '../core/accounts/failed-logins.ts';
import type { Logins } from '../core/accounts/logins.ts';
import { type Session, type Sessions, userOf } from '../core/accounts/sessions.ts';
import type { Call, Module } from '../core/requests/registry.ts';
import { isoOffset } from '../core/wire-time.ts';
import { ApiError } from '../protocol/api-error.ts';
import {
  FAILED_LOGINS,
  type FailedLoginList,
  LOGGED_IN,
  LOGIN,
  type Login,
  TOKEN_LIST,
  TOKENS,
  type TokenInfo,
} from '../protocol/entities/auth.ts';

interface Ports {
  readonly logins: Logins;
  readonly sessions: Sessions;
  readonly failedLogins: FailedLogins;
  /** Called when a token was revoked, so that connections opened with it are closed. */
  readonly userChanged: (userId: number) => void;
}

export function authModule({ logins, sessions, failedLogins, userChanged }: Ports): Module {
  async function logIn({ payload, session, origin }: Call): Promise<Login> {
    if (session) throw new ApiError('already_logged_in');
    const { username, password, rememberMe, name } = payload;
    const isUsable = typeof username === 'string' && typeof password === 'string' && password !== '';
    const user = isUsable ? await logins.checkForApi({ username, password, address: origin.address }) : undefined;
    if (!user) throw new ApiError('invalid_credentials');
    const { token, expiresAtMs } = await sessions.issue(user, {
      rememberMe: rememberMe === true,
      name: typeof name === 'string' ? name : undefined,
    });
    return { bearer: token, expiration: isoOffset(expiresAtMs), user: userOf(user) };
  }

  async function logOut({ entity, session }: Call): Promise<void> {
    const own = loggedIn(session);
    const userId = await sessions.revoke(own, entity);
    if (userId === undefined) throw new ApiError('not_found');
    userChanged(userId);
  }

  function list({ session, payload: { everybody } }: Call): TokenInfo[] {
    const own = loggedIn(session);
    if (everybody === true && own.user.role !== 'admin') throw new ApiError('forbidden');
    return sessions.list(own, everybody === true);
  }

  function readFailed({ entity }: Call): FailedLoginList {
    if (entity !== 'failed') throw new ApiError('not_found');
    const items = failedLogins.recent().map(({ lastMs, ...login }) => ({ ...login, last_at: isoOffset(lastMs) }));
    return { count: failedLogins.count, items };
  }

  return {
    name: 'auth',
    summary: 'Log in, see your tokens, log out',
    operations: {
      list: {
        summary:
          'List your own tokens, without their secrets: what they are called, when and from where they were used last',
        schema: TOKEN_LIST,
        result: TOKENS,
        run: list,
      },
      read: {
        summary: 'Read the logins that failed lately, with the entity `failed`',
        result: FAILED_LOGINS,
        run: readFailed,
      },
      create: { summary: 'Log in with username and password', schema: LOGIN, result: LOGGED_IN, run: logIn },
      delete: { summary: 'Revoke one of your tokens, or `current`; an administrator any', run: logOut },
    },
  };
}

function loggedIn(session: Session | undefined): Session {
  if (!session) throw new ApiError('unauthorized');
  return session;
}
