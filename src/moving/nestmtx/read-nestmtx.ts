/** Owns the reading of a NestMTX over its API: users, credentials opened with its APP_KEY, cameras. Asks for lists and changes nothing. */

import { ApiError } from '../../protocol/api-error.ts';
import { isObject, type JsonObject } from '../../protocol/envelope.ts';
import type { Household, LeftBehind, MovingCamera, MovingCredentials, MovingUser } from '../household.ts';
import { openNestMtx } from './encryption.ts';

/** Asks as somebody who has logged in. */
type Ask = (request: {
  readonly command: 'list';
  readonly module: string;
  readonly payload: Readonly<Record<string, unknown>>;
}) => Promise<unknown>;

const PAGE_SIZE = 100;
const MAX_PAGES = 1000;

/** @throws ApiError `upstream_failed` for answers that are none, and when APP_KEY opens nothing; whatever `ask` throws */
export async function readNestMtx(ask: Ask, appKey: string): Promise<Household> {
  const users = await listAll(ask, 'users');
  const credentials = await listAll(ask, 'credentials');
  const cameras = await listAll(ask, 'cameras');
  return {
    users: users.flatMap((user) => userOf(user) ?? []),
    credentials: credentials.map((one) => credentialsOf(one, appKey)),
    cameras: cameras.flatMap((camera) => cameraOf(camera) ?? []),
    left: [...unreadable('user', users, userOf), ...unreadable('camera', cameras, cameraOf)],
  };
}

/** In the order of their ids. */
async function listAll(ask: Ask, module: string): Promise<JsonObject[]> {
  const items: unknown[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const answer = await ask({ command: 'list', module, payload: { page, itemsPerPage: PAGE_SIZE } });
    if (!isObject(answer) || !Array.isArray(answer['items'])) throw failure(`its list of ${module} cannot be read`);
    items.push(...answer['items']);
    if (items.length === answer['total'])
      return items.filter(isObject).sort((a, b) => Number(a['id']) - Number(b['id']));
    if (answer['items'].length < PAGE_SIZE) throw failure(`its list of ${module} changed while it was read`);
  }
  throw failure(`its list of ${module} has no end`);
}

function userOf({ id, username, can_login }: JsonObject): MovingUser | undefined {
  if (!isId(id) || typeof username !== 'string' || username === '') return undefined;
  return { id, username, canLogin: can_login === true || can_login === 1 };
}

function credentialsOf(row: JsonObject, appKey: string): MovingCredentials {
  const { id, description, token_redirect_url: redirect } = row;
  const open = (key: string) => {
    const written = row[key];
    if (typeof written !== 'string') return null;
    const opened = openNestMtx(written, appKey);
    if (opened === undefined) throw failure(`this APP_KEY does not open its credentials ${String(description)}`);
    return opened;
  };
  const [clientId, clientSecret] = [open('oauth_client_id'), open('oauth_client_secret')];
  if (!isId(id) || typeof clientId !== 'string' || typeof clientSecret !== 'string') {
    throw failure(`its credentials ${String(description)} cannot be read`);
  }
  const dacProjectId = open('dac_project_id');
  return {
    id,
    description: String(description),
    client: { clientId, clientSecret, dacProjectId: typeof dacProjectId === 'string' ? dacProjectId : null },
    tokens: tokensOf(open('tokens')),
    tokenRedirectUrl: typeof redirect === 'string' ? redirect : null,
  };
}

/** The access token has ended long since or ends within the hour: it is renewed at once. */
function tokensOf(opened: unknown): MovingCredentials['tokens'] {
  const tokens: unknown = typeof opened === 'string' ? parsed(opened) : opened;
  if (!isObject(tokens) || typeof tokens['refresh_token'] !== 'string') return null;
  const { access_token: accessToken, refresh_token: refreshToken, scope } = tokens;
  return { accessToken: String(accessToken ?? ''), refreshToken, expiresAtMs: 0, scope: String(scope ?? '') };
}

function cameraOf(camera: JsonObject): MovingCamera | undefined {
  const { id, uid, credentialId, info } = camera;
  if (!isId(id) || typeof uid !== 'string' || uid === '') return undefined;
  return {
    id,
    uid,
    credentialId: isId(credentialId) ? credentialId : null,
    room: textOf(camera, 'room') ?? 'Unknown',
    name: textOf(camera, 'name') ?? uid,
    info: isObject(info) ? info : null,
    mtxPath: textOf(camera, 'mtx_path'),
    isEnabled: camera['is_enabled'] === true,
    isPersistent: camera['is_persistent'] === true,
    // Its streams are its own.
    expiresAt: null,
    sourceType: 'google',
  };
}

function unreadable(
  kind: LeftBehind['kind'],
  rows: readonly JsonObject[],
  read: (row: JsonObject) => unknown,
): LeftBehind[] {
  const left = rows.filter((row) => read(row) === undefined);
  return left.map(({ id, name, username }) => ({
    kind,
    name: String(name ?? username ?? id),
    reason: 'it has no id or no name that could be read',
  }));
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function textOf(row: JsonObject, key: string): string | null {
  const value = row[key];
  return typeof value === 'string' && value !== '' ? value : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failure(what: string): ApiError {
  return new ApiError('upstream_failed', { message: `NestMTX answered, but ${what}` });
}
