/** Users, logins and tokens as a client meets them: over MQTT, at the API and at the broker's door. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freshId, login, refused, request, requestText } from '../support/api/mqtt.ts';
import type { TestClient } from '../support/brokers/mqtt-client.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

const REDACTED_PASSWORDS = { password: '[redacted]', current_password: '[redacted]' };
const DAY_MS = 24 * 60 * 60 * 1000;

describe('accounts', () => {
  let clock: ManualClock;
  let service: Service;
  let client: TestClient;
  let admin: string;

  beforeAll(async () => {
    clock = manualClock();
    service = await startService({ clock });
    client = await service.client();
  });

  beforeEach(async () => {
    // Failed logins are counted: each test begins with a clean slate.
    clock.advance(60_000);
    admin = await login(client, ADMIN.username, ADMIN.password);
  });

  afterAll(async () => {
    await client.end();
    await service.stop();
  });

  async function addUser(more: Record<string, unknown> = {}) {
    const username = `user-${freshId()}`;
    const payload = { username, password: 'secret', can_login: true, ...more };
    const { id } = await request<{ id: number }>(client, { command: 'create', module: 'users', payload, token: admin });
    return { id: String(id), username, password: String(payload.password) };
  }

  const update = (entity: string, payload: Record<string, unknown>, token = admin) =>
    requestText(client, { command: 'update', module: 'users', entity, payload, token });
  const whoAmI = (entity: string, token: string) =>
    request(client, { command: 'read', module: 'users', entity, token });

  describe('logging in', () => {
    it('gives an opaque token, its real end, and the user', async () => {
      const body = {
        command: 'create',
        module: 'auth',
        payload: { username: ADMIN.username, password: ADMIN.password },
      };
      const answer = await request<Record<string, unknown>>(client, body);
      expect(Object.keys(answer)).toEqual(['bearer', 'expiration', 'user']);
      expect(answer['bearer']).toMatch(/^oat_[\w-]{43}$/);
      expect(answer['expiration']).toBe(new Date(clock.now() + DAY_MS).toISOString().replace('Z', '+00:00'));
      expect(answer['user']).toEqual({ id: 1, username: 'admin', can_login: true, role: 'admin' });
    });

    it('a remembered login lasts 30 days, an ordinary one a day', async () => {
      const user = await addUser();
      const payload = { username: user.username, password: user.password, rememberMe: true };
      const { bearer: long } = await request<{ bearer: string }>(client, {
        command: 'create',
        module: 'auth',
        payload,
      });
      const short = await login(client, user.username, user.password);
      clock.advance(DAY_MS + 1);
      expect((await refused(client, { command: 'read', module: 'users', entity: user.id, token: short })).code).toBe(
        'unauthorized',
      );
      expect(await whoAmI(user.id, long)).toMatchObject({ username: user.username });
      clock.advance(29 * DAY_MS);
      expect((await refused(client, { command: 'read', module: 'users', entity: user.id, token: long })).code).toBe(
        'unauthorized',
      );
    });

    it.each([
      [{ username: ADMIN.username, password: 'wrong' }],
      [{ username: 'nobody', password: 'wrong' }],
      [{ username: 'system', password: '' }],
      [{ username: ADMIN.username }],
      [{}],
      [{ username: 7, password: [] }],
    ])('%j reads Invalid user credentials, like every other refusal', async (payload) => {
      const error = await refused(client, { command: 'create', module: 'auth', payload });
      expect(error).toMatchObject({ message: 'Invalid user credentials', code: 'invalid_credentials', details: [] });
    });

    it('a user who may not log in reads the same, and an existing token stops working', async () => {
      const user = await addUser();
      const token = await login(client, user.username, user.password);
      await update(user.id, { can_login: false });
      const payload = { username: user.username, password: user.password };
      expect((await refused(client, { command: 'create', module: 'auth', payload })).code).toBe('invalid_credentials');
      expect((await refused(client, { command: 'read', module: 'users', entity: user.id, token })).code).toBe(
        'unauthorized',
      );
    });

    it('with a valid token attached is refused', async () => {
      const payload = { username: ADMIN.username, password: ADMIN.password };
      const error = await refused(client, { command: 'create', module: 'auth', payload, token: admin });
      expect(error).toMatchObject({ message: 'errors.auth.create.loggedIn', code: 'already_logged_in' });
    });

    it('ten wrong passwords make the eleventh wait, whatever it is; a minute later the door opens again', async () => {
      const user = await addUser();
      const attempt = (password: string) => ({
        command: 'create',
        module: 'auth',
        payload: { username: user.username, password },
      });
      for (let count = 0; count < 10; count += 1) {
        expect((await refused(client, attempt('wrong'))).code).toBe('invalid_credentials');
      }
      expect((await refused(client, attempt('wrong'))).code).toBe('rate_limited');
      expect((await refused(client, attempt(user.password))).code).toBe('rate_limited');
      clock.advance(60_000);
      expect(await login(client, user.username, user.password)).toMatch(/^oat_/);
    });
  });

  describe('tokens', () => {
    it('are listed without their secret and can be revoked one by one', async () => {
      const user = await addUser();
      const [first, second] = [
        await login(client, user.username, user.password),
        await login(client, user.username, user.password),
      ];
      const tokens = await request<{ id: string; current: boolean }[]>(client, {
        command: 'list',
        module: 'auth',
        token: first,
      });
      expect(tokens.map(({ current }) => current)).toEqual([true, false]);
      expect(JSON.stringify(tokens)).not.toContain(second);
      const other = tokens.find(({ current }) => !current)?.id;
      expect(await requestText(client, { command: 'delete', module: 'auth', entity: other, token: first })).toBe('');
      expect((await refused(client, { command: 'list', module: 'auth', token: second })).code).toBe('unauthorized');
      expect(await requestText(client, { command: 'delete', module: 'auth', entity: 'current', token: first })).toBe(
        '',
      );
      expect((await refused(client, { command: 'list', module: 'auth', token: first })).code).toBe('unauthorized');
    });

    it('of somebody else cannot be revoked: that id is not found', async () => {
      const [one, other] = [await addUser(), await addUser()];
      const [mine, theirs] = [
        await login(client, one.username, one.password),
        await login(client, other.username, other.password),
      ];
      const [token] = await request<{ id: string }[]>(client, { command: 'list', module: 'auth', token: theirs });
      expect((await refused(client, { command: 'delete', module: 'auth', entity: token?.id, token: mine })).code).toBe(
        'not_found',
      );
    });

    it('all die with a changed password, but the one it was changed with', async () => {
      const user = await addUser();
      const [kept, lost] = [
        await login(client, user.username, user.password),
        await login(client, user.username, user.password),
      ];
      expect(await update(user.id, { password: 'another', current_password: user.password }, kept)).toBe('');
      expect(await whoAmI(user.id, kept)).toMatchObject({ username: user.username });
      expect((await refused(client, { command: 'list', module: 'auth', token: lost })).code).toBe('unauthorized');
      expect((await refused(client, { command: 'create', module: 'auth', payload: user })).code).toBe(
        'invalid_credentials',
      );
    });

    it('are fifty to a user: with one more the oldest goes, and the connection that it opened', async () => {
      const user = await addUser();
      const first = await login(client, user.username, user.password);
      const connected = await service.client({ username: user.username, password: first });
      for (let count = 0; count < 50; count += 1) await login(client, user.username, user.password);
      await connected.closed;
      expect((await refused(client, { command: 'list', module: 'auth', token: first })).code).toBe('unauthorized');
      const last = await login(client, user.username, user.password);
      expect(await request(client, { command: 'list', module: 'auth', token: last })).toHaveLength(50);
      expect(await whoAmI('1', admin)).toMatchObject({ username: 'admin' });
    });

    it('have a name, and tell when and from where they were used last; an administrator sees those of everybody and ends them', async () => {
      const user = await addUser();
      const logIn = await fetch(`${service.httpUrl}/api/auth`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ username: user.username, password: user.password, name: 'phone' }),
      });
      const { bearer } = await logIn.json();
      clock.advance(5000);
      const own = await fetch(`${service.httpUrl}/api/auth`, { headers: { Authorization: `Bearer ${bearer}` } });
      const at = new Date(clock.now()).toISOString().replace('Z', '+00:00');
      const token = { user_id: Number(user.id), name: 'phone', last_used_at: at, last_address: '127.0.0.1' };
      expect(await own.json()).toMatchObject([token]);

      const all = { command: 'list', module: 'auth', payload: { everybody: true } };
      expect((await refused(client, { ...all, token: bearer })).code).toBe('forbidden');
      const everybodys = await request<{ id: string; user_id: number }[]>(client, { ...all, token: admin });
      expect(everybodys).toContainEqual(expect.objectContaining(token));
      const theirs = everybodys.find(({ user_id }) => user_id === Number(user.id))?.id;
      expect(await requestText(client, { command: 'delete', module: 'auth', entity: theirs, token: admin })).toBe('');
      expect((await refused(client, { command: 'list', module: 'auth', token: bearer })).code).toBe('unauthorized');
    });

    it('that were stolen do not become the account: a password is changed with the one until now', async () => {
      const user = await addUser();
      const stolen = await login(client, user.username, user.password);
      const change = (payload: object) => ({
        command: 'update',
        module: 'users',
        entity: user.id,
        payload,
        token: stolen,
      });
      const without = await refused(client, change({ password: 'mine now' }));
      expect(without).toMatchObject({ code: 'invalid_payload', details: [{ path: ['payload', 'current_password'] }] });
      const guess = { password: 'mine now', current_password: 'guessed' };
      for (let count = 0; count < 10; count += 1) {
        const wrong = await refused(client, change(guess));
        expect(wrong).toMatchObject({ code: 'invalid_credentials', context: { payload: REDACTED_PASSWORDS } });
      }
      expect((await refused(client, change(guess))).code).toBe('rate_limited');
      // An administrator helps whoever has forgotten it.
      expect(await update(user.id, { password: 'given' })).toBe('');
    });

    it('die with their user', async () => {
      const user = await addUser();
      const token = await login(client, user.username, user.password);
      expect(await requestText(client, { command: 'delete', module: 'users', entity: user.id, token: admin })).toBe('');
      expect((await refused(client, { command: 'list', module: 'auth', token })).code).toBe('unauthorized');
    });

    it('are nowhere on disk, nor are passwords', async () => {
      const { readFile } = await import('node:fs/promises');
      const stored = await readFile(`${service.dataDir}/store.journal`, 'utf8');
      expect(stored).toContain('"username":"admin"');
      expect(stored).not.toContain(admin);
      expect(stored).not.toContain(ADMIN.password);
    });
  });

  describe('users', () => {
    it('a created user is returned, a second of the same name is refused without a word of SQL', async () => {
      const payload = { username: 'anna', password: 'secret', can_login: true };
      const made = await request(client, { command: 'create', module: 'users', payload, token: admin });
      expect(made).toEqual({ id: expect.any(Number), username: 'anna', can_login: true, role: 'user' });
      const error = await refused(client, { command: 'create', module: 'users', payload, token: admin });
      expect(error).toMatchObject({ code: 'already_exists', context: { payload: { password: '[redacted]' } } });
    });

    it('a payload that breaks its schema is refused with the place', async () => {
      const payload = { username: 'ab', password: 'secret', can_login: true };
      const error = await refused(client, { command: 'create', module: 'users', payload, token: admin });
      expect(error).toMatchObject({
        code: 'invalid_payload',
        details: [{ path: ['payload', 'username'], type: 'string.min' }],
      });
    });

    it('the system user is hidden, readable, and cannot be deleted, changed or logged in', async () => {
      const page = await request<{ items: { id: number }[] }>(client, {
        command: 'list',
        module: 'users',
        token: admin,
        payload: { itemsPerPage: 1000 },
      });
      expect(page.items.some(({ id }) => id === 0)).toBe(false);
      expect(await whoAmI('0', admin)).toMatchObject({ username: 'system', can_login: false });
      expect((await refused(client, { command: 'delete', module: 'users', entity: '0', token: admin })).message).toBe(
        'errors.users.delete.cannotDeleteSystemUser',
      );
      expect(
        (
          await refused(client, {
            command: 'update',
            module: 'users',
            entity: '0',
            payload: { can_login: true, password: 'secret' },
            token: admin,
          })
        ).code,
      ).toBe('forbidden');
    });

    it('nobody deletes themselves or changes their own login ability', async () => {
      expect(await refused(client, { command: 'delete', module: 'users', entity: '1', token: admin })).toMatchObject({
        code: 'own_user',
      });
      const error = await refused(client, {
        command: 'update',
        module: 'users',
        entity: '1',
        payload: { can_login: false },
        token: admin,
      });
      expect(error).toMatchObject({
        message: 'errors.users.update.cannotChangeOwnLoginAbility',
        code: 'own_login_ability',
      });
      expect(await update('1', { can_login: true })).toBe('');
    });

    it('a user reads itself and changes its own password, and no more', async () => {
      const [user, other] = [await addUser(), await addUser()];
      const token = await login(client, user.username, user.password);
      expect(await whoAmI(user.id, token)).toMatchObject({ role: 'user' });
      for (const forbidden of [
        { command: 'list', module: 'users' },
        { command: 'read', module: 'users', entity: other.id },
        { command: 'update', module: 'users', entity: other.id, payload: { password: 'stolen' } },
        { command: 'update', module: 'users', entity: user.id, payload: { role: 'admin' } },
        { command: 'delete', module: 'users', entity: other.id },
        { command: 'create', module: 'users', payload: { username: 'x', password: 'y' } },
        { command: 'create', module: 'cameras', payload: { name: 'x' } },
        { command: 'create', module: 'events', payload: {} },
      ]) {
        expect(await refused(client, { ...forbidden, token })).toMatchObject({
          message: 'Forbidden',
          code: 'forbidden',
        });
      }
      expect(await request(client, { command: 'list', module: 'cameras', token })).toHaveProperty('items');
    });
  });

  describe('at the broker’s door', () => {
    it.each([
      ['no name', {}],
      ['a wrong password', { username: ADMIN.username, password: 'wrong' }],
      ['an unknown name', { username: 'nobody', password: 'wrong' }],
      ['the system user', { username: 'system', password: '' }],
    ])('%s is refused', async (_who, credentials) => {
      const anonymous = { username: '', password: '', ...credentials };
      await expect(service.client(anonymous)).rejects.toThrow();
    });

    it('a bearer token opens it as a password, until it is revoked: then the connection goes at once', async () => {
      const user = await addUser();
      const token = await login(client, user.username, user.password);
      const device = await service.client({ username: user.username, password: token });
      await requestText(client, { command: 'delete', module: 'auth', entity: 'current', token });
      await device.closed;
      await expect(service.client({ username: user.username, password: token })).rejects.toThrow();
    });

    it('a changed password, a lost login ability and a deletion each close the user’s connections', async () => {
      const user = await addUser();
      const first = await service.client(user);
      await update(user.id, { password: 'another' });
      await first.closed;
      const second = await service.client({ ...user, password: 'another' });
      await update(user.id, { can_login: false });
      await second.closed;
      await update(user.id, { can_login: true });
      const third = await service.client({ ...user, password: 'another' });
      await requestText(client, { command: 'delete', module: 'users', entity: user.id, token: admin });
      await third.closed;
      await expect(service.client({ ...user, password: 'another' })).rejects.toThrow();
    });

    it('a user reads the answer whose id it knows, but no wildcard over answers, and never a request', async () => {
      const user = await addUser();
      const device = await service.client(user);
      const granted = await device.subscribe([
        'nestmtx/responses/mine',
        'nestmtx/responses/#',
        'nestmtx/responses/+',
        'nestmtx/requests',
        '#',
        'nestmtx/#',
      ]);
      expect(granted.map((code) => code < 0x80)).toEqual([true, false, false, false, false, false]);
      await device.end();
    });
  });
});
