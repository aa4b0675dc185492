/** Owns the `auth` module: logging in, seeing one's own tokens, logging out (contract 2.7, N-30 to N-32). */

import type { FailedLogins } from '../core/accounts/failed-logins.ts';
import type { Logins } from '../core/accounts/logins.ts';
import { type Session, type Sessions, userOf } from '../core/accounts/sessions.ts';
import type { Others } from '../core/cluster/others.ts';
import { believing } from '../core/requests/belief.ts';
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
  /** In a cluster: failed logins are those at all bridges. */
  readonly others?: Others | undefined;
}

const FAILED = 'failed logins';
const believesFailed = believing<FailedLoginList>(FAILED_LOGINS);
/** What a bridge keeps alone. */
const MOST_FAILED = 100;

export function authModule({ logins, sessions, failedLogins, userChanged, others }: Ports): Module {
  others?.onAsked(FAILED, failedHere);

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

  async function readFailed({ entity }: Call): Promise<FailedLoginList> {
    if (entity !== 'failed') throw new ApiError('not_found');
    if (!others) return failedHere();
    const { answers, silent } = await others.ask(FAILED, null, believesFailed);
    const all = addedUp([failedHere(), ...answers.map(({ value }) => value)]);
    return { ...all, ...(silent.length > 0 && { unanswered: [...silent] }) };
  }

  function failedHere(): FailedLoginList {
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

/** Whoever goes from bridge to bridge is one. */
function addedUp(lists: readonly FailedLoginList[]): FailedLoginList {
  const byPair = new Map<string, FailedLoginList['items'][number]>();
  for (const one of lists.flatMap(({ items }) => items)) {
    const pair = JSON.stringify([one.username, one.network]);
    const { times = 0, last_at = '' } = byPair.get(pair) ?? {};
    byPair.set(pair, { ...one, times: times + one.times, last_at: last_at > one.last_at ? last_at : one.last_at });
  }
  const items = [...byPair.values()].sort((one, other) => (one.last_at < other.last_at ? 1 : -1));
  return { count: lists.reduce((sum, { count }) => sum + count, 0), items: items.slice(0, MOST_FAILED) };
}

function loggedIn(session: Session | undefined): Session {
  if (!session) throw new ApiError('unauthorized');
  return session;
}
