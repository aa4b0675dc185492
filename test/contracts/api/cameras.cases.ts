/** Owns the cases of cameras and of events made by hand, on every transport (contract 2.7, N-34 to N-36). */

import { describe, expect, it } from 'vitest';
import { ABSENT, type ApiRequest, type Caller, NOT_FOUND, wellFormed } from './caller.ts';

const CAMERA_KEYS = [
  ...['id', 'credentialId', 'uid', 'room', 'name', 'checksum', 'info', 'mtx_path', 'is_enabled', 'expires_at'],
  ...['createdAt', 'updatedAt', 'is_persistent'],
];

export function cameraCases({ ok, refused, asAdmin, asUser }: Caller): void {
  describe('cameras and events', () => {
    const create = (payload: object): ApiRequest => asAdmin({ command: 'create', module: 'cameras', payload });
    const made = async (payload: object) => (await ok(create(payload))) as { id: number };

    it('create, read, list, update and delete', async () => {
      const camera = await made({ name: 'Garage', room: 'Yard', mtx_path: 'garage', is_enabled: true });
      const entity = String(camera.id);
      expect(Object.keys(camera).slice(0, 13)).toEqual(CAMERA_KEYS);
      expect(await ok(asUser({ command: 'read', module: 'cameras', entity }))).toEqual(camera);
      const page = await ok(asUser({ command: 'list', module: 'cameras', payload: { search: 'garage' } }));
      expect(page).toMatchObject({ total: 1, items: [camera] });
      const payload = { is_enabled: false };
      expect(await ok(asAdmin({ command: 'update', module: 'cameras', entity, payload }))).toBeUndefined();
      expect(await ok(asAdmin({ command: 'read', module: 'cameras', entity }))).toHaveProperty('status', 'disabled');
      expect(await ok(asAdmin({ command: 'delete', module: 'cameras', entity }))).toBeUndefined();
      expect(await refused(asAdmin({ command: 'read', module: 'cameras', entity }))).toMatchObject(NOT_FOUND);
    });

    it('a list keeps to one room where it is asked to, and a camera of ours can move to another', async () => {
      const { id } = await made({ name: 'Attic window', room: 'Attic' });
      await made({ name: 'Attic stairs', room: 'Landing' });
      const inRoom = async (room: unknown) => {
        const list = asUser({ command: 'list', module: 'cameras', payload: { room, search: 'attic' } });
        return ((await ok(list)) as { items: { name: string }[] }).items.map(({ name }) => name);
      };
      expect(await inRoom('Attic')).toEqual(['Attic window']);
      const payload = { room: 'Landing' };
      expect(await ok(asAdmin({ command: 'update', module: 'cameras', entity: String(id), payload }))).toBeUndefined();
      expect(await inRoom('Attic')).toEqual([]);
      expect(await inRoom('Landing')).toEqual(['Attic stairs', 'Attic window']);
      expect(await inRoom('')).toHaveLength(2);
    });

    it.each(['update', 'delete', 'read'] as const)('%s of an absent id: not found', async (command) => {
      expect(await refused(asAdmin({ ...wellFormed('cameras', command), entity: ABSENT }))).toMatchObject(NOT_FOUND);
    });

    it('a camera is not enabled without a path, nor with the path of another', async () => {
      await made({ name: 'Door', mtx_path: 'door' });
      const without = await refused(create({ name: 'Other', is_enabled: true }));
      expect(without).toMatchObject({
        message: 'errors.cameras.update.mtxPathIsRequired',
        code: 'mtx_path_required',
      });
      const taken = await refused(create({ name: 'Other', mtx_path: 'door' }));
      expect(taken).toMatchObject({ message: 'errors.cameras.update.mtxPathAlreadyInUse', code: 'mtx_path_in_use' });
    });

    it('a disabled camera becomes persistent where it has a path, and ceases to be when it is disabled', async () => {
      const { id } = await made({ name: 'Stairs', mtx_path: 'stairs' });
      const entity = String(id);
      const persistentAfter = async (payload: object) => {
        await ok(asAdmin({ command: 'update', module: 'cameras', entity, payload }));
        const now = Object(await ok(asUser({ command: 'read', module: 'cameras', entity })));
        return now.is_persistent;
      };
      expect(await persistentAfter({ is_persistent: true })).toBe(true);
      expect(await persistentAfter({ is_enabled: true })).toBe(true);
      expect(await persistentAfter({ is_enabled: false })).toBe(false);
      const bare = await made({ name: 'Bare' });
      const payload = { is_persistent: true };
      const error = await refused(asAdmin({ command: 'update', module: 'cameras', entity: String(bare.id), payload }));
      expect(error).toHaveProperty('code', 'mtx_path_required');
    });

    it('a path with a space is refused and says which pattern it must match', async () => {
      const details = [{ path: ['payload', 'mtx_path'], type: 'string.pattern.base' }];
      const error = await refused(create({ name: 'Other', mtx_path: 'a b' }));
      expect(error).toMatchObject({ code: 'invalid_payload', details });
    });

    it('an observation made by hand says which events came of it, once', async () => {
      const { id } = await made({ name: 'Porch', mtx_path: 'porch', is_enabled: true });
      const emit = asAdmin({
        command: 'create',
        module: 'events',
        payload: { domain: 'camera', entity: id, event: 'ready' },
      });
      const first = await ok(emit);
      expect(first).toEqual({ events: ['ready'], seq: expect.any(Number) });
      expect(await ok(emit)).toEqual({ ...(first as object), events: [] });
      const payload = { entity: id, event: 'ready' };
      const past = await ok(asUser({ command: 'list', module: 'events', payload }));
      const told = { id: expect.any(Number), domain: 'camera', event: 'ready', entity: id, at: expect.any(String) };
      expect(past).toMatchObject({ total: 1, items: [{ ...told, details: { name: 'Porch', path: 'porch' } }] });
    });

    it('the pictures that are kept are listed: none while nobody took one', async () => {
      const page = await ok(asUser({ command: 'list', module: 'snapshots', payload: { room: 'Attic' } }));
      expect(page).toMatchObject({ total: 0, items: [] });
    });

    it('a camera that nothing serves by WebRTC is not watched, and says why; nobody ends what is not theirs', async () => {
      const { id } = await made({ name: 'Cellar', mtx_path: 'cellar', is_enabled: true });
      const offer = 'v=0\r\n';
      const why = { code: 'no_stream', details: [{ type: 'stream.no_server' }] };
      const watch = (camera: unknown) => asUser({ command: 'create', module: 'streams', payload: { camera, offer } });
      expect(await refused(watch(id))).toMatchObject(why);
      expect(await refused(watch(ABSENT))).toMatchObject(NOT_FOUND);
      expect(await refused(asUser({ command: 'read', module: 'streams', entity: String(id) }))).toMatchObject(why);
      expect(await refused(asUser({ command: 'delete', module: 'streams', entity: ABSENT }))).toMatchObject(NOT_FOUND);
      const payload = { camera: id, offer: 'GET / HTTP/1.1' };
      const error = await refused(asUser({ command: 'create', module: 'streams', payload }));
      expect(error).toMatchObject({ code: 'invalid_payload', details: [{ path: ['payload', 'offer'] }] });
    });

    it('an address is tried before there is a camera, and is no address of another kind', async () => {
      const probe = (url: string) => asAdmin({ command: 'create', module: 'probes', payload: { url } });
      const found = await ok(probe('rtsp://viewer:s3cret@127.0.0.1:1/'));
      expect(found).toEqual({ finding: 'refused', message: expect.stringContaining('nothing listens') });
      expect(await refused(probe('http://127.0.0.1/'))).toMatchObject({ code: 'invalid_url' });
    });

    it.each([
      [{ domain: 'camera', entity: ABSENT, event: 'ready' }, 'not_found'],
      [{ domain: 'camera', entity: '1', event: 'exploded' }, 'invalid_payload'],
    ])('the observation %j is refused: %s', async (payload, code) => {
      expect(await refused(asAdmin({ command: 'create', module: 'events', payload }))).toHaveProperty('code', code);
    });
  });
}
