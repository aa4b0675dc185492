/** The camera node in a real Node-RED: what passes, what waits, and pictures, beside a service with the embedded broker. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../src/client/client.ts';
import { connectClient } from '../support/brokers/mqtt-client.ts';
import { asking, node, server, settled, TAB } from '../support/node-red/flows.ts';
import { type FlowNode, type NodeRed, startNodeRed } from '../support/node-red/node-red.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';
import { startUpstream } from '../support/upstream/upstream.ts';

/** A JPEG as far as anybody here looks. */
const JPEG = Buffer.from('ffd8ffe000104a46494600ffd9', 'hex');

let service: Service;
let red: NodeRed;
let admin: Client;
let camera: number;
let made = 0;

beforeAll(async () => {
  [service, red] = await Promise.all([startService(), startNodeRed()]);
  admin = createClient({ url: service.mqttUrl, ...ADMIN });
  admin.connect();
  await admin.connected();
  await admin.login(ADMIN.username, ADMIN.password);
});

beforeEach(async () => {
  made += 1;
  camera = await created({ name: `Camera ${made}`, mtx_path: `camera-${made}`, is_enabled: true });
});

afterAll(async () => {
  await red.stop();
  await admin.close();
  await service.stop();
});

async function created(payload: Readonly<Record<string, unknown>>): Promise<number> {
  return ((await admin.request({ command: 'create', module: 'cameras', payload })) as { id: number }).id;
}

const emit = (event: string) =>
  admin.request({ command: 'create', module: 'events', payload: { domain: 'camera', entity: camera, event } });

/**
 * `POST /camera` sends the body through the node; what passes comes back with 200, what fails with 500. Another way around the node answers
 * 204 a while later, which is when a message that does not pass has been dropped: it is a flow's own business.
 */
function flow(properties: Readonly<Record<string, unknown>>, config = server(service.mqttUrl, ADMIN)): FlowNode[] {
  const rest = { holds: 'is', condition: 'up', which: 'either', target: 'payload', timeout: '30 s' };
  const tell = `
    const { camera, state, error, payload } = msg;
    msg.payload = { camera, state, error, picture: Buffer.isBuffer(payload) ? payload.toString('hex') : undefined };`;
  return [
    ...[TAB, config],
    node('in', 'http in', ['camera'], { url: '/camera', method: 'post' }),
    node('camera', 'nestmtx-camera', ['tell'], {
      ...{ server: 'server', entity: String(camera), entityType: 'record', timeoutType: 'duration', action: 'if' },
      ...{ ...rest, ...properties },
    }),
    node('complete', 'complete', ['dropped'], { scope: ['camera'] }),
    node('dropped', 'function', ['out'], {
      outputs: 1,
      func: "msg.payload = 'dropped'; msg.statusCode = 204; return msg;",
    }),
    node('tell', 'function', ['out'], { outputs: 1, func: `${tell} return msg;` }),
    node('catch', 'catch', ['fail'], { scope: ['camera'] }),
    node('fail', 'function', ['out'], { outputs: 1, func: `${tell} msg.statusCode = 500; return msg;` }),
    node('out', 'http response', []),
    ...asking('version', { module: 'version' }),
  ];
}

/** Without a login at the API, which states do not need. */
async function deploy(properties: Readonly<Record<string, unknown>>, login = 'none'): Promise<void> {
  await red.deploy(flow(properties, server(service.mqttUrl, ADMIN, { login })));
  await settled(() => red.post('version'));
}

const ask = (body: object = {}) => red.post('camera', body);

describe('a message that depends on a camera', () => {
  it('passes while the camera is up, with its state, and else ends without an error', async () => {
    await deploy({ names: { [camera]: 'Door' } });
    expect(await ask()).toEqual({ status: 204, body: undefined });
    await emit('ready');
    const { body } = await settled(ask);
    expect(body).toMatchObject({ camera: { id: camera, name: 'Door' }, state: { ready: true, enabled: true } });
  });

  it.each([
    ['is not up', { holds: 'isNot' }, [], 200],
    ['is watched', { condition: 'watched' }, ['demand'], 200],
    ['is not watched', { condition: 'watched', holds: 'isNot' }, ['demand'], 204],
    ['is switched on', { condition: 'enabled' }, [], 200],
    ['is not switched on', { condition: 'enabled', holds: 'isNot' }, [], 204],
    ['is reachable', { condition: 'reachable' }, ['ready'], 200],
    ['is reachable, which nobody knows', { condition: 'reachable' }, [], 204],
    ['is not reachable, which nobody knows', { condition: 'reachable', holds: 'isNot' }, [], 204],
  ])('passes, or does not, if the camera %s', async (_what, properties, events, status) => {
    for (const event of events) await emit(event);
    await deploy(properties);
    await settled(ask, (answer) => answer.status === status);
  });

  it('names its camera itself where the dialog says so', async () => {
    await emit('ready');
    await deploy({ entity: 'payload.which', entityType: 'msg' });
    expect((await settled(() => ask({ which: camera }))).body).toMatchObject({ camera: { id: camera } });
    for (const which of ['', 'door', { id: 1 }, -1]) {
      expect(await ask({ which })).toMatchObject({ status: 500, body: { error: { code: 'invalid_value' } } });
    }
    expect(await ask({ which: 9999 })).toMatchObject({ status: 500, body: { error: { code: 'not_found' } } });
  });

  it('fails where there is no connection', async () => {
    await red.deploy(flow({}, server('mqtt://127.0.0.1:1', ADMIN)));
    expect(await ask()).toMatchObject({ status: 500, body: { error: { code: 'not_connected' } } });
  });
});

