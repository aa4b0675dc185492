/** Owns the cases of logins and users, on every transport (contract 2.7, N-30 to N-33, N-39). */

import { describe, expect, it } from 'vitest';
import { ABSENT, type ApiRequest, type Caller, NOT_FOUND, wellFormed } from './caller.ts';

export function accountCases(caller: Caller): void {
  const { ok, refused, asAdmin, asUser } = caller;

  describe('auth', () => {
    const logIn = ({ username, password }: { username: string; password: string }): ApiRequest => ({
      command: 'create',
      module: 'auth',
      payload: { username, password },
    });

    it('create gives a bearer token, its end and the user', async () => {
      const { id, username } = caller.user;
      expect(await ok(logIn(caller.user))).toEqual({
        bearer: expect.any(String),
        expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*\+00:00$/),
        user: { id, username, can_login: true, role: 'user' },
      });
    });

    it.each([
      ['a wrong password', { username: 'nobody', password: 'wrong' }],
      ['a missing field', {}],
      ['a field of the wrong kind', { username: ['admin'], password: 1 }],
    ])('create with %s: Invalid user credentials', async (_what, payload) => {
      const error = await refused({ command: 'create', module: 'auth', payload });
      expect(error).toMatchObject({ message: 'Invalid user credentials', code: 'invalid_credentials' });
    });

    it('create with a good token: already logged in', async () => {
      const error = await refused({ ...logIn(caller.user), token: caller.user.token });
      expect(error).toMatchObject({ message: 'errors.auth.create.loggedIn', code: 'already_logged_in' });
    });

    it('delete current ends the session and has no result', async () => {
      const { bearer: token } = (await ok(logIn(caller.user))) as { bearer: string };
      const listed = await ok({ command: 'list', module: 'auth', token });
      expect(listed).toContainEqual(expect.objectContaining({ current: true }));
      expect(await ok({ command: 'delete', module: 'auth', entity: 'current', token })).toBeUndefined();
      expect(await refused({ command: 'list', module: 'auth', token })).toHaveProperty('code', 'unauthorized');
    });

    it('delete of a token that is not there: not found', async () => {
      expect(await refused(asUser({ command: 'delete', module: 'auth', entity: ABSENT }))).toMatchObject(NOT_FOUND);
    });
  });

  describe('users', () => {
    const create = (username: string, more = {}): ApiRequest => ({
      command: 'create',
      module: 'users',
      payload: { username, password: 'a good password', can_login: true, ...more },
    });

    it('takes the text of a truth value, and back what was read', async () => {
      const made = Object(await ok(asAdmin(create('backed', { can_login: 'true' }))));
      expect(made).toHaveProperty('can_login', true);
      const back = { ...made, can_login: 'false' };
      const entity = String(made.id);
      expect(await ok(asAdmin({ command: 'update', module: 'users', entity, payload: back }))).toBeUndefined();
      expect(await ok(asAdmin({ command: 'read', module: 'users', entity }))).toEqual({ ...made, can_login: false });
    });

    it('create, read, list, update and delete', async () => {
      const made = await ok(asAdmin(create('crud')));
      expect(made).toEqual({ id: expect.any(Number), username: 'crud', can_login: true, role: 'user' });
      const entity = String((made as { id: number }).id);
      expect(await ok(asAdmin({ command: 'read', module: 'users', entity }))).toEqual(made);
      const page = await ok(asAdmin({ command: 'list', module: 'users', payload: { search: 'CRUD', page: 1 } }));
      expect(page).toMatchObject({ page: 1, itemsPerPage: 10, total: 1, items: [made] });
      const payload = { can_login: false };
      expect(await ok(asAdmin({ command: 'update', module: 'users', entity, payload }))).toBeUndefined();
      expect(await ok(asAdmin({ command: 'read', module: 'users', entity }))).toHaveProperty('can_login', false);
      expect(await ok(asAdmin({ command: 'delete', module: 'users', entity }))).toBeUndefined();
      expect(await refused(asAdmin({ command: 'read', module: 'users', entity }))).toMatchObject(NOT_FOUND);
    });

    it('a page has the bounds and echoes of the contract', async () => {
      const payload = { page: '0', itemsPerPage: '5000', search: 'nobody', mine: 'kept' };
      expect(await ok(asAdmin({ command: 'list', module: 'users', payload }))).toEqual({
        search: 'nobody',
        page: 1,
        itemsPerPage: 1000,
        sortBy: null,
        mine: 'kept',
        total: 0,
        items: [],
      });
    });

    it('a user may read itself', async () => {
      const own = await ok(asUser({ command: 'read', module: 'users', entity: String(caller.user.id) }));
      expect(own).toHaveProperty('username', caller.user.username);
    });

    it.each(['update', 'delete', 'read'] as const)('%s of an absent id: not found', async (command) => {
      expect(await refused(asAdmin({ ...wellFormed('users', command), entity: ABSENT }))).toMatchObject(NOT_FOUND);
    });

    it('a name that is taken is refused', async () => {
      expect(await refused(asAdmin(create(caller.user.username)))).toHaveProperty('code', 'already_exists');
    });

    it('nobody deletes the system user or oneself, or takes one’s own login', async () => {
      const own = String(caller.admin.id);
      const system = await refused(asAdmin({ command: 'delete', module: 'users', entity: '0' }));
      expect(system).toMatchObject({ message: 'errors.users.delete.cannotDeleteSystemUser', code: 'system_user' });
      const self = await refused(asAdmin({ command: 'delete', module: 'users', entity: own }));
      expect(self).toMatchObject({ message: 'errors.users.delete.cannotDeleteSelf', code: 'own_user' });
      const payload = { can_login: false };
      const login = await refused(asAdmin({ command: 'update', module: 'users', entity: own, payload }));
      expect(login).toMatchObject({
        message: 'errors.users.update.cannotChangeOwnLoginAbility',
        code: 'own_login_ability',
      });
    });

    it.each([
      ['nothing', {}, 'username', 'any.required'],
      ['a short name', { username: 'ab', password: 'long enough', can_login: true }, 'username', 'string.min'],
      [
        'a text for a boolean',
        { username: 'abc', password: 'long enough', can_login: 'yes' },
        'can_login',
        'boolean.base',
      ],
      ['an unknown key', { username: 'abc', password: 'long enough', can_login: true, x: 1 }, 'x', 'object.unknown'],
    ])('create with %s is refused and says where', async (_what, payload, key, type) => {
      const error = await refused(asAdmin({ command: 'create', module: 'users', payload }));
      expect(error).toMatchObject({ code: 'invalid_payload', details: [{ path: ['payload', key], type }] });
    });
  });
}
