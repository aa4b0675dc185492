/** Owns the tokens of `login` on this machine, one for each service, in a file that only its owner can read. */

import { join } from 'node:path';
import { isObject } from '../protocol/envelope.ts';
import { Failure } from './failure.ts';
import type { Io } from './io.ts';

export interface SavedLogin {
  readonly username: string;
  /** Absent in files of an earlier version. */
  readonly userId?: number | undefined;
  readonly token: string;
  /** ISO 8601. */
  readonly expiration: string;
}

type Logins = Readonly<Record<string, unknown>>;

type Outside = Pick<Io, 'env' | 'files' | 'home'>;

/** One that has ended is none: it must not stand in the way of a better one. */
export async function savedLogin(io: Outside, url: string): Promise<SavedLogin | undefined> {
  const logins = await read(io);
  const login = Object.hasOwn(logins, url) ? logins[url] : undefined;
  return isSavedLogin(login) && Date.parse(login.expiration) > Date.now() ? login : undefined;
}

export async function saveLogin(io: Outside, url: string, login: SavedLogin): Promise<string> {
  const path = tokenPath(io);
  await io.files.writePrivate(path, `${JSON.stringify({ ...(await read(io)), [url]: login }, null, 2)}\n`);
  return path;
}

export async function forgetLogin(io: Outside, url: string): Promise<void> {
  const { [url]: _, ...others } = await read(io);
  if (Object.keys(others).length === 0) await io.files.remove(tokenPath(io));
  else await io.files.writePrivate(tokenPath(io), `${JSON.stringify(others, null, 2)}\n`);
}

function tokenPath({ env, home }: Outside): string {
  return join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'nestmtx-bridge', 'token.json');
}

async function read(io: Outside): Promise<Logins> {
  const path = tokenPath(io);
  const text = await io.files.read(path);
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Told below: the same cure for both.
  }
  throw new Failure(2, `${path} is not readable as JSON`, 'Delete it and log in again.');
}

function isSavedLogin(value: unknown): value is SavedLogin {
  return isObject(value) && typeof value['token'] === 'string' && typeof value['username'] === 'string';
}
