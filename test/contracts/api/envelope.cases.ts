/** Owns the cases of requests that break the envelope's rules, and of what an error echoes, on every transport. */

import { describe, expect, it } from 'vitest';
import { type Caller, wellFormed } from './caller.ts';

export function envelopeCases(caller: Caller): void {
  const { refused, asAdmin } = caller;

  describe('envelope', () => {
    const entityMissing = [{ message: '"entity" is required', path: ['entity'], type: 'any.required' }];

    it.each(['update', 'delete'] as const)('%s without an entity names what is missing', async (command) => {
      const { entity: _, ...request } = wellFormed('cameras', command);
      expect(await refused(asAdmin(request))).toMatchObject({ code: 'invalid_envelope', details: entityMissing });
    });

    it('create with an entity is refused', async () => {
      const request = { command: 'create', module: 'cameras', entity: '1', payload: {} } as const;
      const details = [
        { message: '"entity" is not allowed', path: ['entity'], type: 'any.unknown', context: { value: '1' } },
      ];
      expect(await refused(asAdmin(request))).toMatchObject({ code: 'invalid_envelope', details });
    });

    it.each([[[]], ['text'], [null]])('the payload %j is no object', async (payload) => {
      const error = await refused(asAdmin({ command: 'create', module: 'cameras', payload }));
      const details = [{ message: '"payload" must be of type object', path: ['payload'], type: 'object.base' }];
      expect(error).toMatchObject({ code: 'invalid_envelope', details });
    });
  });
}

export function errorCases(caller: Caller): void {
  const { refused, asAdmin } = caller;

  describe('errors', () => {
    it('echo the request without its secrets, and who made it last', async () => {
      const payload = { username: 'abc', password: 'shrt', can_login: true };
      const { context, ...error } = await refused(asAdmin({ command: 'create', module: 'users', payload }));
      const { requestId, ...echo } = context;
      expect(typeof requestId).toBe('string');
      expect(echo).toEqual({
        command: 'create',
        module: 'users',
        payload: { ...payload, password: '[redacted]' },
        user: { id: caller.admin.id, username: caller.admin.username, can_login: true, role: 'admin' },
      });
      expect(Object.keys(context)).toEqual(
        expect.arrayContaining(['command', 'module', 'requestId', 'payload', 'user']),
      );
      expect(error).toMatchObject({
        code: 'invalid_payload',
        message: '"payload.password" length must be at least 5 characters long',
        details: [{ path: ['payload', 'password'], type: 'string.min', context: { limit: 5, value: '[redacted]' } }],
      });
    });
  });
}
