/** Owns the modules of the upstream stand-in, as contract 2.5 and 2.7 describe them, faults included. */

import { randomBytes } from 'node:crypto';
import { blankCamera, type UpstreamCamera } from './camera.ts';
import { isFields } from './envelope.ts';

type Payload = Readonly<Record<string, unknown>>;

export interface UpstreamUser {
  readonly id: number;
  readonly username: string;
  password: string;
  can_login: boolean;
}

interface UpstreamCall {
  readonly entity: string;
  readonly payload: Payload | undefined;
  readonly user: UpstreamUser | undefined;
}

type Operation = (call: UpstreamCall) => unknown;

export interface UpstreamModule {
  readonly isOpen?: true;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** All that outlives a restart. */
export interface UpstreamData {
  readonly users: Map<number, UpstreamUser>;
  readonly tokens: Map<string, number>;
  readonly cameras: Map<number, UpstreamCamera>;
  readonly credentials: Payload[];
  nextUserId: number;
}

export function newData(): UpstreamData {
  const system = { id: 0, username: 'system', password: randomBytes(16).toString('hex'), can_login: false };
  const first = { id: 1, username: 'nestmtx', password: 'nestmtx', can_login: true };
  return {
    users: new Map([system, first].map((user) => [user.id, user])),
    tokens: new Map(),
    cameras: new Map(),
    credentials: [],
    nextUserId: 2,
  };
}

export function modulesOf(data: UpstreamData, now: () => number): Readonly<Record<string, UpstreamModule>> {
  return {
    auth: { isOpen: true, operations: { create: (call) => logIn(data, now, call) } },
    users: { operations: users(data) },
    cameras: { operations: cameras(data, now) },
    credentials: { operations: credentials(data) },
    cronjobs: { operations: {} },
    htop: { operations: {} },
    health: { isOpen: true, operations: { list: () => HEALTH } },
    version: { isOpen: true, operations: { list: () => VERSION } },
    swagger: { isOpen: true, operations: { list: () => ({ openapi: '3.0.3', paths: {} }) } },
  };
}

export function shownUser({ id, username, can_login }: UpstreamUser): Payload {
  return { id, username, can_login };
}

const HEALTH = {
  healthy: 'healthy',
  details: {
    app: { healthy: true },
    setup: { healthy: true, meta: { systemUserConfigured: true, interfaceUserConfigured: true } },
  },
};

const VERSION = {
  release: '1.1.1',
  commit: '0000000',
  platform: 'linux/amd64',
  mediamtx: '1.9.0',
  database: 'better-sqlite3',
  gstreamer: '1.22.0',
  ffmpeg: '5.1.6',
};

function logIn({ users: known, tokens }: UpstreamData, now: () => number, { payload, user }: UpstreamCall): Payload {
  if (user) throw new Error('errors.auth.create.loggedIn');
  const found = [...known.values()].find(({ username }) => username === payload?.['username']);
  // `can_login` is not enforced; only the system user has a password that nobody knows.
  if (!found || found.password !== payload?.['password']) throw new Error('Invalid user credentials');
  const bearer = `oat_${randomBytes(24).toString('base64url')}`;
  tokens.set(bearer, found.id);
  const expiration = new Date(now() + 24 * 3600 * 1000).toISOString().replace('Z', '+00:00');
  return { bearer, expiration, user: shownUser(found) };
}

function users(data: UpstreamData): UpstreamModule['operations'] {
  const find = (entity: string) => row(data.users, entity);
  return {
    list: ({ payload }) =>
      page(payload, [...data.users.values()].filter(({ id }) => id !== 0).map(shownUser), ({ username }) => [username]),
    read: ({ entity }) => shownUser(find(entity)),
    create: ({ payload = {} }) => {
      const { username, password, can_login: canLogin } = payload;
      const insert = `insert into \`users\` (\`can_login\`, \`password\`, \`username\`) values (${canLogin}, '$scrypt$n=16384$hash', '${username}')`;
      if (typeof username !== 'string' || typeof password !== 'string') {
        throw new Error(`${insert} - SQLITE_CONSTRAINT: NOT NULL constraint failed: users.username`);
      }
      if ([...data.users.values()].some((user) => user.username === username)) {
        throw new Error(`${insert} - SQLITE_CONSTRAINT: UNIQUE constraint failed: users.username`);
      }
      const id = data.nextUserId;
      data.nextUserId += 1;
      data.users.set(id, { id, username, password, can_login: canLogin === true });
    },
    update: ({ entity, payload = {}, user }) => {
      const found = find(entity);
      const { password, can_login: canLogin } = payload;
      const changesLogin = typeof canLogin === 'boolean' && canLogin !== found.can_login;
      if (changesLogin && found.id === user?.id) throw new Error('errors.users.update.cannotChangeOwnLoginAbility');
      if (typeof password === 'string') found.password = password;
      if (typeof canLogin === 'boolean') found.can_login = canLogin;
    },
    delete: ({ entity, user }) => {
      if (entity === '0') throw new Error('errors.users.delete.cannotDeleteSystemUser');
      if (entity === String(user?.id)) throw new Error('errors.users.delete.cannotDeleteSelf');
      const { id } = find(entity);
      data.users.delete(id);
      for (const [token, owner] of data.tokens) if (owner === id) data.tokens.delete(token);
    },
  };
}

function cameras(data: UpstreamData, now: () => number): UpstreamModule['operations'] {
  return {
    list: ({ payload }) => page(payload, [...data.cameras.values()], ({ room, name }) => [room, name]),
    read: ({ entity }) => row(data.cameras, entity),
    update: ({ entity, payload = {} }) => {
      const camera = row(data.cameras, entity);
      const { mtx_path: path, is_enabled: isEnabled, is_persistent: isPersistent = camera.is_persistent } = payload;
      if (path === undefined) throw new TypeError("Cannot read properties of undefined (reading 'length')");
      if (!path && (isEnabled || isPersistent)) throw new Error('errors.cameras.update.mtxPathIsRequired');
      const isTaken = [...data.cameras.values()].some((other) => other.id !== camera.id && other.mtx_path === path);
      if (path !== null && isTaken) throw new Error('errors.cameras.update.mtxPathAlreadyInUse');
      const changed = blankCamera({
        ...camera,
        mtx_path: path === null ? null : String(path),
        is_enabled: Boolean(isEnabled),
        // It is disabling that clears it: a camera that is disabled already keeps what it is given.
        is_persistent: (Boolean(isEnabled) || !camera.is_enabled) && Boolean(isPersistent),
        updatedAt: new Date(now()).toISOString().replace('Z', '+00:00'),
      });
      data.cameras.set(camera.id, changed);
    },
  };
}

function credentials({ credentials: rows }: UpstreamData): UpstreamModule['operations'] {
  return {
    list: ({ payload }) => page(payload, rows, ({ description }) => [description]),
    // A bare number on the wire, without any object around it.
    create: ({ payload }) => rows.push({ id: rows.length + 1, ...payload }),
  };
}

function row<Row>(rows: ReadonlyMap<number, Row>, entity: string): Row {
  const found = rows.get(Number(entity));
  if (!found) throw new Error('Row not found');
  return found;
}

const NO_PAYLOAD = { search: null, page: '1', itemsPerPage: '10', sortBy: null };

/** Contract 2.5: defaults for all keys or for none, and every row when either number is missing. */
function page<Item extends object>(
  payload: Payload | undefined,
  rows: readonly Item[],
  searched: (item: Item) => readonly unknown[],
): Payload {
  const asked: Payload = isFields(payload) ? payload : NO_PAYLOAD;
  const { search } = asked;
  const found = rows.filter((item) => !search || searched(item).some((text) => String(text).includes(String(search))));
  const newestFirst = [...found].reverse();
  const number = wholeNumber(asked['page']);
  const size = wholeNumber(asked['itemsPerPage']);
  const start = number === null || size === null ? 0 : (number - 1) * size;
  const items = newestFirst.slice(start, number === null || size === null ? undefined : start + size);
  return { ...asked, page: number, itemsPerPage: size, total: found.length, items };
}

function wholeNumber(value: unknown): number | null {
  const parsed = Number.parseInt(String(value), 10);
  return Number.isNaN(parsed) ? null : Math.max(1, parsed);
}
