import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../src/client/client.ts';
import { EXAMPLES, readExample } from '../support/node-red/examples.ts';
import { settled } from '../support/node-red/flows.ts';
import { type FlowNode, type NodeRed, PACKAGE, startNodeRed } from '../support/node-red/node-red.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

/** As people call them. */
const NAME = `Anna's door & hall`;

let service: Service;
let red: NodeRed;
let admin: Client;
let camera: number;

beforeAll(async () => {
  [service, red] = await Promise.all([startService(), startNodeRed()]);
  admin = createClient({ url: service.mqttUrl, ...ADMIN });
  admin.connect();
  await admin.connected();
  await admin.login(ADMIN.username, ADMIN.password);
  camera = await addCamera(NAME);
});

afterAll(async () => {
  await red.stop();
  await admin.close();
  await service.stop();
});

/** As a user does it: imports it, fills in the server, deploys. Debug nodes are asked by `POST /seen`. */
async function use(name: string, change: (node: FlowNode) => FlowNode = (node) => node): Promise<void> {
  const example = readExample(name);
  const tab = example.find(({ type }) => type === 'tab');
  const filled = example.map((node) => {
    if (node.type === 'nestmtx-server') return { ...node, url: service.mqttUrl, credentials: ADMIN };
    if (node.type !== 'debug') return change(node);
    const func = `flow.set('seen', [...(flow.get('seen') || []), { at: node.name, said: RED.util.getMessageProperty(msg, '${node['complete']}') }]);`;
    return { ...node, type: 'function', func, outputs: 0 };
  });
  const z = tab?.id ?? '';
  await red.deploy([
    ...filled,
    { id: 'in-seen', z, x: 1, y: 1, type: 'http in', url: '/seen', method: 'post', wires: [['tell']] },
    {
      id: 'tell',
      z,
      x: 1,
      y: 1,
      type: 'function',
      func: "msg.payload = flow.get('seen') || []; return msg;",
      outputs: 1,
      wires: [['out-seen']],
    },
    { id: 'out-seen', z, x: 1, y: 1, type: 'http response', wires: [] },
  ]);
}

async function seen(
  isEnough: (messages: { at: string; said: unknown }[]) => boolean,
): Promise<{ at: string; said: unknown }[]> {
  const answer = await settled(
    () => red.post('seen'),
    ({ body }) => isEnough(body as { at: string; said: unknown }[]),
  );
  return answer.body as { at: string; said: unknown }[];
}

const emit = (event: string, entity = camera) =>
  admin.request({ command: 'create', module: 'events', payload: { domain: 'camera', entity, event } });

async function addCamera(name: string): Promise<number> {
  const payload = { name, room: 'Porch', mtx_path: name.replaceAll(/\W/g, '-'), is_enabled: true, is_persistent: true };
  return Number(((await admin.request({ command: 'create', module: 'cameras', payload })) as { id: number }).id);
}

