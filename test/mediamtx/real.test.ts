/**
 * The whole service beside MediaMTX itself: runs when MEDIAMTX_BIN names its program. Its configuration is the one we print, its hooks
 * come through a listener that keeps them, the camera is GStreamer's, the reader a real one; only Google is a stand-in. Time is real.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mediaMtxConfig } from '../../src/cli/commands/mediamtx/config-file.ts';
import { login, request, requestText } from '../support/api/mqtt.ts';
import type { TestClient } from '../support/brokers/mqtt-client.ts';
import { type MediaMtxProgram, mediaMtxProgram, mediaMtxVersion } from '../support/cameras/mediamtx-program.ts';
import { listedPath } from '../support/cameras/mediamtx-shapes.ts';
import { hasRtspCamera, type RtspCamera, startRtspCamera } from '../support/cameras/rtsp-camera.ts';
import { type RtspReader, readWhenThere } from '../support/cameras/rtsp-reader.ts';
import { eventually } from '../support/eventually.ts';
import { type GoogleServer, googleDevice, startGoogleServer } from '../support/google/google.ts';
import { type HttpStandIn, startHttpStandIn } from '../support/http-stand-in.ts';
import { temporaryDirectory } from '../support/process.ts';
import { hasProgram } from '../support/programs.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

const program = process.env['MEDIAMTX_BIN'] || undefined;
if (program === undefined) process.stdout.write('skipped: MEDIAMTX_BIN is not set\n');
const canRun = program !== undefined && hasRtspCamera();
const canPublish = canRun && hasProgram('wget') && hasProgram('ffmpeg');

const GOOGLE = { project: 'b2c3-project', client: { id: '1234.apps.googleusercontent.com', secret: 'GOCSPX-secret' } };
/** A path of MediaMTX's own, whose publisher it starts when somebody asks. */
const PUBLISHED = `
paths:
  published:
    runOnDemand: ffmpeg -loglevel error -re -f lavfi -i testsrc=size=320x240:rate=10 -c:v libx264 -preset ultrafast -tune zerolatency
      -g 10 -pix_fmt yuv420p -f rtsp -rtsp_transport tcp rtsp://127.0.0.1:$RTSP_PORT/$MTX_PATH
    runOnDemandCloseAfter: 2s
`;

