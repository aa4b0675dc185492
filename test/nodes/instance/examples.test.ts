import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestClient } from '../../support/brokers/mqtt-client.ts';
import { readExample } from '../../support/node-red/examples.ts';
import { settled } from '../../support/node-red/flows.ts';
import { type FlowNode, type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';

interface Rented {
  readonly _id: string;
  readonly user: string;
  readonly password: string;
}

interface Seen {
  readonly at: string;
  readonly said: unknown;
}

let service: Service;
let red: NodeRed;
let token: string;

beforeAll(async () => {
  [service, red] = await Promise.all([startService({ env: { INSTANCE_SERVER: '127.0.0.1' } }), startNodeRed()]);
  const login = { username: ADMIN.username, password: ADMIN.password };
  ({ token } = (await call('POST', '/auth/login', login)) as { token: string });
});

afterAll(async () => {
  await red.stop();
  await service.stop();
});

async function call(method: string, path: string, body?: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  return (await fetch(`${service.httpUrl}/v1${path}`, init)).json();
}

/** As a user does it: imports it, fills in the account, deploys. Debug nodes are asked by `POST /seen`. */
async function use(name: string, change: (node: FlowNode) => FlowNode = (node) => node): Promise<void> {
  const example = readExample(name);
  const filled = example.map((node) => {
    if (node.type === 'mqtt-instance-account') return { ...node, url: service.httpUrl, credentials: ADMIN };
    if (node.type !== 'debug') return change(node);
    const said = `RED.util.getMessageProperty(msg, '${node['complete']}')`;
    const func = `flow.set('seen', [...(flow.get('seen') || []), { at: node.name, said: ${said} }]);`;
    return { ...node, type: 'function', func, outputs: 0 };
  });
  const place = { z: example.find(({ type }) => type === 'tab')?.id ?? '', x: 1, y: 1 };
  const func = "msg.payload = flow.get('seen') || []; return msg;";
  await red.deploy([
    ...filled,
    { ...place, id: 'in-seen', type: 'http in', url: '/seen', method: 'post', wires: [['tell']] },
    { ...place, id: 'tell', type: 'function', func, outputs: 1, wires: [['out-seen']] },
    { ...place, id: 'out-seen', type: 'http response', wires: [] },
  ]);
}

async function seen(isEnough: (messages: readonly Seen[]) => boolean): Promise<readonly Seen[]> {
  const answer = await settled(
    () => red.post('seen'),
    ({ body }) => isEnough(body as Seen[]),
  );
  return answer.body as Seen[];
}

async function press(id: string): Promise<void> {
  expect((await red.admin(`inject/${id}`, { method: 'POST' })).status).toBe(200);
}

/** As long as nothing comes, it is pressed again: a subscription takes a moment. */
async function pressUntil(id: string, isEnough: () => Promise<boolean>): Promise<void> {
  await settled(async () => {
    await press(id);
    return { status: (await isEnough()) ? 200 : 500, body: undefined };
  });
}

describe('the example', () => {
  it('create and talk: an instance is rented, heard through, and given back with its connection', async () => {
    await use('instance-talk');
    await press('e5a0600000000002');
    const heard = async () => JSON.stringify((await red.post('seen')).body).includes('heard');
    await pressUntil('e5a0600000000006', heard);
    expect(await seen((messages) => messages.length > 0)).toContainEqual({ at: 'heard', said: 'hello' });
    const rented = async () => ((await call('GET', '/mqtt')) as { mqtts: Rented[] }).mqtts;
    expect(await rented()).toHaveLength(1);
    await press('e5a0600000000008');
    await settled(async () => ({ status: (await rented()).length === 0 ? 200 : 500, body: undefined }));
    expect(await seen(() => true)).not.toContainEqual(expect.objectContaining({ at: 'what went wrong' }));
  });

  it('rotation: the connection goes on with the new password when the old one is worth nothing', async () => {
    const rented = (await call('POST', '/mqtt')) as Rented;
    const fill = (node: FlowNode) => (node.type === 'mqtt-instance' ? { ...node, entity: rented._id } : node);
    await use('instance-rotation', fill);
    const connections = (messages: readonly Seen[]) => messages.filter(({ at }) => at === 'connected as');
    await seen((messages) => connections(messages).length === 1);
    // Twice: of the first password nothing is left then.
    for (const count of [2, 3]) {
      await press('e5a0700000000006');
      await seen((messages) => connections(messages).length === count);
    }
    expect(await seen(() => true)).toEqual(Array(3).fill({ at: 'connected as', said: rented.user }));
    const { user: username, password } = (await call('GET', `/mqtt/${rented._id}`)) as Rented;
    await expect(service.client({ username, password: rented.password })).rejects.toThrow();
    const listener: TestClient = await service.client({ username, password });
    await listener.subscribe(`${username}/#`);
    await press('e5a0700000000008');
    expect((await listener.next()).text).toBe('hello');
    await listener.end();
  });
});
