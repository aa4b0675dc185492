/** Owns `import`: shows what would move in from elsewhere, and does it when it is told to. */

import type { Household } from '../../moving/household.ts';
import type { Passwords } from '../../moving/move-in.ts';
import type { Step } from '../../moving/plan.ts';
import { isObject } from '../../protocol/envelope.ts';
import { atMost, oneOf } from '../arguments.ts';
import type { Command, Context } from '../command.ts';
import { Failure, usageFailure } from '../failure.ts';
import { print, table } from '../output.ts';
import type { Moving } from '../program.ts';
import { readElsewhere } from './elsewhere.ts';
import { importBridge } from './export.ts';

const NAME = 'import';
const ORIGINS = ['nestmtx', 'mediamtx', 'go2rtc', 'bridge'] as const;

export const importCommand: Command = {
  name: NAME,
  summary: 'Move in from a NestMTX, a MediaMTX, a go2rtc or another machine',
  usage: [
    'import nestmtx --from URL --app-key KEY [--user NAME] [--passwords FILE] [--skip-refused] [--apply]',
    'import mediamtx --from URL [--user NAME] [--skip-refused] [--apply]',
    'import go2rtc --from URL [--user NAME] [--skip-refused] [--apply]',
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
    ['import go2rtc --from http://media:1984 --apply', 'a camera for each of its streams'],
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
    const household = await readElsewhere(context, origin);
    const passwords = await givenPasswords(context);
    const moving = await context.program.openMoving(!context.flags.has('apply'));
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
