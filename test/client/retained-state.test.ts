import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../src/client/client.ts';
import type { CameraState } from '../../src/protocol/events.ts';
import { connectClient, type TestClient } from '../support/brokers/mqtt-client.ts';
import { eventually } from '../support/eventually.ts';
import { startUpstream, type Upstream } from '../support/upstream/upstream.ts';

type Told = readonly [cameraId: number, seq: number | undefined, retained: boolean];

let broker: Upstream;
let server: TestClient;
let client: Client;

beforeAll(async () => {
  broker = await startUpstream({ baseTopic: 'home/cams' });
  server = await connectClient({ url: broker.url });
  client = createClient({ url: broker.url, baseTopic: 'home/cams' });
  client.connect();
  await client.connected();
});

afterAll(async () => {
  await client.close();
  await server.end();
  await broker.close();
});

function state(seq: number): CameraState {
  const seen = { ready: true, demanded: true, readers: 1, since: null, reason: null };
  return { ...seen, path: 'garage', seq, online: true, enabled: true };
}

function publish(cameraId: number, value: CameraState | null): Promise<void> {
  const body = value === null ? '' : JSON.stringify(value);
  return server.publish(`home/cams/state/camera/${cameraId}`, body, { retain: true, qos: 1 });
}

function watch(): { told: Told[]; close(): void } {
  const told: Told[] = [];
  const { close } = client.states((id, value, retained) => told.push([id, value?.seq, retained]));
  return { told, close };
}

describe('camera states', () => {
  it('are told from the past, then as they change, then as removed', async () => {
    await publish(1, state(1));
    const { told, close } = watch();
    await eventually(() => told.length === 1);
    await publish(1, state(2));
    await publish(1, null);
    await eventually(() => told.length === 3);
    expect(told).toEqual([
      [1, 1, true],
      [1, 2, false],
      [1, undefined, false],
    ]);
    close();
  });

  it('are told to who joins later too, though the broker sends them once', async () => {
    await publish(2, state(7));
    const first = watch();
    await eventually(() => first.told.length === 1);
    await publish(2, state(8));
    await publish(3, state(1));
    await eventually(() => first.told.length === 3);
    const second = watch();
    expect(second.told).toEqual([
      [2, 8, true],
      [3, 1, true],
    ]);
    first.close();
    second.close();
  });

  it('that cannot be read are passed over', async () => {
    const { told, close } = watch();
    await server.publish('home/cams/state/camera/9', '{"ready":"yes"}', { qos: 1 });
    await server.publish('home/cams/state/camera/garage', JSON.stringify(state(1)), { qos: 1 });
    await publish(10, state(5));
    await eventually(() => told.some(([id]) => id === 10));
    expect(told.map(([id]) => id)).not.toContain(9);
    close();
  });
});

describe('availability', () => {
  it('tells whether the service is there', async () => {
    await server.publish('home/cams/availability', 'online', { retain: true, qos: 1 });
    const told: boolean[] = [];
    const { close } = client.availability((isOnline) => told.push(isOnline));
    await eventually(() => told.length === 1);
    await server.publish('home/cams/availability', 'offline', { retain: true, qos: 1 });
    await eventually(() => told.length === 2);
    expect(told).toEqual([true, false]);
    close();
  });
});