describe.runIf(canRun)('a real MediaMTX', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let camera: RtspCamera;
  let google: GoogleServer;
  let hooks: HttpStandIn;
  let mediaMtx: MediaMtxProgram;
  let service: Service;
  let client: TestClient;
  let token: string;
  const readers: RtspReader[] = [];

  beforeAll(async () => {
    directory = await temporaryDirectory();
    camera = await startRtspCamera();
    google = await startGoogleServer(() => Date.now(), { ...GOOGLE, mediaUrl: camera.url });
    hooks = await startHttpStandIn();
    const version = mediaMtxVersion(String(program));
    const wanted = { ...version, hasHookSecret: false, apiUser: undefined, hasGoogleWhep: true };
    const printed = mediaMtxConfig({ ...wanted, ourUrl: hooks.url });
    mediaMtx = await mediaMtxProgram(String(program), directory.path, printed + PUBLISHED);
    await mediaMtx.start();
    const env = { MEDIAMTX_URL: mediaMtx.apiUrl, EVENT_TOPICS: 'plain', GOOGLE_WHEP: 'yes' };
    service = await startService({ env, googleUrls: google.urls });
    hooks.answer(({ target, body }) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      void fetch(service.httpUrl + target, { method: 'POST', body, headers }).catch(() => undefined);
      return { status: 202 };
    });
    client = await service.client();
    token = await login(client, ADMIN.username, ADMIN.password);
  });

  afterAll(async () => {
    await Promise.all(readers.map((reader) => reader.close()));
    await client?.end();
    await service?.stop();
    await mediaMtx?.stop();
    await Promise.all([hooks?.close(), google?.close(), camera?.kill(), directory?.remove()]);
  });

  const ask = (module: string, command: string, more: object = {}) => ({ module, command, token, ...more });

  /** Makes a camera and hears its events. */
  async function add(payload: object): Promise<number> {
    const body = ask('cameras', 'create', { payload: { is_enabled: true, ...payload } });
    const { id } = await request<{ id: number }>(client, body);
    await client.subscribe(`nestmtx/events/camera/${id}/+`);
    return id;
  }

  /** The next so many events of a camera, in order. */
  async function told(id: number, count: number): Promise<string[]> {
    const names: string[] = [];
    while (names.length < count) {
      const { topic } = await client.next(`nestmtx/events/camera/${id}/+`);
      names.push(topic.split('/').at(-1) ?? '');
    }
    return names;
  }

  /** Undefined when nobody wants it any more. */
  async function readUnless(path: string, isUnwanted: () => boolean): Promise<RtspReader | undefined> {
    const url = `rtsp://127.0.0.1:${mediaMtx.rtspPort}/${path}`;
    const reader = await readWhenThere(url, () => !isUnwanted());
    if (reader) readers.push(reader);
    return reader;
  }

  async function read(path: string): Promise<RtspReader> {
    const reader = await readUnless(path, () => false);
    if (!reader) throw new Error('nobody reads');
    await eventually(() => reader.packets > 10, 'media');
    return reader;
  }

  it('it writes a path as its stand-in does', async () => {
    const answer = async (path: string) => (await fetch(mediaMtx.apiUrl + path)).json();
    const { version } = await answer('/v3/info');
    const minor = Number(String(version).split('.')[1]);
    const { items } = await answer('/v3/paths/list');
    const [real] = items.filter(({ name }: { name: string }) => name === 'published');
    expect(real).toEqual(listedPath({ minor }, 'published', 'published', {}));
  });

  describe('and a camera with an RTSP source', () => {
    let id: number;

    beforeAll(async () => {
      id = await add({ name: 'Porch', mtx_path: 'porch', source: { type: 'rtsp', url: camera.url } });
    });

    it('it is pulled on demand, read, and let go: each told once, in order', async () => {
      const reader = await read('porch');
      expect(await told(id, 3)).toEqual(['demand', 'ready', 'read']);
      await reader.close();
      expect(await told(id, 3)).toEqual(['unread', 'notReady', 'unDemand']);
    });

    it('it is gone with MediaMTX, and pulled again by the next one, which we told of it anew', async () => {
      const reader = await read('porch');
      expect(await told(id, 3)).toEqual(['demand', 'ready', 'read']);
      await mediaMtx.stop();
      await reader.closed;
      await mediaMtx.start();
      expect(await told(id, 3)).toEqual(['unread', 'notReady', 'unDemand']);
      const again = await read('porch');
      expect(await told(id, 3)).toEqual(['demand', 'ready', 'read']);
      await again.close();
      expect(await told(id, 3)).toEqual(['unread', 'notReady', 'unDemand']);
    });

    it('a restart by command cuts its readers off, who come back', async () => {
      const reader = await read('porch');
      expect(await told(id, 3)).toEqual(['demand', 'ready', 'read']);
      await requestText(client, ask('cameras', 'update', { entity: String(id), payload: { action: 'restart' } }));
      await reader.closed;
      expect(await told(id, 3)).toEqual(['unread', 'notReady', 'unDemand']);
    });
  });

  describe('and a camera that is expected to be there', () => {
    /** The next events of a camera, with the reasons that they give. */
    async function reasons(id: number, count: number): Promise<string[]> {
      const told: string[] = [];
      while (told.length < count) {
        const { topic, text } = await client.next(`nestmtx/events/camera/${id}/+`);
        told.push(`${topic.split('/').at(-1)} ${String(JSON.parse(text).details.reason)}`);
      }
      return told;
    }

    it('its death and its return are told once, with the cause', async () => {
      let mortal = await startRtspCamera();
      const source = { type: 'rtsp', url: mortal.url };
      const id = await add({ name: 'Gate', mtx_path: 'live/gate', is_persistent: true, source });
      expect(await told(id, 1)).toEqual(['ready']);
      await mortal.kill();
      expect(await reasons(id, 2)).toEqual([expect.stringMatching(/^notReady/), 'offline refused']);
      mortal = await startRtspCamera(mortal.port);
      expect(await reasons(id, 2)).toEqual(['ready undefined', 'online refused']);
      await requestText(client, ask('cameras', 'delete', { entity: String(id) }));
      await mortal.kill();
    });

    it('a stream that it has not is told apart, and so is one that idles and is not there', async () => {
      const url = `${camera.url}-elsewhere`;
      const lost = await add({ name: 'Lost', mtx_path: 'lost', is_persistent: true, source: { type: 'rtsp', url } });
      expect(await reasons(lost, 1)).toEqual(['offline wrong-path']);
      const idle = await add({ name: 'Idle', mtx_path: 'idle', source: { type: 'rtsp', url } });
      expect(await reasons(idle, 1)).toEqual(['offline wrong-path']);
    });
  });

  describe.runIf(canPublish)('and a path that somebody publishes to', () => {
    it('the hooks that we print say what they shall, and each event is told once', async () => {
      const id = await add({ name: 'Garage', mtx_path: 'published' });
      const reader = await read('published');
      expect(await told(id, 3)).toEqual(['demand', 'ready', 'read']);
      await reader.close();
      expect(new Set(await told(id, 3))).toEqual(new Set(['unread', 'notReady', 'unDemand']));
      const said = (event: string) => hooks.requests.filter(({ target }) => target === `/hooks/mediamtx/${event}`);
      const { minor } = mediaMtxVersion(String(program));
      const ofFeed = minor >= 20 ? ['online', 'offline'] : ['ready', 'notReady'];
      for (const event of [...ofFeed, 'read', 'unread']) {
        const forms = said(event).map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
        const kind = ofFeed.includes(event) ? 'source' : 'reader';
        const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
        expect(forms).toContainEqual({
          path: 'published',
          query: '',
          [`${kind}Type`]: 'rtspSession',
          [`${kind}Id`]: uuid,
        });
      }
    });
  });

  describe('and cameras of Google', () => {
    const ids = new Map<string, number>();

    /** Gives it a path of its own name. */
    async function enable(id: number, path: string): Promise<void> {
      const payload = { mtx_path: path, is_enabled: true };
      await requestText(client, ask('cameras', 'update', { entity: String(id), payload }));
    }

    beforeAll(async () => {
      google.devices = [
        googleDevice(GOOGLE.project, 'd0', { name: 'nest' }),
        googleDevice(GOOGLE.project, 'd1', { name: 'bell', protocol: 'WEB_RTC' }),
      ];
      await client.subscribe('nestmtx/stream/camera/created');
      const { id: oauth_client_id, secret: oauth_client_secret } = GOOGLE.client;
      const payload = { description: 'House', oauth_client_id, oauth_client_secret, dac_project_id: GOOGLE.project };
      const entity = String(await request<number>(client, ask('credentials', 'create', { payload })));
      const origin = 'https://nest.example';
      const link = await request<string>(client, ask('credentials', 'update', { entity, payload: { origin } }));
      const answer = Buffer.from(JSON.stringify({ ...google.consent(link), origin })).toString('base64');
      await request(client, ask('credentials', 'read', { entity: answer }));
      for (const _device of google.devices) {
        const { entity: id, details } = JSON.parse((await client.next('nestmtx/stream/camera/created')).text);
        ids.set(details.name, id);
        await client.subscribe(`nestmtx/events/camera/${id}/+`);
        await enable(id, details.name);
      }
    });

    it('one over RTSP is sent on to where Google serves it, and given back when nobody watches', async () => {
      const id = ids.get('nest') ?? 0;
      const reader = await read('nest');
      expect(await told(id, 4)).toEqual(['updated', 'demand', 'ready', 'read']);
      expect(google.streams.open).toBe(1);
      await reader.close();
      expect(await told(id, 3)).toEqual(['unread', 'notReady', 'unDemand']);
      await eventually(() => google.streams.open === 0, 'the end at Google');
      expect(google.calls.get('GenerateRtspStream')).toBe(1);
      expect(google.faults).toEqual([]);
    });

    it('one over WebRTC is asked for with an offer that Google takes', async () => {
      const id = ids.get('bell') ?? 0;
      let isUnwanted = false;
      const reading = readUnless('bell', () => isUnwanted);
      expect(await told(id, 2)).toEqual(['updated', 'demand']);
      await eventually(() => google.streams.open > 0, 'a stream at Google');
      expect(google.faults).toEqual([]);
      await requestText(client, ask('cameras', 'delete', { entity: String(id) }));
      isUnwanted = true;
      await reading;
    });
  });
});
