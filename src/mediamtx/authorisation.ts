/**
 * Owns `POST /hooks/mediamtx/auth`, which MediaMTX asks with `authMethod: http`: who may watch, publish and use its API, decided by
 * our users and cameras. Whoever sends no login is told to send one, and is no failed login.
 */

import type { Logins } from '../core/accounts/logins.ts';
import type { UserRecord } from '../core/accounts/records.ts';
import type { Sessions } from '../core/accounts/sessions.ts';
import { CAMERAS } from '../core/cameras/records.ts';
import type { DirectRoute } from '../core/direct-calls.ts';
import type { Secrets } from '../core/ports.ts';
import type { Store } from '../core/store.ts';
import { ApiError } from '../protocol/api-error.ts';
import type { JsonObject } from '../protocol/envelope.ts';
import { notOneOf } from '../protocol/violation.ts';
import type { ControlAddress } from './control-exchange.ts';

interface Parts {
  readonly store: Store;
  readonly secrets: Pick<Secrets, 'digest'>;
  readonly sessions: Pick<Sessions, 'find'>;
  readonly logins: Logins;
  /** Its login is our own: we ask the control API with it and take snapshots. */
  readonly address: ControlAddress;
}

interface Login {
  readonly username: string;
  readonly password: string;
  /** A bearer token; MediaMTX puts a password here too. */
  readonly token: string;
}

const ACTIONS = ['read', 'playback', 'publish', 'api', 'metrics', 'pprof'] as const;
type Action = (typeof ACTIONS)[number];

/** @param hooks what answers every other call below `/hooks/mediamtx` */
export function withAuthorisation(hooks: DirectRoute, parts: Parts): DirectRoute {
  const { store, secrets, sessions, logins, address } = parts;
  const cameras = store.collection(CAMERAS);
  const ours = address.username === undefined ? undefined : keyOf(address.username, address.password ?? '');

  function keyOf(username: string, password: string): string {
    return secrets.digest(JSON.stringify([username, password]));
  }

  async function userOf({ username, password, token }: Login, viewer: string): Promise<UserRecord | undefined> {
    const session = sessions.find(token) ?? sessions.find(password);
    // A token needs no name beside it, but may not stand beside another's.
    if (session && (username === '' || username === session.user.username)) return session.user;
    return username === '' ? undefined : logins.checkForApi({ username, password, address: viewer || undefined });
  }

  function isAllowed({ role }: UserRecord, action: Action, path: string): boolean {
    if (role === 'admin') return true;
    const camera = cameras.by('mtxPath', path);
    if (!camera?.isEnabled) return false;
    if (action === 'publish') return camera.sourceType === 'publisher';
    return action === 'read' || action === 'playback';
  }

  async function authorise(question: JsonObject): Promise<number> {
    const login = {
      username: text(question, 'user'),
      password: text(question, 'password'),
      token: text(question, 'token'),
    };
    const action = ACTIONS.find((known) => known === question['action']);
    if (action === undefined) {
      const violation = notOneOf(['action'], ACTIONS, question['action']);
      throw new ApiError('invalid_payload', { message: violation.message, details: [violation] });
    }
    if (ours !== undefined && keyOf(login.username, login.password) === ours) return 200;
    const user = await userOf(login, text(question, 'ip'));
    if (!user) throw new ApiError('unauthorized');
    if (!isAllowed(user, action, text(question, 'path'))) throw new ApiError('forbidden');
    return 200;
  }

  return {
    admit: hooks.admit,
    answer: (call, body) => (call.name === 'auth' ? authorise(body) : hooks.answer(call, body)),
  };
}

/** MediaMTX sends what is not there as an empty text; older versions leave some of it out. */
function text(question: JsonObject, key: string): string {
  const value = question[key];
  return typeof value === 'string' ? value : '';
}
