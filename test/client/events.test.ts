import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../src/client/client.ts';
import type { EventFilter, ReceivedEvent } from '../../src/client/events.ts';
import { encodeEvent, encodeMisspelt } from '../../src/protocol/events.ts';
import { topicsOf } from '../../src/protocol/topics.ts';
import { connectClient, type TestClient } from '../support/brokers/mqtt-client.ts';
import { eventually } from '../support/eventually.ts';
import { recordingLog } from '../support/recording-log.ts';
import { startUpstream, type Upstream } from '../support/upstream/upstream.ts';

const log = recordingLog();
let upstream: Upstream;
let client: Client;
let server: TestClient;
const open: { close(): void }[] = [];

beforeAll(async () => {
  upstream = await startUpstream();
  server = await connectClient({ url: upstream.url });
  client = createClient({ url: upstream.url, log });
  client.connect();
  await client.connected();
});

afterEach(() => {
  for (const subscription of open.splice(0)) subscription.close();
});

afterAll(async () => {
  await client.close();
  await server.end();
  await upstream.close();
});

async function watch(filter: EventFilter): Promise<ReceivedEvent[]> {
  const seen: ReceivedEvent[] = [];
  const subscription = client.events(filter, (event) => seen.push(event));
  open.push(subscription);
  await subscription.active();
  return seen;
}

/** Everything sent before has arrived when this one has. */
async function marker(seen: ReceivedEvent[], entity: number | null = 77): Promise<void> {
  const details = { marker: Math.random() };
  await upstream.emit('camera', 'ready', entity, details);
  await eventually(() => seen.some((event) => event.details['marker'] === details.marker), 'the marker');
  seen.pop();
}

it.each([
  '{"release":"1.1.1"}',
  '{"error":{"message":"Unauthorized"}}',
  '{"domain":"camera","event":"ready","entity":3,"details":{},"at":"2026-11-21T16:48:30.698Z"}',
  '{"domain":"camera","event":"notReady","entity":3,"details":{}}',
  '{"domain":"camera","event":"notReady","entity":3,"details":{},"at":"yesterday"}',
])('what is no event is not told as one: %s on the topic of notReady', async (body) => {
  const seen = await watch({});
  await server.publish('nestmtx/events/camera/3/notReady', body);
  await marker(seen);
  expect(seen).toEqual([]);
});

describe('an event of upstream', () => {
  it('is told once, though it comes on two topics', async () => {
    const seen = await watch({});
    await upstream.emit('camera', 'ready', 3, { name: 'Garage' }, '2026-11-21T16:48:30.698Z');
    await marker(seen);
    expect(seen).toEqual([
      {
        domain: 'camera',
        event: 'ready',
        entity: 3,
        details: { name: 'Garage' },
        at: '2026-11-21T16:48:30.698Z',
        topic: 'nestmtx/events/camera/3/ready',
        retained: false,
      },
    ]);
  });

  it('called undemand is known by its documented name', async () => {
    const seen = await watch({ event: 'unDemand' });
    const inOldWords = await watch({ event: 'undemand' });
    await upstream.emit('camera', 'undemand', 3);
    await eventually(() => seen.length > 0 && inOldWords.length > 0);
    expect([seen, inOldWords].map((events) => events.map(({ event }) => event))).toEqual([['unDemand'], ['unDemand']]);
  });

  it('of no known camera has no entity', async () => {
    const seen = await watch({ entity: null });
    await upstream.emit('camera', 'demand', 3);
    await upstream.emit('camera', 'demand', null);
    await marker(seen, null);
    expect(seen.map(({ entity }) => entity)).toEqual([null]);
  });
});

