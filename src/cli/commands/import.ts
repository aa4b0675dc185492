/** Owns `import`: shows what would move in from elsewhere, and does it when it is told to. */

import type { Household } from '../../moving/household.ts';
import type { Passwords } from '../../moving/move-in.ts';
import { readNestMtx } from '../../moving/nestmtx/read-nestmtx.ts';
import type { Step } from '../../moving/plan.ts';
import { readMediaMtx } from '../../moving/read-mediamtx.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { isObject } from '../../protocol/envelope.ts';
import { atMost, oneOf } from '../arguments.ts';
import type { Command, Context } from '../command.ts';
import { Failure, usageFailure } from '../failure.ts';
import { httpRequest, NotRunning } from '../http-request.ts';
import { print, table } from '../output.ts';
import { readPassword } from '../password.ts';
import type { Moving } from '../program.ts';
import { importBridge } from './export.ts';

const NAME = 'import';
const ORIGINS = ['nestmtx', 'mediamtx', 'bridge'] as const;

export const importCommand: Command = {
  name: NAME,
  summary: 'Move in from a NestMTX, a MediaMTX or another machine',
  usage: [
    'import nestmtx --from URL --app-key KEY [--user NAME] [--passwords FILE] [--skip-refused] [--apply]',
    'import mediamtx --from URL [--user NAME] [--skip-refused] [--apply]',
    'import bridge --from FILE [--apply]',
  ],
  notes: [
    'Shows what it would do, and does it with --apply: everything at once, or nothing. What is here already stays as it is.',
    'The service must be stopped, the other one must run. docs/from-nestmtx.md has every step.',
    'The password there is typed unseen, or taken from NESTMTX_BRIDGE_PASSWORD or from standard input; the key also from NESTMTX_APP_KEY.',
  ],
  examples: [
    ['import nestmtx --from http://nest:2000 --app-key ...', 'what would come of its users, credentials and cameras'],
    ['import nestmtx --from http://nest:2000 --app-key ... --apply', 'the same, done; new passwords are printed once'],
    ['import mediamtx --from http://media:9997 --apply', 'a camera for each of its paths'],
    ['import bridge --from house.nestmtx --apply', 'all that export wrote on another machine, into an empty DATA_DIR'],
  ],
  options: {
    from: { value: 'URL', description: 'Where the other one is: its HTTP API; or the file' },
    'app-key': { value: 'KEY', description: 'APP_KEY of NestMTX, which opens its credentials' },
    user: { value: 'NAME', description: 'Whom to log in as there; nestmtx when absent' },
    passwords: {
      value: 'FILE',
      description: 'JSON object of passwords by user; for others one is made and printed once',
    },
    'skip-refused': { description: 'Let what can come come without the rest' },
    apply: { description: 'Do it' },
  },
  words: [ORIGINS],
  run: async (context) => {
    const origin = oneOf('the origin', context.args[0], ORIGINS, NAME);
    atMost(1, context, NAME);
    if (origin === 'bridge') return importBridge(context);
    const household = origin === 'nestmtx' ? await fromNestMtx(context) : await fromMediaMtx(context);
    const passwords = await givenPasswords(context);
    const moving = await context.program.openMoving();
    try {
      return await move(context, moving, household, passwords);
    } finally {
      await moving.close();
    }
  },
};

async function move(context: Context, moving: Moving, household: Household, given: Passwords): Promise<number> {
  const { flags } = context;
  const { steps, incoming } = moving.plan(household);
  const refused = steps.filter(({ fate }) => fate === 'refused');
  if (!flags.has('apply')) {
    print(context, { applied: false, steps }, `${shown(steps)}\n\nNothing was changed. Do it with --apply.`);
    return 0;
  }
  if (refused.length > 0 && !flags.has('skip-refused')) {
    const reasons = refused.map(({ kind, name, note }) => `${kind} ${name}: ${note}`);
    throw new Failure(1, `nothing was changed: ${reasons.join('; ')}`, 'Let the rest come with --skip-refused.');
  }
  const made = await moving.moveIn(incoming, given);
  const passwords = Object.fromEntries(made);
  print(context, { applied: true, steps, passwords }, [shown(steps), ...shownPasswords(made)].join('\n'));
  return 0;
}

function shown(steps: readonly Step[]): string {
  const fates = { new: 'comes', here: 'is here', refused: 'cannot come' };
  const rows = steps.map(({ kind, id, name, fate, note }) => [
    kind,
    id === null ? '' : String(id),
    name,
    fates[fate],
    fate === 'here' ? '' : note,
  ]);
  return table(['KIND', 'ID', 'NAME', 'WHAT', 'NOTE'], rows);
}

function shownPasswords(made: Passwords): string[] {
  if (made.size === 0) return [];
  return ['', 'New passwords, shown this once:', table(['NAME', 'PASSWORD'], [...made])];
}

async function fromNestMtx(context: Context): Promise<Household> {
  const { io, values } = context;
  const url = origin(context);
  const appKey = values.get('app-key') ?? io.env['NESTMTX_APP_KEY'];
  if (!appKey) throw usageFailure('import nestmtx needs --app-key, or NESTMTX_APP_KEY', NAME);
  const username = values.get('user') ?? 'nestmtx';
  const password = await passwordThere(context, username);
  const payload = { username, password };
  const login = await httpRequest(io, { url, token: undefined }, { command: 'create', module: 'auth', payload }).catch(
    (error: unknown) => {
      throw error instanceof NotRunning
        ? new Failure(3, `nothing answers at ${url}`, 'NestMTX must run meanwhile.')
        : error;
    },
  );
  const token = isObject(login) && typeof login['bearer'] === 'string' ? login['bearer'] : undefined;
  if (token === undefined) throw new Failure(3, `what answers at ${url} is no NestMTX`);
  return readNestMtx((request) => httpRequest(io, { url, token }, request), appKey);
}

async function fromMediaMtx(context: Context): Promise<Household> {
  const { io, values } = context;
  const url = origin(context);
  const user = values.get('user');
  const login = user === undefined ? undefined : `${user}:${await passwordThere(context, user)}`;
  const headers = login === undefined ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` };
  return readMediaMtx(async (path) => {
    const response = await io.fetch(url + path, { headers, redirect: 'manual' }).catch((cause: unknown) => {
      throw new Failure(3, `MediaMTX at ${url} cannot be reached (${String(cause)})`, 'Check the URL and the network.');
    });
    if (response.status === 401) throw new ApiError('invalid_credentials');
    return response.json().catch(() => undefined);
  });
}

function origin({ values }: Context): string {
  const from = values.get('from') ?? '';
  const url = URL.canParse(from) ? new URL(from) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '') {
    throw usageFailure('--from must be a URL such as http://nest:2000, without user and password', NAME);
  }
  return url.href.replace(/\/+$/, '');
}

function passwordThere({ io }: Context, username: string): Promise<string> {
  return readPassword(io, { question: `Password of ${username} there: `, variable: 'NESTMTX_BRIDGE_PASSWORD' });
}

async function givenPasswords({ io, values }: Context): Promise<Passwords> {
  const path = values.get('passwords');
  if (path === undefined) return new Map();
  const parsed = parse(await io.files.read(path));
  if (!isObject(parsed) || !Object.values(parsed).every((value) => typeof value === 'string' && value.length >= 5)) {
    throw usageFailure('--passwords must name a JSON file such as {"bob": "..."}, each of at least 5 characters', NAME);
  }
  return new Map(Object.entries(parsed).map(([name, password]) => [name, String(password)]));
}

/** The parser's own message would quote a password. */
function parse(text = ''): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
