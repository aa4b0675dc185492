/** Owns `login` and `logout`: a token of one's own for later commands, and its end. */

import { hostname } from 'node:os';
import { ApiError } from '../../protocol/api-error.ts';
import type { Login } from '../../protocol/entities/auth.ts';
import { isObject } from '../../protocol/envelope.ts';
import { atMost } from '../arguments.ts';
import type { Command, Context } from '../command.ts';
import { Failure, usageFailure } from '../failure.ts';
import { httpRequest } from '../http-request.ts';
import { locate } from '../locate.ts';
import { print } from '../output.ts';
import { readPassword } from '../password.ts';
import { forgetLogin, savedLogin, saveLogin } from '../token-file.ts';

const VARIABLE = 'NESTMTX_BRIDGE_PASSWORD';

export const loginCommand: Command = {
  name: 'login',
  summary: 'Log in and keep the token for later commands',
  usage: ['login [--user NAME] [--remember]'],
  notes: [
    `The password is typed unseen, or taken from ${VARIABLE} or from standard input.`,
    'The token is kept in ~/.config/nestmtx-bridge/token.json (or under XDG_CONFIG_HOME), readable by you only.',
  ],
  examples: [
    ['login --user admin', 'asks for the password'],
    ['login --url http://house:2000 --user admin --remember', 'at another service, for 30 days'],
    ['login --user admin < password.txt', 'in a script'],
  ],
  options: {
    user: { value: 'NAME', description: 'User to log in as' },
    remember: { description: 'Keep the login for 30 days instead of one' },
  },
  run: async (context) => {
    const { io, values, flags } = context;
    atMost(0, context, 'login');
    const { url } = await locate(context);
    const username = values.get('user') ?? (await askName(context));
    const password = await readPassword(io, { question: `Password of ${username}: `, variable: VARIABLE });
    const name = `nestmtx-bridge on ${hostname()}`;
    const payload = { username, password, name, ...(flags.has('remember') ? { rememberMe: true } : {}) };
    const answer = await httpRequest(io, { url, token: undefined }, { command: 'create', module: 'auth', payload });
    if (!isLogin(answer)) throw new Failure(1, `${url} answered the login without a token`);
    const { bearer: token, expiration, user } = answer;
    const path = await saveLogin(io, url, { username, userId: user?.id, token, expiration });
    print(context, { url, user, expiration }, `logged in at ${url} as ${username} until ${expiration} (${path})`);
    return 0;
  },
};

export const logoutCommand: Command = {
  name: 'logout',
  summary: 'Revoke the token of login and forget it',
  usage: ['logout'],
  examples: [['logout', 'at the service on this machine']],
  run: async (context) => {
    const { io } = context;
    atMost(0, context, 'logout');
    const { url } = await locate(context);
    const login = await savedLogin(io, url);
    if (!login) {
      await forgetLogin(io, url);
      print(context, { url, revoked: false }, `not logged in at ${url}`);
      return 0;
    }
    const revoked = await revoke(context, url, login.token);
    await forgetLogin(io, url);
    print(context, { url, revoked }, `logged out at ${url}`);
    return 0;
  },
};

/** Forgetting must be possible without the service: the token then lives on until it ends by itself. */
async function revoke({ io }: Context, url: string, token: string): Promise<boolean> {
  try {
    await httpRequest(io, { url, token }, { command: 'delete', module: 'auth', entity: 'current' });
    return true;
  } catch (error) {
    const isGone = error instanceof ApiError && error.code === 'unauthorized';
    const why = error instanceof Error ? error.message : String(error);
    if (!isGone) io.stderr.write(`note: the token could not be revoked: ${why}\n`);
    return false;
  }
}

async function askName({ io }: Context): Promise<string> {
  const name = io.stdin.isTTY ? await io.stdin.ask('User: ') : '';
  if (name === '') throw usageFailure('no user was given: use --user NAME', 'login');
  return name;
}

function isLogin(value: unknown): value is Login {
  return isObject(value) && typeof value['bearer'] === 'string' && typeof value['expiration'] === 'string';
}
