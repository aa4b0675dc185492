/** Owns how a user is named on the command line: by name, or by id where no user has that name. */

import { isObject } from '../../protocol/envelope.ts';
import { suggestion } from '../arguments.ts';
import type { Context } from '../command.ts';
import { Failure } from '../failure.ts';
import { locate } from '../locate.ts';
import type { Service } from '../service.ts';
import { savedLogin } from '../token-file.ts';

export interface ListedUser {
  readonly id: number;
  readonly username: string;
  readonly can_login: boolean;
  /** Upstream has no roles. */
  readonly role?: string | undefined;
  /** MQTT instances, which go with the user. */
  readonly instances?: number | undefined;
  /** Of a device. */
  readonly topics?: readonly string[] | undefined;
}

const PAGE_SIZE = 1000;

/** Every user whose name holds `search`, page by page. */
export async function listUsers(service: Service, search: string | undefined): Promise<ListedUser[]> {
  const found: ListedUser[] = [];
  for (let page = 1; ; page += 1) {
    const payload = { search: search ?? null, page, itemsPerPage: PAGE_SIZE, sortBy: null };
    const answer = await service.request({ command: 'list', module: 'users', payload });
    const items = isObject(answer) && Array.isArray(answer['items']) ? answer['items'].filter(isListedUser) : [];
    found.push(...items);
    if (items.length < PAGE_SIZE) return found.sort((one, other) => one.id - other.id);
  }
}

/** @throws Failure when there is no such user, with the nearest name as a suggestion */
export async function findUser(service: Service, written: string): Promise<ListedUser> {
  const users = await listUsers(service, undefined);
  const found = users.find(({ username }) => username === written) ?? users.find(({ id }) => String(id) === written);
  if (found) return found;
  const names = users.map(({ username }) => username);
  throw new Failure(1, `there is no user ${written}${suggestion(written, names)}`, 'Run nestmtx-bridge users list.');
}

/** Undefined where the saved login is somebody else's, or does not say whose. */
export async function findOneself(
  context: Context,
  written: string,
): Promise<Pick<ListedUser, 'id' | 'username'> | undefined> {
  const { url } = await locate(context);
  const { username, userId } = (await savedLogin(context.io, url)) ?? {};
  if (userId === undefined || username === undefined) return undefined;
  return written === username || written === String(userId) ? { id: userId, username } : undefined;
}

function isListedUser(value: unknown): value is ListedUser {
  if (!isObject(value) || typeof value['id'] !== 'number' || typeof value['username'] !== 'string') return false;
  return value['topics'] === undefined || Array.isArray(value['topics']);
}
