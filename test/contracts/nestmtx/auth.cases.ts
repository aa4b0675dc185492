/** Owns the rows of logins (contract 2.7, N-23, N-30). */

import { expect } from 'vitest';
import { but, type Case, type Request, refused, value } from './case.ts';

const logIn = (payload: Request['payload'] = {}): Request => ({ command: 'create', module: 'auth', payload });
const WRONG = refused('Invalid user credentials', 'invalid_credentials');
const LOGGED_IN = value({
  bearer: expect.stringMatching(/^oat_/),
  expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*\+00:00$/),
  user: { id: '{#person}', username: '{person-name}', can_login: true },
});

const cases: readonly Case[] = [
  {
    what: 'the right password',
    request: logIn({ username: '{person-name}', password: 'five5' }),
    there: LOGGED_IN,
  },
  {
    what: 'the right password, while a token comes along that nobody has given out',
    as: 'stranger',
    request: logIn({ username: '{person-name}', password: 'five5' }),
    there: LOGGED_IN,
  },
  {
    what: 'the right password of somebody who is logged in',
    as: 'admin',
    request: logIn({ username: '{person-name}', password: 'five5' }),
    there: refused('errors.auth.create.loggedIn', 'already_logged_in'),
  },
  { what: 'a wrong password', request: logIn({ username: '{person-name}', password: 'wrong' }), there: WRONG },
  { what: 'a name that nobody has', request: logIn({ username: '{name}', password: 'five5' }), there: WRONG },
  { what: 'no password', request: logIn({ username: '{person-name}' }), there: WRONG },
  { what: 'no name', request: logIn({ password: 'five5' }), there: WRONG },
  { what: 'nothing', request: logIn(), there: WRONG },
  { what: 'surplus keys', request: logIn({ username: '{person-name}', password: 'five5', x: '1' }), there: LOGGED_IN },
  {
    what: 'the password of a user who may not log in',
    request: logIn({ username: '{locked-name}', password: 'five5' }),
    there: value({ user: { username: '{locked-name}', can_login: false } }),
    here: but('`can_login: false` does not lock out', WRONG),
  },
  {
    what: 'a wish to be remembered that is neither true nor false',
    request: logIn({ username: '{person-name}', password: 'five5', rememberMe: 'perhaps' }),
    there: LOGGED_IN,
    here: but('payloads are not checked', refused('"payload.rememberMe" must be a boolean', 'invalid_payload')),
  },
  {
    what: 'the right password in the query',
    request: logIn({ username: '{person-name}', password: 'five5' }),
    there: LOGGED_IN,
    here: but(
      'a password in the query of `POST /api/auth` is taken',
      refused('"payload.password" must not be in the query: send it in the body', 'invalid_payload'),
    ),
    doors: ['HTTP query'],
  },
];

export const AUTH_CASES: readonly Case[] = cases.map(({ what, as = 'nobody', ...one }) => ({
  what: `auth create with ${what}`,
  as,
  ...one,
}));
