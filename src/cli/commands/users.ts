/** Owns `users`: who may log in, for who administrates by hand. */

import { ApiError } from '../../protocol/api-error.ts';
import { atMost, oneOf } from '../arguments.ts';
import type { Command, Context } from '../command.ts';
import { usageFailure } from '../failure.ts';
import { print, table } from '../output.ts';
import { readPassword } from '../password.ts';
import { type Service, withService } from '../service.ts';
import { findOneself, findUser, type ListedUser, listUsers } from './find-user.ts';

const NAME = 'users';
const VARIABLE = 'NESTMTX_BRIDGE_NEW_PASSWORD';
const CURRENT_VARIABLE = 'NESTMTX_BRIDGE_PASSWORD';
const ACTIONS = ['list', 'add', 'passwd', 'topics', 'disable', 'enable', 'delete'] as const;

export const usersCommand: Command = {
  name: NAME,
  summary: 'List, add, change and delete users',
  usage: [
    'users list [--search TEXT]',
    'users add <name> [--admin] [--no-login]',
    'users add <name> --device <filter>...',
    'users passwd <name>',
    'users topics <name> <filter>...',
    'users disable <name>',
    'users enable <name>',
    'users delete <name> [--yes]',
  ],
  notes: [
    `A new password is typed unseen, twice, or taken from ${VARIABLE} or from standard input.`,
    `Whoever is logged in as that user is asked for the password until now, or it is taken from ${CURRENT_VARIABLE}.`,
    'A device may use the embedded broker and nothing else: it publishes and subscribes to what its topic filters select.',
    'An id will do for the name. Without a running service the store is changed directly.',
  ],
  examples: [
    ['users add bob', 'asks for a password'],
    ['users add bob --admin < password.txt', 'in a script'],
    ["users add plug --device 'tele/plug/#' 'cmnd/plug/#'", 'a device, with its topics'],
    ["users topics plug 'tele/plug/#' 'homeassistant/#'", 'other topics, from now on'],
    ['users passwd admin', 'a new password; every login of that user ends'],
    ['users disable bob', 'bob is logged out and cannot log in'],
  ],
  options: {
    search: { value: 'TEXT', description: 'List only names that hold this text' },
    admin: { description: 'Give the new user the role admin' },
    device: { description: 'The new user is a device, with the topics that follow its name' },
    'no-login': { description: 'The new user cannot log in yet' },
    yes: { description: 'Delete without asking' },
  },
  words: [ACTIONS],
  run: async (context) => {
    const action = oneOf('the action', context.args[0], ACTIONS, NAME);
    if (!takesTopics(action, context)) atMost(action === 'list' ? 1 : 2, context, NAME);
    if (action === 'list') return withService(context, (service) => list(context, service));
    const written = context.args[1];
    if (written === undefined) throw usageFailure(`users ${action} needs the name of a user`, NAME);
    return withService(context, (service) => STEPS[action](context, service, written));
  },
};

function takesTopics(action: (typeof ACTIONS)[number], { flags }: Context): boolean {
  return action === 'topics' || (action === 'add' && flags.has('device'));
}

type Step = (context: Context, service: Service, written: string) => Promise<number>;

const STEPS: Readonly<Record<Exclude<(typeof ACTIONS)[number], 'list'>, Step>> = {
  add,
  passwd: changePassword,
  topics: changeTopics,
  disable: (context, service, written) => setLogin(context, service, written, false),
  enable: (context, service, written) => setLogin(context, service, written, true),
  delete: remove,
};

async function list(context: Context, service: Service): Promise<number> {
  const users = await listUsers(service, context.values.get('search'));
  const columns: Column[] = [
    { head: 'ID', cell: ({ id }) => String(id) },
    { head: 'NAME', cell: ({ username }) => username },
    { head: 'ROLE', cell: ({ role = '' }) => role },
    { head: 'CAN LOG IN', cell: ({ can_login }) => (can_login ? 'yes' : 'no') },
  ];
  if (users.some(({ instances }) => instances !== undefined))
    columns.push({ head: 'INSTANCES', cell: ({ instances = 0 }) => String(instances) });
  if (users.some(({ topics }) => topics !== undefined))
    columns.push({ head: 'TOPICS', cell: ({ topics = [] }) => topics.join(' ') });
  const rows = users.map((user) => columns.map(({ cell }) => cell(user)));
  print(
    context,
    users,
    table(
      columns.map(({ head }) => head),
      rows,
    ),
  );
  return 0;
}