describe('the examples', () => {
  it('are offered in the import dialog', async () => {
    const { [PACKAGE]: offered } = (await (await red.admin('library/examples/flows')).json()).d ?? {};
    const listed = await (await red.admin(`library/examples/flows/${PACKAGE}/`)).json().catch(() => offered);
    for (const name of EXAMPLES) expect(JSON.stringify(listed)).toContain(name);
  });

  it('share one server, one account and one broker', () => {
    const shared = EXAMPLES.flatMap(readExample).filter(({ type, z }) => type !== 'tab' && z === undefined);
    const known = new Map(shared.map((one) => [one.type, one]));
    expect(new Set(known.keys())).toEqual(new Set(['nestmtx-server', 'mqtt-instance-account', 'mqtt-broker']));
    for (const one of shared) expect(one).toEqual(known.get(one.type));
  });

  it.each(EXAMPLES)('%s: what people read is made by no HTML template, unless it is a page', (name) => {
    const flow = readExample(name);
    for (const { id, type, ...rest } of flow) {
      if (!JSON.stringify(rest).includes('{{')) continue;
      expect([id, type, rest['format']]).toEqual([id, 'template', 'html']);
      const [[next]] = rest['wires'] as [[string]];
      expect(flow.find((one) => one.id === next)).toMatchObject({
        type: 'http response',
        headers: { 'content-type': 'text/html; charset=utf-8' },
      });
    }
  });

  it.each(EXAMPLES)('%s says what to fill in first', (name) => {
    const flow = readExample(name);
    const comment = flow.find(({ type }) => type === 'comment');
    const needs = flow.some(({ type }) => type === 'nestmtx-server') ? 'server' : 'account';
    expect(comment?.['name']).toContain(`in the ${needs}`);
  });

  it('hold every node that has no other place in the palette', () => {
    const types = EXAMPLES.flatMap(readExample).map(({ type }) => type);
    expect(types).toEqual(
      expect.arrayContaining(['nestmtx-server', 'nestmtx-request', 'nestmtx-event', 'nestmtx-camera']),
    );
  });

  it('first request: the button lists the cameras', async () => {
    await use('first-request');
    const pressed = async () => {
      await red.admin('inject/e5a0100000000002', { method: 'POST' });
      return red.post('seen');
    };
    const { body } = await settled(pressed, ({ body }) => JSON.stringify(body).includes(NAME));
    expect(body).toContainEqual({ at: 'cameras', said: [expect.objectContaining({ name: NAME })] });
  });

  it('notify: tells once of a camera that is not ready for 5 minutes, here a moment, that it works again, and nothing at a deploy', async () => {
    const soon = (node: FlowNode) => {
      const rows = node['events'] as readonly { readonly after: string }[];
      const events = () => rows.map((row) => (row.after === '5 min' ? { ...row, after: '1 ms' } : row));
      return node.type === 'nestmtx-event' ? { ...node, events: events() } : node;
    };
    await use('notify-not-ready', soon);
    const fallen = async () => {
      for (const event of ['ready', 'notReady']) await emit(event);
      return red.post('seen');
    };
    await settled(fallen, ({ body }) => JSON.stringify(body).includes('not been ready'));
    const before = await seen(({ length }) => length % 2 === 1);
    await use('notify-not-ready', soon);
    const risen = async () => {
      await emit('ready');
      return red.post('seen');
    };
    const { body } = await settled(risen, ({ body }) => (body as unknown[]).length > before.length);
    const said = (body as { said: string }[]).map((message) => message.said);
    const down = `${NAME} has not been ready for 5 minutes.`;
    expect(said).toEqual(said.map((_, index) => (index % 2 === 0 ? down : `${NAME} works again.`)));
    expect(said).toHaveLength(before.length + 1);
  });

  it('restart: a camera that stalls is disabled and enabled, and still kept up', async () => {
    const changes: unknown[] = [];
    const watch = admin.events({ domain: 'camera', event: 'updated', entity: camera }, ({ details }) =>
      changes.push(details['enabled']),
    );
    await watch.active();
    // Of the second camera: whether the node hears anything yet, since a camera that has stalled does not stall again.
    const other = await addCamera('Garage');
    await use('restart-stalled-camera', (node) =>
      node.type === 'delay' ? { ...node, timeout: '50', timeoutUnits: 'milliseconds' } : node,
    );
    const hears = async () => {
      for (const event of ['ready', 'stalled']) await emit(event, other);
      return red.post('seen');
    };
    await settled(hears, ({ body }) => JSON.stringify(body).includes('restarted'));
    changes.length = 0;
    for (const event of ['ready', 'stalled']) await emit(event);
    const restarted = await seen((all) => all.some(({ said }) => Object(said).id === camera));
    expect(restarted).toContainEqual({ at: 'restarted', said: expect.objectContaining({ id: camera }) });
    const now = await admin.request({ command: 'read', module: 'cameras', entity: camera });
    expect(now).toMatchObject({ is_enabled: true, is_persistent: true });
    expect(changes.slice(0, 2)).toEqual([false, true]);
    watch.close();
  });

  it('light: on while somebody watches, off when nobody does', async () => {
    await use('light-while-watched');
    await seen((messages) => messages.length > 0);
    await emit('demand');
    // Somebody watches another one: the light is that of the first.
    const other = await addCamera('Garden');
    for (const event of ['demand', 'unDemand']) await emit(event, other);
    await emit('unDemand');
    const lights = await seen((messages) => messages.length >= 3);
    expect(lights.map(({ said }) => said)).toEqual([false, true, false]);
  });

  it('status page: shows each camera, and says so when it cannot', async () => {
    await use('status-page');
    const page = async () => {
      const response = await fetch(`${red.httpUrl}/nestmtx-status`);
      return { status: response.status, body: await response.text() };
    };
    const first = await page();
    const { body } = await settled(page);
    expect(body).toContain('<td>Anna&#39;s door &amp; hall</td><td>Porch</td>');
    if (first.status !== 200)
      expect(first).toMatchObject({ status: 503, body: expect.stringContaining('not connected') });
  });
});
