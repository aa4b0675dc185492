/** Owns the rows of who may do what: each verb of each module, by somebody with a token, without one, and with a wrong one (contract 2.3). */

import { expect } from 'vitest';
import { COMMANDS, type Command } from '../../../src/protocol/verbs.ts';
import { wellFormed } from '../api/caller.ts';
import { but, type Case, EMPTY, MODULES, type Request, refused, value } from './case.ts';

const UNAUTHORIZED = refused('Unauthorized', 'unauthorized');
const TOKENS = 'tokens never end';
const CAMERAS = 'cameras come from Google only';
const FAILED_LOGINS = 'logins that fail are told to nobody';

/** Verbs that modules of ours have besides, with the row that says why. */
const ADDED: Readonly<Record<string, { readonly row: string; readonly is: Case['there'] }>> = {
  'auth list': but(TOKENS, value(expect.any(Array))),
  'auth read': but(FAILED_LOGINS, refused('Row not found', 'not_found')),
  'auth delete': but(TOKENS, refused('Row not found', 'not_found')),
  'cameras create': but(CAMERAS, refused('"payload.name" is required', 'invalid_payload')),
  'cameras delete': but(CAMERAS, refused('Row not found', 'not_found')),
};

const every = Object.keys(MODULES).flatMap((module) => COMMANDS.map((command) => ({ module, command })));
const isThere = (module: string, command: Command) => MODULES[module]?.verbs.includes(command) === true;
const isOpen = (module: string) => MODULES[module]?.isOpen === true;
const missing = (module: string, command: Command) =>
  refused(`Module ${module} does not implement a ${command} method`, 'unsupported_command');

/** One that harms nobody. */
function harmless(module: string, command: Command): Request {
  const { entity, ...request } = wellFormed(module, command);
  const { payload, ...rest } = request;
  return {
    ...rest,
    ...(entity === undefined ? {} : { entity: '999999' }),
    ...(payload === undefined ? {} : { payload: {} }),
  };
}

const strangers: Case[] = every
  .filter(({ module }) => !isOpen(module))
  .flatMap(({ module, command }) =>
    (['nobody', 'stranger'] as const).map((as) => ({
      what: `${module} ${command} by ${as}`,
      as,
      request: harmless(module, command),
      there: UNAUTHORIZED,
    })),
  );

const lacking: Case[] = every
  .filter(({ module, command }) => !isThere(module, command))
  .map(({ module, command }) => {
    const here = ADDED[`${module} ${command}`];
    const shared = { what: `${module} ${command}, which there is not there`, request: harmless(module, command) };
    return { ...shared, there: missing(module, command), ...(here ? { here } : {}) };
  });

/** What the role `user` may not; NestMTX has no roles and does it. */
const roles: Case[] = every
  .filter(({ module, command }) => isThere(module, command) && !isOpen(module))
  .filter(({ module, command }) => module !== 'cameras' || command === 'update')
  .map(({ module, command }) => ({
    what: `${module} ${command} by somebody who is no administrator`,
    as: 'user',
    request: harmless(module, command),
    there: value(expect.anything()),
    here: but('everybody may do everything', refused('Forbidden', 'forbidden')),
  }));

export const ACCESS_CASES: readonly Case[] = [
  ...strangers,
  ...lacking,
  ...roles,
  {
    what: 'a module that is not there, before the token is looked at',
    as: 'nobody',
    request: { command: 'list', module: 'nope' },
    there: refused('Module nope not initialized', 'unknown_module'),
  },
  {
    what: 'a verb that an open module lacks, without a token',
    as: 'nobody',
    request: harmless('version', 'delete'),
    there: missing('version', 'delete'),
  },
  {
    what: 'an open module with a wrong token',
    as: 'stranger',
    request: { command: 'list', module: 'version' },
    there: value({ release: expect.any(String) }),
  },
  {
    what: 'cameras by somebody who is no administrator',
    as: 'user',
    request: { command: 'list', module: 'cameras', payload: { page: 1, itemsPerPage: 1 } },
    there: value({ page: 1, itemsPerPage: 1 }),
  },
  {
    what: 'a user who reads itself',
    as: 'user',
    request: { command: 'read', module: 'users', entity: '{self}' },
    there: value({ id: '{#self}', can_login: true }),
  },
  {
    what: 'a user who changes its own nothing',
    as: 'user',
    request: { command: 'update', module: 'users', entity: '{self}', payload: {} },
    there: EMPTY,
  },
];