interface Column {
  readonly head: string;
  readonly cell: (user: ListedUser) => string;
}

async function add(context: Context, service: Service, username: string): Promise<number> {
  const { io, flags } = context;
  const role = roleOf(context);
  const topics = role === 'device' ? { topics: topicsOf(context) } : {};
  const password = await readPassword(io, { question: `Password for ${username}: `, variable: VARIABLE, isNew: true });
  const payload = { username, password, can_login: !flags.has('no-login'), role, ...topics };
  const user = await service.request({ command: 'create', module: 'users', payload });
  print(context, user, `added ${username} with the role ${role}`);
  return 0;
}

function roleOf({ flags }: Context): 'admin' | 'device' | 'user' {
  if (flags.has('admin') && flags.has('device')) throw usageFailure('a device is no administrator', NAME);
  if (flags.has('device')) return 'device';
  return flags.has('admin') ? 'admin' : 'user';
}

function topicsOf({ args }: Context): string[] {
  const [, , ...topics] = args;
  if (topics.length === 0) throw usageFailure('a device needs at least one topic filter', NAME);
  return topics;
}

async function changeTopics(context: Context, service: Service, written: string): Promise<number> {
  const topics = topicsOf(context);
  const { id, username } = await findUser(service, written);
  await service.request({ command: 'update', module: 'users', entity: String(id), payload: { topics } });
  print(context, { id, username, topics }, `${username} may use ${topics.join(' ')}`);
  return 0;
}

async function changePassword(context: Context, service: Service, written: string): Promise<number> {
  const { id, username } = await findUserOrOneself(context, service, written);
  const question = `New password for ${username}: `;
  const password = await readPassword(context.io, { question, variable: VARIABLE, isNew: true });
  const change = (payload: Readonly<Record<string, string>>) =>
    service.request({ command: 'update', module: 'users', entity: String(id), payload });
  await change({ password }).catch(async (error: unknown) => {
    if (!asksForCurrent(error)) throw error;
    const asked = { question: `Password of ${username} until now: `, variable: CURRENT_VARIABLE };
    await change({ password, current_password: await readPassword(context.io, asked) });
  });
  print(context, { id, username }, `changed the password of ${username}; earlier logins have ended`);
  return 0;
}

/** Whoever is logged in changes the own password with the one until now; whoever works on the machine of the service need not know it. */
function asksForCurrent(error: unknown): boolean {
  return error instanceof ApiError && error.message.includes('current_password') && error.code === 'invalid_payload';
}

/** Who may not list users may change the own password nevertheless. */
async function findUserOrOneself(context: Context, service: Service, written: string) {
  try {
    return await findUser(service, written);
  } catch (error) {
    const oneself = error instanceof ApiError && error.code === 'forbidden' && (await findOneself(context, written));
    if (!oneself) throw error;
    return oneself;
  }
}

async function setLogin(context: Context, service: Service, written: string, canLogin: boolean): Promise<number> {
  const { id, username } = await findUser(service, written);
  await service.request({ command: 'update', module: 'users', entity: String(id), payload: { can_login: canLogin } });
  print(context, { id, username, can_login: canLogin }, `${username} can ${canLogin ? 'log in' : 'no longer log in'}`);
  return 0;
}

async function remove(context: Context, service: Service, written: string): Promise<number> {
  const { io, flags } = context;
  const { id, username, instances = 0 } = await findUser(service, written);
  const more = instances === 0 ? '' : ` and ${instances} MQTT instance${instances === 1 ? '' : 's'}`;
  if (!flags.has('yes')) {
    if (!io.stdin.isTTY) throw usageFailure('deleting without a question needs --yes', NAME);
    const answer = await io.stdin.ask(`Delete ${username}${more}, with all logins? [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) {
      io.stderr.write('nothing was deleted\n');
      return 1;
    }
  }
  await service.request({ command: 'delete', module: 'users', entity: String(id) });
  print(context, { id, username, instances }, `deleted ${username}${more}`);
  return 0;
}
