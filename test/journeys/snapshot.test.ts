/** A picture of a real camera through a real ffmpeg, and who gets it. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRtspCamera, type RtspCamera, startRtspCamera } from '../support/cameras/rtsp-camera.ts';
import { hasProgram } from '../support/programs.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

const LOGIN = 'viewer:pa55word-of-the-camera';
const SOMEONE = { username: 'someone', password: 'someones password' };

describe.skipIf(!hasRtspCamera() || !hasProgram('ffmpeg'))('a snapshot over HTTP', () => {
  let service: Service;
  let camera: RtspCamera;
  let admin: string;
  let id: number;

  beforeAll(async () => {
    [service, camera] = await Promise.all([startService(), startRtspCamera()]);
    admin = await logIn(ADMIN);
    const url = camera.url.replace('rtsp://', `rtsp://${LOGIN}@`);
    const body = { name: 'Porch', mtx_path: 'porch', is_enabled: true, source: { type: 'rtsp', url } };
    ({ id } = await (await ask('cameras', admin, body)).json());
  });
  afterAll(async () => {
    await service.stop();
    await camera.kill();
  });

  const ask = (path: string, token?: string, body?: object) =>
    fetch(`${service.httpUrl}/api/${path}`, {
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    });

  async function logIn(who: typeof ADMIN): Promise<string> {
    return (await (await ask('auth', undefined, who)).json()).bearer;
  }

  const snapshot = (token?: string, entity: unknown = id) => ask(`cameras/${entity}/snapshot`, token);

  it('is a JPEG that nobody may keep, for everybody who may read the camera', async () => {
    await ask('users', admin, { ...SOMEONE, can_login: true });
    const response = await snapshot(await logIn(SOMEONE));
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const picture = Buffer.from(await response.arrayBuffer());
    expect(picture.readUInt16BE(0)).toBe(0xffd8);
    expect(sizeOf(picture)).toEqual({ width: 320, height: 240 });
  });

  it('is refused to whoever has no token, and where there is no camera', async () => {
    expect((await snapshot()).status).toBe(401);
    expect((await snapshot('wrong')).status).toBe(401);
    expect((await snapshot(admin, 999)).status).toBe(404);
  });

  it('is remembered as the last one, with its age, for the same people and without asking the camera', async () => {
    const last = (token?: string, headers = {}, entity: unknown = id) =>
      fetch(`${service.httpUrl}/api/cameras/${entity}/snapshot/last`, {
        headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
      });
    const someone = await logIn(SOMEONE);
    const picture = await last(someone);
    expect([picture.status, picture.headers.get('cache-control')]).toEqual([200, 'private, no-cache']);
    expect(sizeOf(Buffer.from(await picture.arrayBuffer()))).toEqual({ width: 320, height: 240 });
    const { items } = await (await ask('snapshots', someone)).json();
    expect(items).toMatchObject([{ camera: id, name: 'Porch', mediaType: 'image/jpeg' }]);
    const takenAtMs = Date.parse(items[0].at);
    expect(Date.parse(picture.headers.get('last-modified') ?? '')).toBe(takenAtMs - (takenAtMs % 1000));
    // As a browser asks that has it: what fetch adds by itself asks for it anew.
    const conditions = { 'if-none-match': picture.headers.get('etag'), 'cache-control': 'max-age=0' };
    expect((await last(someone, conditions)).status).toBe(304);
    expect([(await last()).status, (await last(admin, {}, 999)).status]).toEqual([401, 404]);
    const unseen = await (await ask('cameras', admin, { name: 'Unseen' })).json();
    expect(await (await last(admin, {}, unseen.id)).json()).toMatchObject({
      error: { code: 'no_snapshot', details: [{ type: 'snapshot.none_kept' }] },
    });
  });

  it('says why there is none, and shows the login of the camera nowhere', async () => {
    await camera.kill();
    // The picture of before is shared for two seconds.
    let response = await snapshot(admin);
    while (response.status === 200) response = await snapshot(admin);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      error: {
        code: 'no_snapshot',
        message: expect.stringContaining('cannot be reached'),
        details: [{ type: 'snapshot.unreachable' }],
        context: { command: 'read', module: 'cameras', entity: String(id) },
      },
    });
    expect(service.log()).not.toMatch(/pa55word/);
  });
});

/** From the frame header of a JPEG. */
function sizeOf(jpeg: Buffer): { width: number; height: number } {
  for (let at = 2; at + 9 < jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2)) {
    const marker = jpeg.readUInt16BE(at);
    if (marker >= 0xffc0 && marker <= 0xffc2)
      return { height: jpeg.readUInt16BE(at + 5), width: jpeg.readUInt16BE(at + 7) };
  }
  throw new Error('no frame in this JPEG');
}
