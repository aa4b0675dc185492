/** Pins the access table as people would say it: what a stranger, a user, a device and an administrator may do (N-39). */

import { describe, expect, it } from 'vitest';
import { ACCESS, isAllowed, isOpenModule, type Right, rightFor } from '../../../src/core/requests/access.ts';
import { COMMANDS, type Command, isCommand } from '../../../src/protocol/verbs.ts';

const STRANGERS = ['auth create', 'health list', 'swagger list', 'version list'];
const USERS = [
  ...[
    'auth list',
    'auth delete',
    'cameras list',
    'cameras read',
    'events list',
    'outages list',
    'snapshots list',
    'snapshots read',
    'streams read',
    'streams create',
    'streams delete',
  ],
  ...['instances list', 'instances create', 'instances read', 'instances update', 'instances delete'],
];
const ON_THEMSELVES = ['users read', 'users update'];
const ADMINISTRATORS = [
  ...['auth read', 'cameras create', 'cameras update', 'cameras delete', 'cronjobs list', 'cronjobs update'],
  ...['credentials list', 'credentials create', 'credentials read', 'credentials update', 'credentials delete'],
  ...['events create', 'probes create', 'htop list', 'htop update', 'users list', 'users create', 'users delete'],
  ...[
    'service list',
    'service read',
    'service update',
    'settings list',
    'backups list',
    'clients list',
    'clients delete',
    'cluster list',
    'troubles list',
  ],
  ...['imports create', 'imports update', 'operations list', 'operations read', 'operations delete'],
];
const EVERYTHING = [...STRANGERS, ...USERS, ...ON_THEMSELVES, ...ADMINISTRATORS].sort();

/** What the table has for `module verb`. */
function rightOf(pair: string): NonNullable<ReturnType<typeof rightFor>> {
  const [module = '', command] = pair.split(' ');
  const right = isCommand(command) ? rightFor(module, command) : undefined;
  if (right === undefined) throw new Error(`nobody may ${pair}`);
  return right;
}

const allowed = (role: 'admin' | 'user' | 'device', entity?: string) =>
  EVERYTHING.filter((pair) => isAllowed(rightOf(pair), role, '7', entity));

describe('the access table', () => {
  it('has a row for each of these and for nothing else', () => {
    const rows = Object.entries(ACCESS).flatMap(([module, verbs]) =>
      Object.keys(verbs).map((verb) => `${module} ${verb}`),
    );
    expect(rows.sort()).toEqual(EVERYTHING);
  });

  it('lets strangers log in and see that there is a service, and nothing else', () => {
    expect(EVERYTHING.filter((pair) => rightOf(pair) === 'anyone')).toEqual(STRANGERS);
  });

  it('says so in the words that the documents show', () => {
    const having = (right: Right) => EVERYTHING.filter((pair) => rightOf(pair) === right);
    expect(having('admin')).toEqual([...ADMINISTRATORS].sort());
    expect(having('user')).toEqual([...USERS].sort());
    expect(having('self')).toEqual(ON_THEMSELVES);
  });

  it('lets an administrator do everything', () => {
    expect(allowed('admin')).toEqual(EVERYTHING);
  });

  it('lets a user use cameras and instances, and itself', () => {
    expect(allowed('user', '7')).toEqual([...STRANGERS, ...USERS, ...ON_THEMSELVES].sort());
  });

  it.each([undefined, '', '8', '70'])('lets user 7 do nothing to user %j', (entity) => {
    expect(allowed('user', entity)).toEqual([...STRANGERS, ...USERS].sort());
  });

  it('lets a device do what strangers may, not even something to itself', () => {
    expect(allowed('device', '7')).toEqual(STRANGERS);
  });

  it.each(['nothing', 'constructor', '__proto__', 'toString', ''])(
    'knows no module %j, not even for its verbs',
    (module) => {
      expect(COMMANDS.map((command: Command) => rightFor(module, command))).toEqual(COMMANDS.map(() => undefined));
      expect(isOpenModule(module)).toBe(false);
    },
  );

  it('tells strangers the verbs of those modules alone in which they may do something', () => {
    expect(Object.keys(ACCESS).filter(isOpenModule)).toEqual(['auth', 'health', 'swagger', 'version']);
  });
});
