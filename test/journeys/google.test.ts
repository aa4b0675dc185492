/**
 * A camera of Google from the consent page to the reader and back, beside the whole service: Google and MediaMTX are strict stand-ins,
 * the reader is a real RTSP client that is sent on to where Google serves the camera, and the events are those a MQTT client sees.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { login, refused, request, requestText } from '../support/api/mqtt.ts';
import type { TestClient } from '../support/brokers/mqtt-client.ts';
import { type MediaMtxStandIn, startMediaMtx } from '../support/cameras/mediamtx.ts';
import { type Feed, VERSIONS } from '../support/cameras/mediamtx-shapes.ts';
import { type RtspReader, readRtsp } from '../support/cameras/rtsp-reader.ts';
import { type RtspStandIn, startRtspStandIn } from '../support/cameras/rtsp-stand-in.ts';
import { eventually } from '../support/eventually.ts';
import { type GoogleServer, googleDevice, startGoogleServer } from '../support/google/google.ts';
import { mediaAnswer } from '../support/google/media.ts';
import { manualClock } from '../support/manual-clock.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

const PROJECT = 'b2c3-project';
const CLIENT = { id: '1234.apps.googleusercontent.com', secret: 'GOCSPX-secret' };
/** As long as MediaMTX is left alone while nothing goes on, and no longer than it may take to answer. */
const STEP_MS = 5000;

describe('a camera of Google', () => {
  const clock = manualClock();
  let google: GoogleServer;
  let media: RtspStandIn;
  let mediaMtx: MediaMtxStandIn;
  let service: Service;
  let client: TestClient;
  let token: string;
  let reader: RtspReader;
  let bytes = 0;

  beforeAll(async () => {
    media = await startRtspStandIn((asked) => mediaAnswer(google.streams, asked));
    const mediaUrl = `rtsp://127.0.0.1:${media.port}/live`;
    google = await startGoogleServer(clock.now, { project: PROJECT, client: CLIENT, mediaUrl });
    google.devices = [googleDevice(PROJECT, 'd0', { name: 'Porch' })];
    mediaMtx = await startMediaMtx(VERSIONS['1.20']);
    const env = { MEDIAMTX_URL: mediaMtx.url, EVENT_TOPICS: 'plain' };
    service = await startService({ clock, googleUrls: google.urls, env });
    client = await service.client();
    token = await login(client, ADMIN.username, ADMIN.password);
    await client.subscribe('nestmtx/events/+/1/+');
  });

  afterAll(async () => {
    await reader?.close();
    await client?.end();
    await service?.stop();
    await Promise.all([mediaMtx?.close(), google?.close(), media?.close()]);
  });

  const ask = (module: string, command: string, more: object = {}) => ({ module, command, token, ...more });
  const event = async () => {
    const { topic, text } = await client.next('nestmtx/events/+/1/+');
    return { topic, ...JSON.parse(text) };
  };
  const source = () => mediaMtx.config('porch')?.['source'];
  const asked = (what: string) => mediaMtx.requests.filter((one) => one.includes(what)).length;
  const isIdle = () => service.log().split('"asked MediaMTX"').length - 1 === asked('/v3/info');
  let since: string;

  /** Lets the next look at MediaMTX find this. */
  async function pass(feed: Feed): Promise<void> {
    bytes += 1000;
    await eventually(isIdle, 'the end of a poll');
    mediaMtx.feed('porch', { bytes, ...feed });
    const before = asked('/v3/paths/list');
    clock.advance(STEP_MS);
    await eventually(() => asked('/v3/paths/list') > before && isIdle(), 'a poll');
  }

  it('is found at Google as soon as a person has agreed', async () => {
    const { id: oauth_client_id, secret: oauth_client_secret } = CLIENT;
    const payload = { description: 'House', oauth_client_id, oauth_client_secret, dac_project_id: PROJECT };
    const id = await request<number>(client, ask('credentials', 'create', { payload }));
    const origin = 'https://nest.example:2001';
    const link = await request<string>(
      client,
      ask('credentials', 'update', { entity: String(id), payload: { origin } }),
    );
    const entity = Buffer.from(JSON.stringify({ ...google.consent(link), origin })).toString('base64');
    expect(await request(client, ask('credentials', 'read', { entity }))).toEqual({ success: true });
    expect((await event()).topic).toBe('nestmtx/events/credentials/1/authenticated');
    clock.advance(1000);
    expect(await event()).toMatchObject({ topic: 'nestmtx/events/camera/1/created', details: { name: 'Porch' } });
    expect(source()).toBeUndefined();
  });

  it('becomes a path of MediaMTX when a person gives it one', async () => {
    await requestText(
      client,
      ask('cameras', 'update', { entity: '1', payload: { mtx_path: 'porch', is_enabled: true } }),
    );
    expect((await event()).event).toBe('updated');
    await eventually(() => source() !== undefined, 'the path in MediaMTX');
    const move = ask('cameras', 'update', { entity: '1', payload: { room: 'Hall' } });
    expect(await refused(client, move)).toMatchObject({
      code: 'invalid_payload',
      message: expect.stringContaining('at Google'),
    });
    expect(source()).toMatch(/^rtsp:\/\/127\.0\.0\.1:\d+\/cam\/1\/[\w-]{43}$/);
  });

  it('is demanded by MediaMTX’s asking, and read where Google serves it', async () => {
    reader = await readRtsp(String(source()));
    media.send('$\0\0\u0002ab');
    await eventually(() => reader.packets === 1, 'a packet');
    expect(await event()).toMatchObject({ event: 'demand', details: { name: 'Porch', path: 'porch' } });
    since = new Date(clock.now()).toISOString();
    const feed = { since, readers: [{ type: 'rtspSession', id: 'r1' }] };
    await pass(feed);
    expect(await event()).toMatchObject({ event: 'ready', details: { sourceType: 'rtspSource', sourceId: '' } });
    expect((await event()).event).toBe('read');
  });

  it('is extended while it is watched', async () => {
    const feed = { since, readers: [{ type: 'rtspSession', id: 'r1' }] };
    const told = event();
    for (let passed = 0; passed < 4 * 60_000; passed += STEP_MS) await pass(feed);
    expect(await told).toMatchObject({ event: 'extended', details: { name: 'Porch', expiresAt: expect.any(String) } });
    expect(google.calls.get('ExtendRtspStream')).toBe(1);
    expect(google.streams.open).toBe(1);
  });

  it('is given back to Google when the reader has gone', async () => {
    await reader.close();
    // MediaMTX holds on to it for a while, should somebody come back.
    await pass({ since });
    await pass({});
    const told = [await event(), await event(), await event()].map(({ event: name }) => name);
    expect(told).toEqual(['unread', 'notReady', 'unDemand']);
    await eventually(() => google.calls.get('StopRtspStream') === 1, 'the end at Google');
    expect(google.streams.open).toBe(0);
    expect(google.faults).toEqual([]);
  });

  it('is no path of MediaMTX any more when its credentials are deleted, and no log has its secrets', async () => {
    const url = String(source());
    await requestText(client, ask('credentials', 'delete', { entity: '1' }));
    expect((await event()).event).toBe('removed');
    await eventually(() => source() === undefined, 'the end of the path');
    await expect(readRtsp(url)).rejects.toThrow('RTSP 404');
    for (const secret of [CLIENT.secret, url.split('/').at(-1) ?? '', 'ya29.', 'g.0.', '1//']) {
      expect(service.log()).not.toContain(secret);
    }
  });
});
