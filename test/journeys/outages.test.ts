/** The past of a camera as clients see it of a whole service, over a restart of it: listed, read and in the metrics. */

import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { login, request } from '../support/api/mqtt.ts';
import type { TestClient } from '../support/brokers/mqtt-client.ts';
import { manualClock } from '../support/manual-clock.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

const MINUTE_MS = 60_000;
const at = (minutes: number) => new Date(Date.parse('2026-11-21T10:00:00.000Z') + minutes * MINUTE_MS).toISOString();

describe('outages', () => {
  const clock = manualClock(at(0));
  let service: Service;
  let client: TestClient;
  let token: string;

  async function start(dataDir?: string): Promise<void> {
    service = await startService({ clock, ...(dataDir !== undefined && { dataDir }) });
    client = await service.client();
    token = await login(client, ADMIN.username, ADMIN.password);
  }

  beforeAll(() => start());

  afterAll(async () => {
    await client.end();
    await service.stop();
    await rm(service.dataDir, { recursive: true, force: true });
  });

  const emit = (event: string) =>
    request(client, {
      ...{ module: 'events', command: 'create', token },
      payload: { domain: 'camera', entity: 1, event },
    });
  const list = async (payload: object = {}) => {
    const page = await request<{ items: object[] }>(client, { module: 'outages', command: 'list', token, payload });
    return page.items;
  };

  it('are listed by kind, and those of before a restart are there after it', async () => {
    const payload = { name: 'Door', room: 'Hall', mtx_path: 'door', is_enabled: true };
    await request(client, { module: 'cameras', command: 'create', token, payload });
    await emit('online');
    clock.advance(10 * MINUTE_MS);
    await emit('offline');
    clock.advance(5 * MINUTE_MS);
    await emit('online');
    clock.advance(15 * MINUTE_MS);
    const fall = { kind: 'down', reason: 'unreachable', from: at(10), until: at(15), seconds: 300, since: at(10) };
    expect(await list()).toEqual([expect.objectContaining({ camera: 1, name: 'Door', room: 'Hall', ...fall })]);

    await client.end();
    await service.app.close();
    clock.advance(20 * MINUTE_MS);
    await start(service.dataDir);
    const blind = { kind: 'blind', reason: 'service-stopped', from: at(30), until: at(50), seconds: 1200, since: null };
    expect(await list()).toEqual([expect.objectContaining(blind), expect.objectContaining(fall)]);
    expect(await list({ kind: 'down', camera: 1, from: at(0), until: at(60) })).toHaveLength(1);
  });

  it('count in the uptime of the camera, and in the metrics', async () => {
    const { uptime } = await request<{ uptime: object }>(client, {
      ...{ module: 'cameras', command: 'read', entity: '1', token },
    });
    const day = 24 * 60 * 60;
    expect(uptime).toMatchObject({ '24h': { ratio: 25 / 30, up: 1500, down: 300, blind: day - 1800 } });
    const text = await (await fetch(`${service.httpUrl}/metrics`)).text();
    for (const line of [
      `nestmtx_camera_uptime_ratio{camera="1",name="Door",window="7d"} ${25 / 30}`,
      'nestmtx_camera_down_seconds{camera="1",name="Door",window="30d"} 300',
      `nestmtx_camera_blind_seconds{camera="1",name="Door",window="24h"} ${day - 1800}`,
      `nestmtx_camera_last_outage_timestamp_seconds{camera="1",name="Door"} ${Date.parse(at(10)) / 1000}`,
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });
});
