/** Owns the rows of the module `credentials`, as far as Google is not asked (contract 2.7, N-37, N-38). */

import { expect } from 'vitest';
import { but, type Case, EMPTY, type Request, refused, value } from './case.ts';

const create = (payload: Request['payload'] = {}): Request => ({ command: 'create', module: 'credentials', payload });
const update = (entity: string, payload: Request['payload'] = {}): Request => ({
  command: 'update',
  module: 'credentials',
  entity,
  payload,
});
const remove = (entity: string): Request => ({ command: 'delete', module: 'credentials', entity });
const authorize = (answer: unknown): Request => {
  const entity = Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer)).toString('base64url');
  return { command: 'read', module: 'credentials', entity };
};

const NEW = { description: 'House', oauth_client_id: '{client}', oauth_client_secret: 's', dac_project_id: null };
const ORIGIN = { origin: 'https://nest.example:2001' };
const NOT_FOUND = refused('Row not found', 'not_found');
const MALFORMED = refused('errors.credentials.authorize.malformed', 'authorization_malformed');
const CONSENT = { code: '4/x', scope: 'openid', prompt: 'consent', origin: 'https://nest.example:2001' };
const UNCHECKED = 'payloads are not checked';
const SQL = 'a name that is taken, or a field that is missing, is told in raw SQL';
const raw = refused(expect.stringContaining('insert into `credentials`'), 'internal');

const LISTED = {
  ...{
    id: '{#credential}',
    description: 'House {credential-client}',
    checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
  },
  ...{ token_redirect_url: null, created_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) },
};

const cases: readonly Case[] = [
  { what: 'create', request: create(NEW), there: value(expect.any(Number)) },
  {
    what: 'create with a client that is there already',
    request: create({ ...NEW, oauth_client_id: '{credential-client}' }),
    there: raw,
    here: but(SQL, refused('Row already exists', 'already_exists')),
  },
  ...(['description', 'oauth_client_id', 'oauth_client_secret'] as const).map((key): Case => {
    const { [key]: _, ...payload } = NEW;
    const is = refused(`"payload.${key}" is required`, 'invalid_payload');
    return { what: `create without ${key}`, request: create(payload), there: raw, here: but(SQL, is) };
  }),
  {
    what: 'create with a key that nobody knows',
    request: create({ ...NEW, colour: 'red' }),
    there: value(expect.any(Number)),
    here: but(UNCHECKED, refused('"payload.colour" is not allowed', 'invalid_payload')),
  },
  {
    what: 'a list',
    request: {
      command: 'list',
      module: 'credentials',
      payload: { page: 1, itemsPerPage: 1, search: '{credential-client}' },
    },
    there: value({ total: 1, items: [LISTED] }),
  },
  {
    what: 'a list, with its secrets',
    request: {
      command: 'list',
      module: 'credentials',
      payload: { page: 1, itemsPerPage: 1, search: '{credential-client}' },
    },
    there: value({ items: [{ oauth_client_id: expect.any(String), oauth_client_secret: expect.any(String) }] }),
    here: but(
      '`credentials` are listed with encrypted secrets, `tokens` among them',
      value({ items: [{ oauth_client_id: null, oauth_client_secret: null, tokens: null, has_secret: true }] }),
    ),
  },
  { what: 'read of what is no JSON', request: authorize('no'), there: MALFORMED },
  { what: 'read of an answer that lacks something', request: authorize({ code: '4/x' }), there: MALFORMED },
  {
    what: 'read of an answer to something else',
    request: authorize({ ...CONSENT, state: 'bm8=' }),
    there: refused('errors.credentials.authorize.invalidState', 'authorization_state'),
  },
  {
    what: 'update',
    request: update('{credential}', ORIGIN),
    there: value(
      expect.stringMatching(/^https:\/\/accounts\.google\.com\/.*nest\.example%3A2001%2Fcredentials%2Fauthorize/),
    ),
  },
  {
    what: 'update with an origin that is none',
    request: update('{credential}', { origin: 'x' }),
    there: refused('Invalid URL', 'invalid_url'),
  },
  {
    what: 'update without an origin',
    request: update('{credential}'),
    there: refused('Invalid URL', 'invalid_url'),
    here: but(UNCHECKED, refused('"payload.origin" is required', 'invalid_payload')),
  },
  { what: 'update of none', request: update('999999', ORIGIN), there: NOT_FOUND },
  { what: 'delete', request: remove('{credential}'), there: EMPTY },
  { what: 'delete of none', request: remove('999999'), there: NOT_FOUND },
];

export const CREDENTIAL_CASES: readonly Case[] = cases.map((one) => ({ ...one, what: `credentials ${one.what}` }));
