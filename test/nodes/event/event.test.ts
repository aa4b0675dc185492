import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../../src/client/client.ts';
import { asking, keeping, node, server, settled, TAB } from '../../support/node-red/flows.ts';
import { type FlowNode, type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';
import { startUpstream, type Upstream } from '../../support/upstream/upstream.ts';

interface Kept {
  readonly event: { readonly name: string; readonly entity: number | null; readonly domain: string };
  readonly camera?: { readonly id: number; readonly name: string | null };
  readonly payload: object;
  readonly retain: boolean;
  readonly output: number;
}

let service: Service;
let upstream: Upstream;
let red: NodeRed;
let admin: Client;
let camera: number;
let doors = 0;

async function created(payload: Readonly<Record<string, unknown>>): Promise<number> {
  return ((await admin.request({ command: 'create', module: 'cameras', payload })) as { id: number }).id;
}

beforeAll(async () => {
  [service, upstream, red] = await Promise.all([startService(), startUpstream(), startNodeRed()]);
  admin = createClient({ url: service.mqttUrl, ...ADMIN });
  admin.connect();
  await admin.connected();
  await admin.login(ADMIN.username, ADMIN.password);
});

beforeEach(async () => {
  doors += 1;
  camera = await created({ name: 'Door', mtx_path: `door-${doors}`, is_enabled: true });
});

afterAll(async () => {
  await red.stop();
  await admin.close();
  await Promise.all([service.stop(), upstream.close()]);
});

const emit = (event: string) =>
  admin.request({ command: 'create', module: 'events', payload: { domain: 'camera', entity: camera, event } });

function eventNode(properties: Readonly<Record<string, unknown>>): FlowNode {
  const rest = { split: false, ignoreRetained: true, tellState: false, holdSeconds: '0', outputs: 1 };
  return node('event', 'nestmtx-event', [], { server: 'server', domain: 'camera', entity: '', ...rest, ...properties });
}

async function deploy(event: FlowNode, config = server(service.mqttUrl, ADMIN)): Promise<void> {
  await red.deploy([TAB, config, ...keeping(event), ...asking('version', { module: 'version' })]);
  await settled(() => red.post('version'));
  await red.post('kept');
}

/** Waits until that many have come, in order. */
async function kept(count: number): Promise<Kept[]> {
  const messages: Kept[] = [];
  await settled(
    async () => {
      const answer = await red.post('kept');
      messages.push(...(answer.body as Kept[]));
      return answer;
    },
    () => messages.length >= count,
  );
  return messages;
}

const names = (messages: readonly Kept[]) => messages.map(({ event }) => event.name);

describe('the event node', () => {
  it('tells each event of the chosen camera once, though four topics carry it', async () => {
    await deploy(eventNode({ entity: String(camera), events: [] }));
    for (const event of ['ready', 'demand', 'unDemand', 'notReady']) await emit(event);
    const messages = await kept(4);
    expect(names(messages)).toEqual(['ready', 'demand', 'unDemand', 'notReady']);
    expect(messages[0]).toMatchObject({
      topic: `nestmtx/events/camera/${camera}/ready`,
      event: { domain: 'camera', entity: camera },
      camera: { id: camera, name: 'Door', path: `door-${doors}` },
      payload: { name: 'Door' },
      retain: false,
    });
  });

  it('has an output for each chosen event, and passes over the others', async () => {
    await deploy(eventNode({ events: ['notReady', 'ready'], split: true, outputs: 2 }));
    for (const event of ['ready', 'demand', 'notReady']) await emit(event);
    expect((await kept(2)).map(({ output, event }) => [output, event.name])).toEqual([
      [1, 'ready'],
      [0, 'notReady'],
    ]);
  });

  it('tells the state a camera is in at deploy, marked as the past, if asked to', async () => {
    await emit('ready');
    await red.deploy([
      TAB,
      server(service.mqttUrl, ADMIN),
      ...keeping(eventNode({ entity: String(camera), events: ['ready'], tellState: true })),
    ]);
    const [message] = await kept(1);
    expect(message).toMatchObject({ event: { name: 'ready' }, retain: true, payload: { ready: true } });
    expect(message?.camera).toEqual({ id: camera, name: 'Door', path: `door-${doors}` });
  });

  it('tells a state without the name of its camera where the server node has no login to ask with', async () => {
    await emit('ready');
    await red.deploy([
      TAB,
      server(service.mqttUrl, ADMIN, { login: 'none' }),
      ...keeping(eventNode({ entity: String(camera), events: ['ready'], tellState: true })),
    ]);
    expect((await kept(1))[0]?.camera).toEqual({ id: camera, name: null, path: `door-${doors}` });
  });

  it('tells a state only when it has lasted', async () => {
    await deploy(eventNode({ entity: String(camera), events: ['notReady'], holdSeconds: '0.3' }));
    // The first ends before its time; the second lasts.
    for (const event of ['ready', 'notReady', 'ready', 'notReady']) await emit(event);
    const [first, ...others] = await kept(1);
    expect(first?.event.name).toBe('notReady');
    expect(others).toEqual([]);
  });

  it('goes on when its camera is deleted, and with 19 others', async () => {
    const others = Array.from({ length: 19 }, (_, index) =>
      node(`more-${index}`, 'nestmtx-event', ['keep-0'], {
        ...eventNode({ events: ['removed'] }),
        id: `more-${index}`,
        wires: [['keep-0']],
      }),
    );
    const config = server(service.mqttUrl, ADMIN);
    await red.deploy([
      TAB,
      config,
      ...keeping(eventNode({ entity: String(camera), events: ['removed'] })),
      ...others,
      ...asking('version', { module: 'version' }),
    ]);
    await settled(() => red.post('version'));
    await admin.request({ command: 'delete', module: 'cameras', entity: camera });
    expect(names(await kept(20))).toEqual(Array(20).fill('removed'));
    expect(red.output()).not.toContain('MaxListenersExceededWarning');
  });

  it.each([
    ['a level with a slash', { events: ['a/b'] }],
    ['a time that is none', { events: ['ready'], holdSeconds: 'soon' }],
    ['no server', { events: ['ready'], server: '' }],
  ])('stays without taking Node-RED down when its settings are wrong: %s', async (_what, properties) => {
    await red.deploy([TAB, ...keeping(eventNode(properties))]);
    expect(red.isRunning()).toBe(true);
    expect(red.output()).toMatch(/\[error\] \[nestmtx-event:event\]/);
  });
});

describe('at an upstream NestMTX, the event node', () => {
  it('knows the other spelling, credentials, and cameras that nobody knows', async () => {
    await deploy(
      eventNode({ domain: '+', events: ['unDemand', 'authenticated'] }),
      server(upstream.url, undefined, {
        login: 'password',
        credentials: { apiUsername: 'nestmtx', apiPassword: 'nestmtx' },
      }),
    );
    await upstream.emit('camera', 'undemand', null);
    await upstream.emit('credentials', 'authenticated', 4, { description: 'Mine' });
    const messages = await kept(2);
    expect(messages.map(({ event }) => [event.domain, event.name, event.entity])).toEqual([
      ['camera', 'unDemand', null],
      ['credentials', 'authenticated', 4],
    ]);
    expect(messages[0]).not.toHaveProperty('camera');
  });

  it('hears events again when the broker was killed and came back, without a redeploy', async () => {
    await deploy(eventNode({ events: ['ready'] }), server(upstream.url, undefined, { login: 'none' }));
    await upstream.restart();
    await settled(() => red.post('version'));
    await upstream.emit('camera', 'ready', 7, { name: 'Yard' });
    expect(await kept(1)).toMatchObject([{ camera: { id: 7, name: 'Yard' } }]);
  });
});