describe('an event of ours', () => {
  it('is told once, though it comes on six topics and under two names', async () => {
    const seen = await watch({ domain: 'camera', entity: 4 });
    const at = new Date().toISOString();
    const event = { domain: 'camera', event: 'unDemand', entity: 4, details: {}, at } as const;
    const topics = topicsOf('nestmtx');
    for (const topic of topics.event('camera', 4, 'unDemand')) await server.publish(topic, encodeEvent(event));
    for (const topic of topics.misspelt('camera', 4, 'unDemand')) await server.publish(topic, encodeMisspelt(event));
    await marker(seen, 4);
    expect(seen.map(({ event }) => event)).toEqual(['unDemand']);
  });

  it('is told once, though the server could not know that it was taken and says it again', async () => {
    const seen = await watch({ domain: 'camera', entity: 4 });
    const at = new Date().toISOString();
    const [topic = ''] = topicsOf('nestmtx').event('camera', 4, 'ready');
    const told = (details: object) =>
      server.publish(topic, encodeEvent({ domain: 'camera', event: 'ready', entity: 4, details: { ...details }, at }));
    await told({ seq: 1 });
    await told({ seq: 1, late: true });
    await told({ seq: 2, late: true });
    await marker(seen, 4);
    expect(seen.map(({ details }) => details['seq'])).toEqual([1, 2]);
  });

  it('is heard when it comes in the documented spelling alone', async () => {
    const seen = await watch({ domain: 'camera', entity: 4, event: 'ready' });
    const at = new Date().toISOString();
    const body = encodeEvent({ domain: 'camera', event: 'ready', entity: 4, details: {}, at });
    for (const topic of topicsOf('nestmtx', 'documented').event('camera', 4, 'ready'))
      await server.publish(topic, body);
    await eventually(() => seen.length > 0);
    expect(seen[0]?.topic).toBe('/nestmtx/events/camera/4/ready');
  });

  it('at the same moment as another one, of another reader, is not taken for it', async () => {
    const seen = await watch({ event: 'read' });
    const at = '2026-11-21T16:48:30.698Z';
    for (const readerId of ['a', 'b']) await upstream.emit('camera', 'read', 3, { readerId }, at);
    await eventually(() => seen.length === 2);
  });
});

describe('a filter', () => {
  it('lets through what it names and nothing else', async () => {
    const all = await watch({});
    const garage = await watch({ domain: 'camera', entity: '3' });
    const logins = await watch({ domain: 'credentials', event: 'authenticated' });
    await upstream.emit('camera', 'ready', 3);
    await upstream.emit('camera', 'ready', 5);
    await upstream.emit('credentials', 'authenticated', 1);
    await marker(all);
    expect(all.map(({ domain, entity }) => `${domain} ${entity}`)).toEqual(['camera 3', 'camera 5', 'credentials 1']);
    expect(garage.map(({ entity }) => entity)).toEqual([3]);
    expect(logins.map(({ entity }) => entity)).toEqual([1]);
  });

  it('takes + for anything, as topics do', async () => {
    const seen = await watch({ domain: '+', entity: '+', event: '+' });
    await upstream.emit('camera', 'ready', 3);
    await eventually(() => seen.length === 1);
  });

  it.each([{ domain: 'a/b' }, { entity: '#' }, { event: '' }, { event: 'x+' }])(
    '%o cannot match and is refused',
    (filter) => {
      const make = () => client.events(filter, () => undefined);
      expect(make).toThrow(expect.objectContaining({ code: 'invalid_options' }));
    },
  );

  it('that is closed hears nothing more, while others of the same topics go on', async () => {
    const seen = await watch({ entity: 3 });
    const closed: ReceivedEvent[] = [];
    const subscription = client.events({ entity: 3 }, (event) => closed.push(event));
    await subscription.active();
    subscription.close();
    await upstream.emit('camera', 'ready', 3);
    await eventually(() => seen.length === 1);
    expect(closed).toEqual([]);
    await expect(subscription.active()).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('a message on an event topic', () => {
  it('that is no event is passed over', async () => {
    const seen = await watch({});
    for (const text of ['', 'ready', '[]', '{"error":']) await server.publish('nestmtx/events/camera/3/ready', text);
    await marker(seen);
    expect(seen).toEqual([]);
  });

  it('that somebody retained is marked so', async () => {
    const body = encodeEvent({ domain: 'camera', event: 'read', entity: 6, details: {}, at: new Date().toISOString() });
    await server.publish('nestmtx/events/camera/6/read', body, { retain: true, qos: 1 });
    const seen = await watch({ entity: 6 });
    await eventually(() => seen.length > 0);
    expect(seen[0]?.retained).toBe(true);
    await server.publish('nestmtx/events/camera/6/read', '', { retain: true });
  });

  it('reaches the other handlers when one of them fails', async () => {
    open.push(
      client.events({}, () => {
        throw new Error('a bug in a flow');
      }),
    );
    const seen = await watch({});
    await upstream.emit('camera', 'ready', 3);
    await eventually(() => seen.length === 1);
    expect(log.visible()).toContain('error: a listener of the MQTT client failed');
  });
});
