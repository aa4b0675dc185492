/** Owns the cases of users that are devices, on every transport: they have topics, and no use of the API. */

import { describe, expect, it } from 'vitest';
import type { ApiRequest, Caller } from './caller.ts';

const PASSWORD = 'a good password';

export function deviceCases(caller: Caller): void {
  const { ok, refused, asAdmin, asUser } = caller;

  describe('devices', () => {
    const create = (username: string, more: object): ApiRequest =>
      asAdmin({
        command: 'create',
        module: 'users',
        payload: { username, password: PASSWORD, can_login: true, ...more },
      });
    const update = (entity: string, payload: object): ApiRequest =>
      asAdmin({ command: 'update', module: 'users', entity, payload });
    const read = (entity: string): ApiRequest => asAdmin({ command: 'read', module: 'users', entity });
    const made = async (username: string, more: object) => {
      const device = (await ok(create(username, { role: 'device', ...more }))) as { id: number };
      return { device, entity: String(device.id) };
    };

    it('create, read, list, update and delete, with their topics last', async () => {
      const topics = ['homeassistant/#', 'tele/+/#', '/stat/plug'];
      const { device, entity } = await made('plug', { topics });
      expect(device).toEqual({ id: device.id, username: 'plug', can_login: true, role: 'device', topics });
      expect(Object.keys(device).at(-1)).toBe('topics');
      expect(await ok(read(entity))).toEqual(device);
      const page = await ok(asAdmin({ command: 'list', module: 'users', payload: { search: 'plug' } }));
      expect(page).toMatchObject({ total: 1, items: [device] });
      expect(await ok(update(entity, { topics: ['cmnd/plug/#'] }))).toBeUndefined();
      expect(await ok(read(entity))).toHaveProperty('topics', ['cmnd/plug/#']);
      expect(await ok(update(entity, { password: 'another password' }))).toBeUndefined();
      expect(await ok(read(entity))).toHaveProperty('topics', ['cmnd/plug/#']);
      expect(await ok(asAdmin({ command: 'delete', module: 'users', entity }))).toBeUndefined();
    });

    it.each([
      ['no topics', undefined, ['payload', 'topics'], 'any.required'],
      ['an empty list of topics', [], ['payload', 'topics'], 'any.minItems'],
      ['too many topics', Array.from({ length: 101 }, (_, at) => `a/${at}`), ['payload', 'topics'], 'any.maxItems'],
      ['a text for a list', 'tele/#', ['payload', 'topics'], 'array.base'],
      ['a filter that is none', ['tele/#', 'tele/#/a'], ['payload', 'topics', 1], 'string.topic'],
      ['a topic of the broker', ['$SYS/#'], ['payload', 'topics', 0], 'string.topic'],
      ['a shared subscription', ['$share/g/tele/#'], ['payload', 'topics', 0], 'string.topic'],
      ['everything', ['#'], ['payload', 'topics', 0], 'string.topic'],
      ['every root', ['+/state'], ['payload', 'topics', 0], 'string.topic'],
      ['every root with a slash', ['/+/state'], ['payload', 'topics', 0], 'string.topic'],
      ['requests', ['nestmtx/requests'], ['payload', 'topics', 0], 'string.topic'],
      ['requests in the other spelling', ['/nestmtx/requests'], ['payload', 'topics', 0], 'string.topic'],
    ])('create with %s is refused and says where', async (_what, topics, path, type) => {
      const error = await refused(create('refused', { role: 'device', ...(topics && { topics }) }));
      expect(error).toMatchObject({ code: 'invalid_payload', details: [{ path, type }] });
    });

    it('nobody else has topics', async () => {
      const notAllowed = { code: 'invalid_payload', details: [{ path: ['payload', 'topics'], type: 'any.unknown' }] };
      expect(await refused(create('refused', { topics: ['a/#'] }))).toMatchObject(notAllowed);
      const own = String(caller.user.id);
      expect(await refused(update(own, { topics: ['a/#'] }))).toMatchObject(notAllowed);
      const payload = { topics: ['a/#'] };
      expect(await refused(asUser({ command: 'update', module: 'users', entity: own, payload }))).toMatchObject(
        notAllowed,
      );
    });

    it('cannot log in to the API, with the right password as with a wrong one', async () => {
      await made('bulb', { topics: ['tele/bulb/#'] });
      for (const password of [PASSWORD, 'wrong']) {
        const error = await refused({ command: 'create', module: 'auth', payload: { username: 'bulb', password } });
        expect(error).toMatchObject({ message: 'Invalid user credentials', code: 'invalid_credentials' });
      }
    });

    it('a user who becomes a device needs topics and loses its tokens; one that becomes a user has neither', async () => {
      const { id } = (await ok(create('turncoat', {}))) as { id: number };
      const entity = String(id);
      const login: ApiRequest = {
        command: 'create',
        module: 'auth',
        payload: { username: 'turncoat', password: PASSWORD },
      };
      const { bearer: token } = (await ok(login)) as { bearer: string };
      expect(await refused(update(entity, { role: 'device' }))).toMatchObject({ details: [{ type: 'any.required' }] });
      await ok(update(entity, { role: 'device', topics: ['tele/x/#'] }));
      expect(await refused({ command: 'list', module: 'auth', token })).toHaveProperty('code', 'unauthorized');
      await ok(update(entity, { role: 'user' }));
      expect(await ok(read(entity))).toEqual({ id, username: 'turncoat', can_login: true, role: 'user' });
      expect(await refused({ command: 'list', module: 'auth', token })).toHaveProperty('code', 'unauthorized');
      await ok(login);
    });
  });
}
