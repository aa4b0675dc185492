/** The example that tells a phone of a camera, with a real camera, and with what a phone's service would get. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { login, request } from '../support/api/mqtt.ts';
import type { TestClient } from '../support/brokers/mqtt-client.ts';
import { hasRtspCamera, type RtspCamera, startRtspCamera } from '../support/cameras/rtsp-camera.ts';
import { type HttpStandIn, startHttpStandIn } from '../support/http-stand-in.ts';
import { readExample } from '../support/node-red/examples.ts';
import { type NodeRed, startNodeRed } from '../support/node-red/node-red.ts';
import { comesTrue } from '../support/patience.ts';
import { hasProgram } from '../support/programs.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

const NAME = `Anna's Tür & Flur #1`;

const isPossible = hasRtspCamera() && hasProgram('ffmpeg');
let service: Service;
let camera: RtspCamera;
let phone: HttpStandIn;
let red: NodeRed;
let client: TestClient;
let token: string;

beforeAll(async () => {
  if (!isPossible) return;
  [service, camera, phone, red] = await Promise.all([
    ...([startService(), startRtspCamera(), startHttpStandIn(), startNodeRed()] as const),
  ]);
  phone.answer(() => ({ body: 'ok' }));
  client = await service.client();
  token = await login(client, ADMIN.username, ADMIN.password);
  const source = { type: 'rtsp', url: camera.url };
  const payload = { name: NAME, mtx_path: 'door', is_enabled: true, is_persistent: true, source };
  await request(client, { command: 'create', module: 'cameras', token, payload });
});

afterAll(async () => {
  await client?.end();
  await red?.stop();
  await phone?.close();
  await camera?.kill();
  await service?.stop();
});

/** What the phone got last. */
function told(): { title: string | null; message: string | null; filename: string | null } {
  const { searchParams } = new URL(phone.requests.at(-1)?.target ?? '', phone.url);
  const of = (name: string) => searchParams.get(name);
  return { title: of('title'), message: of('message'), filename: of('filename') };
}

/** The service looks at a camera by itself every 30 seconds. */
async function look(): Promise<void> {
  await request(client, { command: 'update', module: 'cameras', entity: '1', token, payload: { action: 'probe' } });
}

it.skipIf(!isPossible)('sends picture and reason when the camera goes down, and that it works again', async () => {
  const address = (value: unknown) => JSON.parse(JSON.stringify(value).replace('http://localhost:8090', phone.url));
  const example = readExample('tell-phone-camera-down').map((node) =>
    node.type === 'nestmtx-server' ? { ...node, url: service.mqttUrl, credentials: ADMIN } : address(node),
  );
  const kept = { id: 'kept', z: example[0]?.id, x: 1, y: 1 };
  await red.deploy([
    ...example,
    { ...kept, id: 'in', type: 'http in', url: '/kept', method: 'post', wires: [['pictures']] },
    {
      ...{ ...kept, id: 'pictures', type: 'function', outputs: 1, wires: [['out']] },
      func: "msg.payload = (flow.get('pictures') || []).filter(Boolean).length; return msg;",
    },
    { ...kept, id: 'out', type: 'http response', wires: [] },
  ]);
  await comesTrue(async () => expect((await red.post('kept')).body).toBe(1));
  expect(phone.requests).toEqual([]);

  await camera.kill();
  await comesTrue(async () => {
    await look();
    expect(phone.requests).toHaveLength(1);
  });
  expect(phone.requests[0]).toMatchObject({ method: 'POST', headers: { 'content-type': 'image/jpeg' } });
  expect(phone.requests[0]?.bytes.toString('hex')).toMatch(/^ffd8.*ffd9$/);
  expect(told()).toEqual({
    title: `${NAME} is down`,
    message: 'Nothing answers on its port.',
    filename: 'camera.jpg',
  });

  camera = await startRtspCamera(camera.port);
  await comesTrue(async () => {
    await look();
    expect(phone.requests).toHaveLength(2);
  });
  expect(phone.requests[1]).toMatchObject({ method: 'POST', body: 'The camera is there again.' });
  expect(told()).toEqual({ title: `${NAME} works again`, message: null, filename: null });
});
