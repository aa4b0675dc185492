/**
 * Owns `POST /hooks/mediamtx/auth`, which MediaMTX asks with `authMethod: http`: who may watch, publish and use its API, decided by
 * our users and cameras. Whoever sends no login is told to send one, and is no failed login.
 */

import type { Logins } from '../core/accounts/logins.ts';
import { USERS, type UserRecord } from '../core/accounts/records.ts';
import type { Sessions } from '../core/accounts/sessions.ts';
import { isInUse } from '../core/cameras/expectation.ts';
import { CAMERAS } from '../core/cameras/records.ts';
import type { DirectRoute } from '../core/direct-calls.ts';
import type { Secrets } from '../core/ports.ts';
import type { Store } from '../core/store.ts';
import { ApiError } from '../protocol/api-error.ts';
import type { JsonObject } from '../protocol/envelope.ts';
import { notOneOf } from '../protocol/violation.ts';
import type { ControlAddress } from './control-exchange.ts';
import type { Viewers } from './viewers.ts';

interface Parts {
  readonly store: Store;
  readonly secrets: Pick<Secrets, 'digest'>;
  readonly sessions: Pick<Sessions, 'find' | 'isLive'>;
  readonly logins: Logins;
  /** Its login is our own: we ask the control API with it and take snapshots. */
  readonly address: ControlAddress;
  readonly viewers: Viewers;
}

interface Login {
  readonly username: string;
  readonly password: string;
  /** A bearer token; MediaMTX puts a password here too. */
  readonly token: string;
}

interface Admitted {
  readonly user: UserRecord;
  /** Of the token that was shown, if it was one. */
  readonly tokenId?: string;
}

const ACTIONS = ['read', 'playback', 'publish', 'api', 'metrics', 'pprof'] as const;
type Action = (typeof ACTIONS)[number];

/** @param hooks what answers every other call below `/hooks/mediamtx` */
export function withAuthorisation(hooks: DirectRoute, parts: Parts): DirectRoute {
  const { store, secrets, sessions, logins, address, viewers } = parts;
  const users = store.collection(USERS);
  const cameras = store.collection(CAMERAS);
  const ours = address.username === undefined ? undefined : keyOf(address.username, address.password ?? '');

  function keyOf(username: string, password: string): string {
    return secrets.digest(JSON.stringify([username, password]));
  }

  async function whoIs({ username, password, token }: Login, viewer: string): Promise<Admitted | undefined> {
    const session = sessions.find(token, viewer) ?? sessions.find(password, viewer);
    // A token needs no name beside it, but may not stand beside another's.
    if (session && (username === '' || username === session.user.username)) return session;
    if (username === '') return undefined;
    const user = await logins.checkForApi({ username, password, address: viewer || undefined, isViewer: true });
    return user && { user };
  }

  function stillHolds({ user: { id, generation }, tokenId }: Admitted, action: Action, path: string): boolean {
    const user = users.get(id);
    if (!user?.canLogin || !isAllowed(user, action, path)) return false;
    return tokenId === undefined ? user.generation === generation : sessions.isLive(tokenId);
  }

  function isAllowed({ role }: UserRecord, action: Action, path: string): boolean {
    if (role === 'admin') return true;
    const camera = cameras.by('mtxPath', path);
    if (!camera || !isInUse(camera)) return false;
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
    const admitted = await whoIs(login, text(question, 'ip'));
    if (!admitted) throw new ApiError('unauthorized');
    const path = text(question, 'path');
    if (!isAllowed(admitted.user, action, path)) throw new ApiError('forbidden');
    const isRight = () => stillHolds(admitted, action, path);
    viewers.letIn({ id: text(question, 'id'), userId: admitted.user.id, isRight });
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
