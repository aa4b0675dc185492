/** The pictures of a real camera on the broker: who switches them on, who sees them, what renews them, and what takes them away. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { login, refused, request, requestText } from '../support/api/mqtt.ts';
import type { TestClient } from '../support/brokers/mqtt-client.ts';
import { hasRtspCamera, type RtspCamera, startRtspCamera } from '../support/cameras/rtsp-camera.ts';
import { comesTrue } from '../support/patience.ts';
import { hasProgram } from '../support/programs.ts';
import { ADMIN, type Service, type ServiceOptions, startService } from '../support/service.ts';

const SOMEONE = { username: 'someone', password: 'someones password' };

describe.skipIf(!hasRtspCamera() || !hasProgram('ffmpeg'))('the picture of a camera on the broker', () => {
  let service: Service;
  let camera: RtspCamera;
  let client: TestClient;
  let dataDir: string;
  let token: string;
  let id: number;
  let topic: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'nestmtx-bridge-pictures-'));
    camera = await startRtspCamera();
    await start();
    const source = { type: 'rtsp', url: camera.url };
    const payload = { name: 'Porch', mtx_path: 'porch', is_enabled: true, source };
    ({ id } = await request<{ id: number }>(client, { command: 'create', module: 'cameras', token, payload }));
    topic = `nestmtx/snapshot/camera/${id}`;
    await request(client, {
      command: 'create',
      module: 'users',
      token,
      payload: { ...SOMEONE, can_login: true },
    });
  });
  afterAll(async () => {
    await client.end();
    await service.stop();
    await camera.kill();
    await rm(dataDir, { recursive: true });
  });

  async function start(options: ServiceOptions = {}): Promise<void> {
    service = await startService({ dataDir, ...options });
    client = await service.client();
    token = await login(client, ADMIN.username, ADMIN.password);
  }

  async function restart(options: ServiceOptions = {}): Promise<void> {
    await client.end();
    await service.stop();
    await start(options);
  }

  const change = (payload: object) => ({
    ...{ command: 'update' as const, module: 'cameras', entity: String(id), token },
    payload: { ...payload },
  });

  /** What somebody who comes now is given at once: the state, which is there in any case, comes after it. */
  async function shown(who: { username: string; password: string } = SOMEONE): Promise<Buffer | undefined> {
    const late = await service.client(who);
    await late.subscribe(topic, { qos: 1 });
    await late.subscribe(`nestmtx/state/camera/${id}`);
    await late.next(`nestmtx/state/camera/${id}`);
    const [picture] = late.received.filter((message) => message.topic === topic);
    if (picture) expect([picture.retain, picture.qos]).toEqual([true, 1]);
    await late.end();
    return picture?.payload;
  }

  const isJpeg = (picture: Buffer | undefined) =>
    picture?.readUInt16BE(0) === 0xffd8 && picture.readUInt16BE(picture.length - 2) === 0xffd9;

  it('is not there until somebody switches it on, and cannot be renewed', async () => {
    await client.subscribe(`nestmtx/events/camera/${id}/ready`);
    await comesTrue(async () => {
      const { stream_ready } = await request<{ stream_ready: boolean }>(client, {
        ...{ command: 'read', module: 'cameras', entity: String(id), token },
      });
      expect(stream_ready).toBe(true);
    });
    expect(await shown()).toBeUndefined();
    expect(await refused(client, change({ action: 'snapshot' }))).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('SNAPSHOT_TOPICS'),
    });
  });

  it('comes as soon as the camera shows it, for every user', async () => {
    await requestText(client, change({ snapshots: true, snapshotInterval: 3600 }));
    await comesTrue(async () => expect(isJpeg(await shown())).toBe(true));
    expect(await request(client, { command: 'read', module: 'cameras', entity: String(id), token })).toMatchObject({
      snapshots: true,
      snapshotInterval: 3600,
    });
  });

  it('is renewed when somebody asks, before the answer comes', async () => {
    await client.subscribe(topic, { qos: 1 });
    await client.next(topic);
    expect(await requestText(client, change({ action: 'snapshot' }))).toBe('');
    const { payload, retain } = await client.next(topic);
    expect(isJpeg(payload)).toBe(true);
    expect(retain).toBe(false);
  });

  it('stays when the camera dies, and over a restart: it is the last one', async () => {
    const last = await shown();
    await camera.kill();
    await comesTrue(async () => {
      expect(await refused(client, change({ action: 'snapshot' }))).toMatchObject({
        details: [{ type: 'snapshot.unreachable' }],
      });
    });
    await restart();
    expect((await shown())?.equals(last ?? Buffer.of())).toBe(true);
  });

  it('is taken away when pictures are switched off for all, as the service starts', async () => {
    await requestText(client, change({ snapshots: null }));
    await comesTrue(async () => expect(await shown()).toBeUndefined());
    camera = await startRtspCamera(camera.port);
    await restart({ env: { SNAPSHOT_TOPICS: 'true' } });
    await comesTrue(async () => expect(isJpeg(await shown())).toBe(true));
    await restart();
    await comesTrue(async () => expect(await shown()).toBeUndefined());
  });

  it('is not sent where it is larger than the broker takes, which is said once', async () => {
    await restart({ env: { SNAPSHOT_TOPICS: 'true', BROKER_MAX_PACKET: '2000' } });
    await comesTrue(() => expect(service.log()).toContain('larger than what the broker takes'));
    expect(await refused(client, change({ action: 'snapshot' }))).toMatchObject({
      details: [{ type: 'snapshot.too_large' }],
    });
    expect(await shown()).toBeUndefined();
  });

  it('is an image of Home Assistant, with a button that renews it', async () => {
    await restart({ env: { SNAPSHOT_TOPICS: 'true', HA_DISCOVERY: 'true' } });
    await comesTrue(async () => expect(isJpeg(await shown())).toBe(true));
    await client.subscribe(['homeassistant/device/+/config', topic]);
    const { text } = await client.next(({ text: payload }) => payload.includes('"image_topic"'));
    const { picture, snapshot } = JSON.parse(text).cmps;
    expect(picture).toMatchObject({ p: 'image', image_topic: topic, content_type: 'image/jpeg' });
    await client.publish(snapshot.command_topic, 'PRESS');
    const renewed = await client.next((message) => message.topic === topic && !message.retain);
    expect(isJpeg(renewed.payload)).toBe(true);
  });

  it('goes with its camera', async () => {
    await restart({ env: { SNAPSHOT_TOPICS: 'true' } });
    await comesTrue(async () => expect(isJpeg(await shown())).toBe(true));
    await client.subscribe(topic);
    await client.next(topic);
    await requestText(client, { command: 'delete', module: 'cameras', entity: String(id), token });
    expect((await client.next(topic)).text).toBe('');
  });
});
