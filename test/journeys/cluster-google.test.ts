/**
 * A project at Google that two bridges share, as processes: one hears its subscription and keeps up its login, both show the same, and the other
 * one goes on when it dies. Google and MediaMTX are strict stand-ins.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiRequest } from '../contracts/api/api.contract.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { connectClient, type TestClient } from '../support/brokers/mqtt-client.ts';
import { type MediaMtxStandIn, startMediaMtx } from '../support/cameras/mediamtx.ts';
import { VERSIONS } from '../support/cameras/mediamtx-shapes.ts';
import { type RtspReader, readRtsp } from '../support/cameras/rtsp-reader.ts';
import { type RtspStandIn, startRtspStandIn } from '../support/cameras/rtsp-stand-in.ts';
import { type BridgeProcess, type Bridges, PASSWORD, startBridges } from '../support/cluster/bridges.ts';
import { natsIsMissing } from '../support/cluster/nats.ts';
import { eventually } from '../support/eventually.ts';
import { type GoogleServer, googleDevice, startGoogleServer } from '../support/google/google.ts';
import { inPlaceOfGoogle } from '../support/google/in-place.ts';
import { mediaAnswer } from '../support/google/media.ts';
import { noticedMessage, SUBSCRIPTION } from '../support/google/pubsub.ts';
import { comesTrue } from '../support/patience.ts';

const PROJECT = 'b2c3-project';
const CLIENT = { id: '1234.apps.googleusercontent.com', secret: 'GOCSPX-secret' };
const MOTION = 'CameraMotion.Motion';

describe.skipIf(natsIsMissing)('a project at Google that two bridges share', () => {
  let google: GoogleServer;
  let media: RtspStandIn;
  let mediaMtx: MediaMtxStandIn;
  let bridges: Bridges;
  let a: BridgeProcess;
  let b: BridgeProcess;
  let token: string;
  let client: TestClient;
  const readers: RtspReader[] = [];

  beforeAll(async () => {
    media = await startRtspStandIn((asked) => mediaAnswer(google.streams, asked));
    const mediaUrl = `rtsp://127.0.0.1:${media.port}/live`;
    google = await startGoogleServer(Date.now, { project: PROJECT, client: CLIENT, mediaUrl });
    const device = googleDevice(PROJECT, 'd0', { name: 'Porch' });
    google.devices = [{ ...device, traits: { ...device.traits, 'sdm.devices.traits.CameraMotion': {} } }];
    mediaMtx = await startMediaMtx(VERSIONS['1.20']);
    const env = { MEDIAMTX_URL: mediaMtx.url, EVENT_TOPICS: 'plain' };
    bridges = await startBridges(2, { ...env, ...inPlaceOfGoogle(google) });
    const [first, second] = bridges.all;
    if (!first || !second) throw new Error('there are two of them');
    [a, b] = [first, second];
    token = Object(await answer(a, { module: 'auth', command: 'create', payload: ADMIN })).bearer;
    client = await connectClient({ url: a.mqttUrl, ...ADMIN });
    await client.subscribe('nestmtx/events/camera/1/motion', { qos: 1 });
  });
  afterAll(async () => {
    await Promise.all(readers.map((reader) => reader.close()));
    await client?.end();
    await bridges?.stop();
    await Promise.all([mediaMtx?.close(), google?.close(), media?.close()]);
  });

  const ADMIN = { username: 'admin', password: PASSWORD };

  async function answer(bridge: BridgeProcess, request: ApiRequest): Promise<unknown> {
    const answered = await requestOverHttp(bridge.httpUrl, { token, ...request });
    if (!answered.ok) throw new Error(JSON.stringify(answered.error));
    return answered.value;
  }

  const list = async (bridge: BridgeProcess, module: string): Promise<Record<string, unknown>[]> =>
    Object(await answer(bridge, { module, command: 'list', payload: { itemsPerPage: 500 } })).items;
  const device = `enterprises/${PROJECT}/devices/d0`;
  const publish = (...ids: string[]) =>
    google.pubsub.publish(...ids.map((id) => noticedMessage(device, MOTION, id, new Date().toISOString())));
  const seqs = async (bridge: BridgeProcess) =>
    (await list(bridge, 'events')).filter(({ event }) => event === 'motion').map(({ details }) => Object(details).seq);
  const told = () => client.received.map(({ text }) => JSON.parse(text).details.seq);

  /** Which of those that run has the project, or MediaMTX, when nothing is to be moved any more. */
  async function holder(of = 'google/1'): Promise<BridgeProcess> {
    let found: BridgeProcess | undefined;
    await comesTrue(async () => {
      const running = bridges.all.filter(({ isRunning }) => isRunning);
      const metrics = running.map(async ({ httpUrl }) => (await fetch(`${httpUrl}/metrics`)).text());
      const held = (await Promise.all(metrics)).map((text) =>
        [...text.matchAll(/cluster_held\{source="(.*?)"\} 1/g)].map(([, source]) => source),
      );
      expect(held.flat().sort()).toEqual(['google/1', 'mediamtx']);
      expect(held.every(({ length }) => length === 2 / running.length)).toBe(true);
      found = running[held.findIndex((sources) => sources.includes(of))];
    });
    if (!found) throw new Error('nobody has it');
    return found;
  }

  const said = () => bridges.all.map(({ output }) => output()).join('\n');
  /** Once, unless a bridge stood still for so long that the other one was given it, and read the list as well. */
  const timesGiven = () => said().match(/"google\/1".*"this falls to us"/g)?.length ?? 0;

  it('is heard by one of them, and both show its cameras and credentials alike, wherever a person has agreed', async () => {
    const { id: oauth_client_id, secret: oauth_client_secret } = CLIENT;
    const about = { description: 'House', oauth_client_id, oauth_client_secret, dac_project_id: PROJECT };
    const payload = { ...about, pubsub_subscription: SUBSCRIPTION };
    await answer(a, { module: 'credentials', command: 'create', payload });
    const origin = 'https://nest.example:2001';
    // It has MediaMTX already, so that the project falls to the other one.
    const other = a;
    const link = await answer(other, { module: 'credentials', command: 'update', entity: '1', payload: { origin } });
    const agreed = Buffer.from(JSON.stringify({ ...google.consent(String(link)), origin })).toString('base64');
    await answer(other, { module: 'credentials', command: 'read', entity: agreed });
    expect((await holder()).name).toBe(b.name);
    await comesTrue(async () => expect(await list(other, 'cameras')).toMatchObject([{ name: 'Porch' }]));
    const change = { mtx_path: 'porch', is_enabled: true };
    await answer(other, { module: 'cameras', command: 'update', entity: '1', payload: change });
    await eventually(() => google.pubsub.held === 1, 'a pull');
    publish('first');
    await eventually(() => google.pubsub.outstanding === 0, 'an acknowledgement');
    await comesTrue(() => expect(told()).toHaveLength(1));
    for (const module of ['cameras', 'events']) expect(await list(a, module)).toEqual(await list(b, module));
    // When the subscription last answered is said every second.
    await comesTrue(async () => {
      const [one, same] = [await list(a, 'credentials'), await list(b, 'credentials')];
      expect(one).toEqual(same);
      expect(one).toMatchObject([{ is_authenticated: true, pubsub_heard_at: expect.any(String) }]);
    });
    expect(google.calls.get('token')).toBe(1);
    expect(google.calls.get('list'), said()).toBeLessThanOrEqual(timesGiven());
    await eventually(() => google.pubsub.held === 1, 'one pull');
  });

  it('is heard by the other one when the one that has it is killed: what had come, comes and will come is told once, none of it lost', async () => {
    const its = await holder();
    const other = its === a ? b : a;
    await client.end();
    client = await connectClient({ url: other.mqttUrl, ...ADMIN });
    await client.subscribe('nestmtx/events/camera/1/motion', { qos: 1 });
    const before = (await seqs(other)).length;
    // What is told, and dies before Google hears of it.
    google.intercept = (operation) => (operation === 'acknowledge' ? { status: 500, body: {} } : undefined);
    publish('told 1', 'told 2');
    await comesTrue(async () => expect(await seqs(other)).toHaveLength(before + 2));
    await its.stop('SIGKILL');
    publish('meanwhile 1', 'meanwhile 2');
    google.intercept = () => undefined;
    google.pubsub.expireLeases();
    await eventually(() => google.pubsub.outstanding === 0, 'everything is acknowledged');
    publish('later');
    await eventually(() => google.pubsub.outstanding === 0, 'everything is acknowledged');
    await comesTrue(() => expect(new Set(told()).size).toBe(5));
    const known = await seqs(other);
    expect([known.length, new Set(known).size]).toEqual([before + 5, before + 5]);
    expect(google.faults).toEqual([]);
    await its.start();
    await holder();
  });

  it('is heard on with the login that the one before has renewed, also where Google gives another refresh token each time', async () => {
    google.rotates = true;
    const its = await holder();
    const other = its === a ? b : a;
    const [before, renewed] = [(await seqs(other)).length, google.calls.get('token') ?? 0];
    google.expireAccess();
    publish('with a renewed login');
    await comesTrue(async () => expect(await seqs(other)).toHaveLength(before + 1));
    await eventually(() => google.pubsub.outstanding === 0, 'an acknowledgement');
    expect(google.calls.get('token')).toBe(renewed + 1);
    await its.stop('SIGKILL');
    google.expireAccess();
    publish('with the next one');
    await eventually(() => google.pubsub.outstanding === 0, 'an acknowledgement');
    expect(await seqs(other)).toHaveLength(before + 2);
    expect(google.calls.get('token')).toBe(renewed + 2);
    expect(await list(other, 'credentials')).toMatchObject([{ is_authenticated: true }]);
    await its.start();
    await holder();
  });

  it('is left to the other one by one that is cut off and still reaches Google: what it took comes again, and is told once', async () => {
    const its = await holder();
    const other = its === a ? b : a;
    const before = (await seqs(other)).length;
    await eventually(() => google.pubsub.held === 1, 'a pull');
    await its.cutOff();
    publish('taken by the one that is cut off');
    // Whatever it took it could not keep, and leaves.
    await comesTrue(() => expect(its.output()).toContain('this is left to others'));
    await eventually(() => google.pubsub.held === 1, 'the pull of the other one alone');
    expect([(await seqs(other)).length, google.pubsub.outstanding]).toEqual([before, 1]);
    google.pubsub.expireLeases();
    await eventually(() => google.pubsub.outstanding === 0, 'an acknowledgement');
    publish('to the other one');
    await eventually(() => google.pubsub.outstanding === 0, 'an acknowledgement');
    await its.reach();
    await comesTrue(async () => expect(await seqs(its)).toHaveLength(before + 2));
    publish('when all is well');
    await eventually(() => google.pubsub.outstanding === 0, 'an acknowledgement');
    await comesTrue(async () => expect(await seqs(its)).toHaveLength(before + 3));
    expect(await seqs(its)).toEqual(await seqs(other));
    await eventually(() => google.pubsub.held === 1, 'one pull');
    expect(google.faults).toEqual([]);
  });

  it('has a stream that breaks off with its bridge, once, and the next demand is served by the other one', async () => {
    const its = await holder('mediamtx');
    const other = its === a ? b : a;
    const source = () => String(mediaMtx.config('porch')?.['source']);
    const camera = async () => Object(await answer(other, { module: 'cameras', command: 'read', entity: '1' }));
    const feed = async () =>
      (await list(other, 'events'))
        .map(({ event }) => String(event))
        .filter((event) => ['demand', 'ready', 'notReady', 'unDemand', 'offline', 'online'].includes(event))
        .reverse();
    await eventually(() => source().startsWith('rtsp:'), 'the path');
    const before = source();
    readers.push(await readRtsp(before));
    mediaMtx.feed('porch', { since: new Date().toISOString() });
    await comesTrue(async () => expect(await feed()).toEqual(['demand', 'ready']));
    const { expires_at } = await camera();
    expect(expires_at).not.toBeNull();
    await its.stop('SIGKILL');
    // Made anew with another source, it has none until somebody asks again.
    await eventually(() => source() !== before, 'the door of the other one');
    await comesTrue(async () => expect((await feed()).slice(2, 3)).toEqual(['notReady']));
    readers.push(await readRtsp(source()));
    mediaMtx.feed('porch', { since: new Date().toISOString() });
    await comesTrue(async () => expect((await camera()).stream_ready).toBe(true));
    expect((await feed()).filter((event) => event === 'notReady')).toHaveLength(1);
    expect((await camera()).expires_at > expires_at).toBe(true);
    expect(google.calls.get('GenerateRtspStream')).toBe(2);
    expect(google.faults).toEqual([]);
  });
});
