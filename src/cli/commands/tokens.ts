/** Owns `tokens`: which logins there are, where they were used last, and the end of one. */

import { ApiError } from '../../protocol/api-error.ts';
import type { TokenInfo } from '../../protocol/entities/auth.ts';
import { isObject } from '../../protocol/envelope.ts';
import { atMost, oneOf } from '../arguments.ts';
import type { Command, Context } from '../command.ts';
import { usageFailure } from '../failure.ts';
import { print, table } from '../output.ts';
import { type Service, withService } from '../service.ts';
import { listUsers } from './find-user.ts';

const NAME = 'tokens';
const ACTIONS = ['list', 'revoke'] as const;

export const tokensCommand: Command = {
  name: NAME,
  summary: 'List logins with their last use, and end them',
  usage: ['tokens list', 'tokens revoke <id>'],
  notes: [
    'An administrator, and whoever works on the machine of the service, sees the logins of all users; anybody else their own.',
    'A user has at most fifty: with one more the oldest ends.',
  ],
  examples: [
    ['tokens list', 'who is logged in, from where, and when they were here last'],
    ['tokens revoke 6f1d2c3b-4a59-4b0e-8a55-0b9e3b4e7d51', 'ends that login'],
  ],
  options: {},
  words: [ACTIONS],
  run: async (context) => {
    const action = oneOf('the action', context.args[0], ACTIONS, NAME);
    atMost(action === 'list' ? 1 : 2, context, NAME);
    if (action === 'list') return withService(context, (service) => list(context, service));
    const id = context.args[1];
    if (id === undefined) throw usageFailure('tokens revoke needs the id of a login', NAME);
    return withService(context, (service) => revoke(context, service, id));
  },
};

async function list(context: Context, service: Service): Promise<number> {
  const { tokens, names } = await everybodys(service).catch((error: unknown) => {
    if (error instanceof ApiError && error.code === 'forbidden') return own(service);
    throw error;
  });
  const rows = tokens.map(({ id, user_id, name, last_used_at, last_address, expires_at, current }) => [
    id,
    names.get(user_id) ?? '',
    name ?? '',
    last_used_at ?? 'never',
    last_address ?? '',
    expires_at,
    current ? 'this one' : '',
  ]);
  const heads = ['ID', 'USER', 'NAME', 'LAST USED', 'FROM', 'ENDS', ''];
  print(context, tokens, table(heads, rows));
  return 0;
}

interface Listed {
  readonly tokens: readonly TokenInfo[];
  /** Of users, by id. */
  readonly names: ReadonlyMap<number, string>;
}

async function everybodys(service: Service): Promise<Listed> {
  const tokens = await read(service, { everybody: true });
  const users = await listUsers(service, undefined);
  return { tokens, names: new Map(users.map(({ id, username }) => [id, username])) };
}

async function own(service: Service): Promise<Listed> {
  return { tokens: await read(service, {}), names: new Map() };
}

async function read(service: Service, payload: { everybody?: boolean }): Promise<TokenInfo[]> {
  const answer = await service.request({ command: 'list', module: 'auth', payload });
  return Array.isArray(answer) ? answer.filter(isToken) : [];
}

async function revoke(context: Context, service: Service, id: string): Promise<number> {
  await service.request({ command: 'delete', module: 'auth', entity: id });
  print(context, { id }, `the login ${id} has ended`);
  return 0;
}

/** What an older service does not know of them is absent. */
function isToken(value: unknown): value is TokenInfo {
  return isObject(value) && typeof value['id'] === 'string' && typeof value['expires_at'] === 'string';
}
