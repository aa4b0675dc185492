/** Owns the cases of the modules about the service itself and its credentials, on every transport (contract 2.7). */

import { describe, expect, it } from 'vitest';
import { type Caller, NOT_FOUND } from './caller.ts';

const VERSION_KEYS = ['release', 'commit', 'platform', 'mediamtx', 'database', 'gstreamer', 'ffmpeg'];

export function serviceCases({ ok, refused, asAdmin }: Caller, without: readonly string[]): void {
  describe.skipIf(without.includes('credentials'))('credentials', () => {
    const payload = {
      description: 'House',
      oauth_client_id: 'id',
      oauth_client_secret: 'secret',
      dac_project_id: null,
    };

    it('create gives the bare id, list hides the secrets, delete has no result', async () => {
      const id = await ok(asAdmin({ command: 'create', module: 'credentials', payload }));
      expect(id).toEqual(expect.any(Number));
      const page = await ok(asAdmin({ command: 'list', module: 'credentials' }));
      const secrets = { oauth_client_id: null, oauth_client_secret: null, dac_project_id: null, tokens: null };
      expect(page).toMatchObject({
        items: [{ id, description: 'House', ...secrets, has_secret: true, is_authenticated: false }],
      });
      const entity = String(id);
      const link = await ok(
        asAdmin({ command: 'update', module: 'credentials', entity, payload: { origin: 'https://a.example' } }),
      );
      expect(link).toMatch(/^https:\/\/accounts\.google\.com\//);
      expect(await ok(asAdmin({ command: 'delete', module: 'credentials', entity }))).toBeUndefined();
      expect(await refused(asAdmin({ command: 'delete', module: 'credentials', entity }))).toMatchObject(NOT_FOUND);
    });

    it('an unreadable authorisation is refused, and its code is not echoed', async () => {
      const error = await refused(asAdmin({ command: 'read', module: 'credentials', entity: 'bm8=' }));
      expect(error).toMatchObject({
        message: 'errors.credentials.authorize.malformed',
        code: 'authorization_malformed',
      });
      expect(error.context).toHaveProperty('entity', '[redacted]');
    });

    it('create without a secret is refused and says where', async () => {
      const { oauth_client_secret: _, ...incomplete } = payload;
      const error = await refused(asAdmin({ command: 'create', module: 'credentials', payload: incomplete }));
      expect(error).toMatchObject({
        code: 'invalid_payload',
        details: [{ path: ['payload', 'oauth_client_secret'] }],
      });
    });
  });

  describe.skipIf(without.includes('cronjobs'))('cronjobs', () => {
    const update = (entity: string) => asAdmin({ command: 'update', module: 'cronjobs', entity, payload: {} });

    it('list, run one, and run one that does not exist', async () => {
      const page = await ok(asAdmin({ command: 'list', module: 'cronjobs', payload: { search: 'CredentialsJob' } }));
      expect(page).toMatchObject({ total: 1, items: [{ name: 'CredentialsJob', crontab: '* * * * *' }] });
      expect(await ok(update('CredentialsJob'))).toEqual({});
      expect(await ok(update('NoSuchJob'))).toBeUndefined();
    });
  });

  describe.skipIf(without.includes('htop'))('htop', () => {
    const update = (payload: object) => asAdmin({ command: 'update', module: 'htop', entity: 'nope', payload });

    it('lists processors, memory, processes and paths', async () => {
      const load = await ok(asAdmin({ command: 'list', module: 'htop' }));
      expect(load).toEqual({
        cpu: expect.any(Array),
        memory: { total: expect.any(Number), used: expect.any(Number) },
        processes: expect.arrayContaining([expect.objectContaining({ name: 'nestmtx' })]),
        paths: expect.any(Array),
      });
    });

    it.each([
      [{ action: 'explode' }, 'unknown_action', 'Unknown action: explode'],
      [{ action: 'stop' }, 'unknown_process', 'No Process with name "nope" exists'],
      [{}, 'invalid_payload', '"payload.action" is required'],
    ])('update with %j: %s', async (payload, code, message) => {
      expect(await refused(update(payload))).toMatchObject({ code, message });
    });
  });

  describe('open modules', () => {
    it('health tells the state of the service to anyone', async () => {
      const setup = { healthy: true, meta: { systemUserConfigured: true, interfaceUserConfigured: true } };
      const health = await ok({ command: 'list', module: 'health' });
      expect(health).toMatchObject({ healthy: 'healthy', details: { app: { healthy: true }, setup } });
    });

    it('version tells what runs to anyone', async () => {
      const version = await ok({ command: 'list', module: 'version' });
      expect(Object.keys(version as object)).toEqual(VERSION_KEYS);
    });

    it.skipIf(without.includes('swagger'))('swagger describes the API to anyone', async () => {
      const document = await ok({ command: 'list', module: 'swagger' });
      expect(document).toMatchObject({ openapi: expect.stringMatching(/^3\./), paths: expect.any(Object) });
    });
  });
}
