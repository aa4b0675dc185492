import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { asking, node, server, settled, TAB } from '../support/node-red/flows.ts';
import { type FlowNode, type NodeRed, startNodeRed } from '../support/node-red/node-red.ts';
import { startUpstream, type Upstream } from '../support/upstream/upstream.ts';

const LOGIN = { login: 'password', credentials: { apiUsername: 'nestmtx', apiPassword: 'nestmtx' } };
const NODES = 20;
const REQUESTS = 200;
const ROUNDS = 3;

let upstream: Upstream;
let red: NodeRed;
let config: FlowNode;

beforeAll(async () => {
  [upstream, red] = await Promise.all([startUpstream(), startNodeRed()]);
  for (let id = 1; id <= REQUESTS; id += 1) upstream.setCamera({ id, name: `Camera ${id}` });
  config = server(upstream.url, undefined, LOGIN);
});

afterAll(async () => {
  await red.stop();
  await upstream.close();
});

/** `POST /inside` tells how many listeners the emitters have that all nodes share, and how many events came. */
const INSIDE = [
  node('in-inside', 'http in', ['inside'], { url: '/inside', method: 'post' }),
  node('inside', 'function', ['out-inside'], {
    outputs: 1,
    libs: [{ var: 'process', module: 'process' }],
    func: `
      const { events } = process.mainModule.require('@node-red/util');
      const count = (emitter) => emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);
      msg.payload = { runtime: count(events), process: count(process), came: flow.get('came') || 0 };
      return msg;`,
  }),
  node('out-inside', 'http response', []),
];

interface Inside {
  readonly runtime: number;
  readonly process: number;
  readonly came: number;
}

async function inside(): Promise<Inside> {
  return (await red.post('inside')).body as Inside;
}

function flow(round: number): FlowNode[] {
  const wanted = {
    server: 'server',
    domain: 'camera',
    entity: '',
    holdSeconds: '0',
    outputs: 1,
    name: `round ${round}`,
  };
  const events = Array.from({ length: NODES }, (_, index) =>
    node(`event-${index}`, 'nestmtx-event', ['came'], { ...wanted, events: ['ready', 'notReady', 'stalled'] }),
  );
  const read = { command: 'read', entity: 'payload.id', entityType: 'msg', name: `round ${round}` };
  const came = node('came', 'function', [], { outputs: 0, func: "flow.set('came', (flow.get('came') || 0) + 1);" });
  // As the editor sends it: with credentials it would count as changed, and the connection would be made anew.
  const { credentials: _, ...unchanged } = config;
  return [TAB, round === 0 ? config : unchanged, ...events, came, ...asking('read', read), ...INSIDE];
}

async function ready(): Promise<void> {
  await settled(() => red.post('read', { id: 1 }));
}

/** As many at once as there are cameras; each answer is compared with its question. */
async function askAll(): Promise<void> {
  const ids = Array.from({ length: REQUESTS }, (_, index) => index + 1);
  const answers = await Promise.all(ids.map((id) => red.post('read', { id })));
  expect(answers.map(({ body }) => (body as { id: number }).id)).toEqual(ids);
}

describe(`${NODES} event nodes and ${REQUESTS} requests in flight at once`, () => {
  it('lose no answer and no event, and leave nothing behind, however often they are deployed', async () => {
    await red.deploy(flow(0));
    await ready();
    await askAll();
    const before = await inside();
    const filters = upstream.filters.size;
    for (let round = 1; round <= ROUNDS; round += 1) {
      await red.deploy(flow(round), round % 2 === 0 ? 'full' : 'nodes');
      await ready();
      const { came } = await inside();
      await Promise.all([askAll(), upstream.emit('camera', 'ready', round, { name: `Camera ${round}` })]);
      await settled(
        async () => ({ status: 200, body: await inside() }),
        ({ body }) => (body as Inside).came >= came + NODES,
      );
      expect((await inside()).came).toBe(came + NODES);
    }
    const after = await inside();
    expect([after.runtime, after.process]).toEqual([before.runtime, before.process]);
    expect(upstream.filters.size).toBe(filters);
    // Whoever still listened for a node that is gone would keep its subscription.
    await red.deploy(
      flow(ROUNDS).filter(({ type }) => type !== 'nestmtx-event'),
      'nodes',
    );
    await eventually(() => ![...upstream.filters].some((filter) => filter.includes('/events/')));
    expect(red.output()).not.toMatch(/MaxListenersExceeded|uncaught|unhandled/i);
    expect(red.isRunning()).toBe(true);
  });

  it('go on after the broker was killed in their midst: what was under way fails at once, what comes later is answered', async () => {
    await red.deploy(flow(ROUNDS + 1));
    await ready();
    upstream.silence(true);
    const asked = upstream.requests.length;
    const lost = Promise.all(Array.from({ length: REQUESTS }, () => red.post('read', { id: 1 })));
    await settled(
      async () => ({ status: 200, body: undefined }),
      () => upstream.requests.length >= asked + REQUESTS,
    );
    await upstream.restart();
    const codes = (await lost).map(({ status, body }) => [status, (body as { code: string }).code]);
    expect(codes).toEqual(Array(REQUESTS).fill([500, 'not_connected']));
    upstream.silence(false);
    await ready();
    await askAll();
    const { came } = await inside();
    await upstream.emit('camera', 'stalled', 1);
    await settled(
      async () => ({ status: 200, body: await inside() }),
      ({ body }) => (body as Inside).came === came + NODES,
    );
  });
});