describe('a message that waits for a camera', () => {
  it('goes on when the camera is up, and at once where it is already', async () => {
    await deploy({ action: 'wait' });
    const answer = ask();
    await emit('ready');
    expect(await answer).toMatchObject({ status: 200, body: { state: { ready: true } } });
    expect((await ask()).status).toBe(200);
  });

  it('fails when the time is up, here that of the message', async () => {
    await deploy({ action: 'wait', timeout: 'payload.patience', timeoutType: 'msg' });
    expect(await ask({ patience: '50 ms' })).toMatchObject({ status: 500, body: { error: { code: 'timeout' } } });
    expect(await ask({ patience: 0.05 })).toMatchObject({ status: 500, body: { error: { code: 'timeout' } } });
    expect(await ask({ patience: 'soon' })).toMatchObject({
      status: 500,
      body: { error: { code: 'invalid_value' } },
    });
  });

  it('waits on over a lost connection', async () => {
    const other = await startService({ dataDir: service.dataDir.replace(/\/?$/, '-other') });
    await red.deploy(flow({ action: 'wait', entity: '1' }, server(other.mqttUrl, ADMIN)));
    await settled(() => red.post('version'));
    const answer = ask();
    const port = new URL(other.mqttUrl).port;
    await other.stop();
    const again = await startService({ dataDir: other.dataDir, env: { MQTT_PORT: port } });
    const client = createClient({ url: again.mqttUrl, ...ADMIN });
    client.connect();
    await client.connected();
    await client.login(ADMIN.username, ADMIN.password);
    await client.request({
      command: 'create',
      module: 'cameras',
      payload: { name: 'Late', mtx_path: 'late', is_enabled: true },
    });
    await client.request({
      command: 'create',
      module: 'events',
      payload: { domain: 'camera', entity: 1, event: 'ready' },
    });
    expect(await answer).toMatchObject({ status: 200, body: { camera: { id: 1 } } });
    await client.close();
    await again.stop();
  });
});

describe('a picture', () => {
  it('is the last that stands on the broker, without a login, and goes where the dialog says', async () => {
    // A broker where anybody may put one.
    const upstream = await startUpstream();
    const open = server(upstream.url, undefined, { login: 'none' });
    await red.deploy(flow({ action: 'picture', entity: '7' }, open));
    await settled(ask, ({ body }) => JSON.stringify(body).includes('no_snapshot'));
    const publisher = await connectClient({ url: upstream.url });
    await publisher.publish('nestmtx/snapshot/camera/7', JPEG, { retain: true });
    await publisher.end();
    expect((await ask()).body).toMatchObject({ picture: JPEG.toString('hex'), camera: { id: 7 } });
    await red.deploy(flow({ action: 'picture', entity: '7', which: 'last', target: 'state.jpeg' }, open));
    expect((await settled(ask)).body).toMatchObject({ state: { jpeg: { type: 'Buffer', data: [...JPEG] } } });
    await upstream.close();
  });

  it('that the message has no place for is an error of that message', async () => {
    const upstream = await startUpstream();
    const publisher = await connectClient({ url: upstream.url });
    await publisher.publish('nestmtx/snapshot/camera/7', JPEG, { retain: true });
    await publisher.end();
    const open = server(upstream.url, undefined, { login: 'none' });
    await red.deploy(flow({ action: 'picture', entity: '7', target: 'a..b' }, open));
    const { body } = await settled(ask, ({ body }) => JSON.stringify(body).includes('unusable_message'));
    expect(body).toMatchObject({ error: { code: 'unusable_message', message: expect.stringContaining('picture') } });
    await upstream.close();
  });

  it('is asked for where none stands there, with the reason why there is none', async () => {
    await deploy({ action: 'picture' }, 'broker');
    const { body } = await settled(ask, ({ body }) => JSON.stringify(body).includes('no_snapshot'));
    expect(body).toMatchObject({ error: { message: expect.stringMatching(/ffmpeg|path|stream|read/) } });
  });
});

describe('a camera node', () => {
  it.each([
    ['another task', { action: 'dance' }],
    ['another condition', { condition: 'happy' }],
    ['no server', { server: '' }],
  ])('stays without taking Node-RED down when its settings are wrong: %s', async (_what, properties) => {
    await red.deploy(flow(properties));
    expect(await ask()).toMatchObject({ status: 500 });
    expect(red.output()).toMatch(/\[error\] \[nestmtx-camera:/);
  });
});
