/** Owns the rows of the module `users` (contract 2.5, 2.7). */

import { expect } from 'vitest';
import { but, type Case, DIRECT, EMPTY, HTTP, type Request, refused, value } from './case.ts';

const list = (payload?: Request['payload']): Request => ({
  command: 'list',
  module: 'users',
  ...(payload && { payload }),
});
const create = (payload: Request['payload'] = {}): Request => ({ command: 'create', module: 'users', payload });
const update = (entity: string, payload: Request['payload'] = {}): Request => ({
  command: 'update',
  module: 'users',
  entity,
  payload,
});
const read = (entity: string): Request => ({ command: 'read', module: 'users', entity });
const remove = (entity: string): Request => ({ command: 'delete', module: 'users', entity });

const NEW = { username: '{name}', password: 'five5', can_login: true };
const PAGE = { total: expect.any(Number), items: expect.any(Array) };
const ALL = { ...PAGE, page: null, itemsPerPage: null };
const NOT_FOUND = refused('Row not found', 'not_found');
const UNCHECKED = 'payloads are not checked';
const DEFAULTS = '`sortBy` does nothing, list defaults are all or none';
const SQL = 'a name that is taken, or a field that is missing, is told in raw SQL';
const raw = refused(expect.stringContaining('insert into `users`'), 'internal');
const invalid = (message: string) => refused(message, 'invalid_payload');

const lists: readonly Case[] = [
  {
    what: 'a list without a payload',
    request: list(),
    there: value({ ...PAGE, search: null, page: 1, itemsPerPage: 10, sortBy: null }),
    doors: DIRECT,
  },
  {
    what: 'a list without a payload',
    request: list(),
    there: value(ALL),
    here: but(
      'a list over HTTP without pages has every row, and `page: null`',
      value({ ...PAGE, page: 1, itemsPerPage: 1000 }),
    ),
    doors: HTTP,
  },
  {
    what: 'a list with a page and no size',
    request: list({ page: '2' }),
    there: value({ ...ALL, page: 2 }),
    here: but(DEFAULTS, value({ ...PAGE, page: 2, itemsPerPage: 10, search: null, sortBy: null })),
  },
  {
    what: 'a page that is no number',
    request: list({ page: 'x', itemsPerPage: '3' }),
    there: value({ ...ALL, itemsPerPage: 3 }),
    here: but(DEFAULTS, value({ ...PAGE, page: 1, itemsPerPage: 3 })),
  },
  {
    what: 'a page below 1, and a key of one’s own',
    request: list({ page: '0', itemsPerPage: '-3', search: 'nobody at all', mine: 'kept' }),
    there: value({ page: 1, itemsPerPage: 1, search: 'nobody at all', mine: 'kept', total: 0, items: [] }),
  },
  {
    what: 'a page of five thousand',
    request: list({ page: 1, itemsPerPage: 5000 }),
    there: value({ ...PAGE, itemsPerPage: 5000 }),
    here: but('a page has as many rows as are asked for', value({ ...PAGE, itemsPerPage: 1000 })),
  },
  {
    what: 'a search, whatever the case of letters, the latest first',
    request: list({ page: 1, itemsPerPage: 10, search: 'PAIR of {pair}' }),
    there: value({ total: 2, items: [{ username: 'pair of {pair} a' }, { username: 'pair of {pair} b' }] }),
  },
  {
    what: 'a list in an order',
    request: list({ page: 1, itemsPerPage: 10, search: 'pair of {pair}', sortBy: '-username' }),
    there: value({ items: [{ username: 'pair of {pair} a' }, { username: 'pair of {pair} b' }] }),
    here: but(DEFAULTS, value({ items: [{ username: 'pair of {pair} b' }, { username: 'pair of {pair} a' }] })),
  },
];

const reads: readonly Case[] = [
  {
    what: 'read',
    request: read('{person}'),
    there: value({ id: '{#person}', username: '{person-name}', can_login: true }),
  },
  { what: 'read of the system user', request: read('0'), there: value({ id: 0, username: 'system' }) },
  { what: 'read of nobody', request: read('999999'), there: NOT_FOUND },
  { what: 'read of what is no id', request: read('abc'), there: NOT_FOUND },
  {
    what: 'read of an id with letters after it',
    request: read('{person}abc'),
    there: value({ id: '{#person}' }),
    here: but('an id is read up to its first letter: `1abc` is 1', NOT_FOUND),
  },
];

