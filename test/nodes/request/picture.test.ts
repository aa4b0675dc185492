/** A picture of a real camera in a flow: what the request node makes of it, and what of there being none. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { login, request } from '../../support/api/mqtt.ts';
import { hasRtspCamera, type RtspCamera, startRtspCamera } from '../../support/cameras/rtsp-camera.ts';
import { asking, node, rewired, server, settled, TAB } from '../../support/node-red/flows.ts';
import { type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { comesTrue } from '../../support/patience.ts';
import { hasProgram } from '../../support/programs.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';

describe.skipIf(!hasRtspCamera() || !hasProgram('ffmpeg'))('the request node asked for a snapshot', () => {
  let service: Service;
  let camera: RtspCamera;
  let red: NodeRed;

  beforeAll(async () => {
    [service, camera, red] = await Promise.all([startService(), startRtspCamera(), startNodeRed()]);
    const client = await service.client();
    const token = await login(client, ADMIN.username, ADMIN.password);
    const source = { type: 'rtsp', url: camera.url };
    const payload = { name: 'Porch', mtx_path: 'porch', is_enabled: true, source };
    await request(client, { command: 'create', module: 'cameras', token, payload });
    await client.end();
    const told = node('told', 'function', ['out-picture'], {
      outputs: 1,
      func: "msg.payload = { isBuffer: Buffer.isBuffer(msg.payload), ends: msg.payload.toString('hex').replace(/^(....).*(....)$/, '$1 $2') }; return msg;",
    });
    const picture = asking('picture', { command: 'read', module: 'snapshots', entity: '1', timeout: '60' });
    await red.deploy([
      ...[TAB, server(service.mqttUrl, ADMIN)],
      ...asking('version', { module: 'version' }),
      ...rewired(picture, 'request-picture', 'told'),
      told,
    ]);
    await settled(() => red.post('version'));
  });
  afterAll(async () => {
    await red.stop();
    await service.stop();
    await camera.kill();
  });

  it('sends the JPEG as a Buffer', async () => {
    expect((await red.post('picture')).body).toEqual({ isBuffer: true, ends: 'ffd8 ffd9' });
  });

  it('hands the reason to the Catch nodes where there is none', async () => {
    await camera.kill();
    await comesTrue(async () => {
      expect((await red.post('picture')).body).toMatchObject({
        code: 'no_snapshot',
        message: expect.stringContaining('cannot be reached'),
      });
    });
  });
});