const creates: readonly Case[] = [
  {
    what: 'create',
    request: create(NEW),
    there: EMPTY,
    here: but('`users.create` answers nothing', value({ id: expect.any(Number), username: '{name}', can_login: true })),
  },
  {
    what: 'create, with the text of a truth value',
    request: create({ ...NEW, can_login: 'true' }),
    there: EMPTY,
    here: but('`users.create` answers nothing', value({ username: '{name}', can_login: true })),
  },
  {
    what: 'create with a name that is taken',
    request: create({ ...NEW, username: '{person-name}' }),
    there: raw,
    here: but(SQL, refused('Row already exists', 'already_exists')),
  },
  {
    what: 'create without a name',
    request: create({ password: 'five5', can_login: true }),
    there: raw,
    here: but(SQL, invalid('"payload.username" is required')),
  },
  {
    what: 'create without a password',
    request: create({ username: '{name}', can_login: true }),
    there: raw,
    here: but(SQL, invalid('"payload.password" is required')),
  },
  ...(
    [
      [
        'without a word of whether it may log in',
        { username: '{name}', password: 'five5' },
        '"payload.can_login" is required',
      ],
      [
        'with a name of two letters',
        { ...NEW, username: 'ab' },
        '"payload.username" length must be at least 3 characters long',
      ],
      [
        'with a password of four',
        { ...NEW, password: 'four' },
        '"payload.password" length must be at least 5 characters long',
      ],
      ['with a text that is no truth value', { ...NEW, can_login: 'yes' }, '"payload.can_login" must be a boolean'],
      ['with a number for a truth value', { ...NEW, can_login: 1 }, '"payload.can_login" must be a boolean'],
      ['with a key that nobody knows', { ...NEW, colour: 'red' }, '"payload.colour" is not allowed'],
    ] as const
  ).map(
    ([how, payload, message]): Case => ({
      what: `create ${how}`,
      request: create(payload),
      there: EMPTY,
      here: but(UNCHECKED, invalid(message)),
    }),
  ),
];

const updates: readonly Case[] = [
  {
    what: 'update',
    request: update('{person}', { can_login: false }),
    after: read('{person}'),
    there: value({ can_login: false }),
  },
  { what: 'update of nothing', request: update('{person}'), there: EMPTY },
  { what: 'update with a key that nobody knows', request: update('{person}', { colour: 'red' }), there: EMPTY },
  { what: 'update of nobody', request: update('999999', { can_login: true }), there: NOT_FOUND },
  { what: 'update of one’s own login to what it is', request: update('{self}', { can_login: true }), there: EMPTY },
  {
    what: 'update of one’s own login',
    request: update('{self}', { can_login: false }),
    there: refused('errors.users.update.cannotChangeOwnLoginAbility', 'own_login_ability'),
  },
  {
    what: 'update with a password of four letters',
    request: update('{person}', { password: 'four' }),
    there: EMPTY,
    here: but(UNCHECKED, invalid('"payload.password" length must be at least 5 characters long')),
  },
  {
    what: 'update of the system user',
    request: update('0', { can_login: true }),
    there: EMPTY,
    here: but('the system user can be given a password', refused('Forbidden', 'forbidden')),
  },
];

const removals: readonly Case[] = [
  { what: 'delete', request: remove('{person}'), there: EMPTY },
  { what: 'delete, and read', request: remove('{person}'), after: read('{person}'), there: NOT_FOUND },
  { what: 'delete of nobody', request: remove('999999'), there: NOT_FOUND },
  {
    what: 'delete of the system user',
    request: remove('0'),
    there: refused('errors.users.delete.cannotDeleteSystemUser', 'system_user'),
  },
  {
    what: 'delete of oneself',
    request: remove('{self}'),
    there: refused('errors.users.delete.cannotDeleteSelf', 'own_user'),
  },
];

export const USER_CASES: readonly Case[] = [...lists, ...reads, ...creates, ...updates, ...removals].map((one) => ({
  ...one,
  what: `users ${one.what}`,
}));
