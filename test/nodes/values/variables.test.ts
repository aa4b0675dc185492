import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asking, keeping, node, server, settled, TAB } from '../../support/node-red/flows.ts';
import { type FlowNode, type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';
import { acting } from '../instance/setting.ts';
import { DOORS } from './doors.ts';

/** Of each type that Node-RED has for them; one that nobody has set, too. */
const VARIABLES = [
  { name: 'NUMBER', type: 'num', value: '5' },
  { name: 'TRUTH', type: 'bool', value: 'true' },
  { name: 'OBJECT', type: 'json', value: '{"a":1}' },
  { name: 'LIST', type: 'json', value: '[1,"b"]' },
  { name: 'TEXT', type: 'str', value: 'b' },
  { name: 'EMPTY', type: 'str', value: '' },
  { name: 'BYTES', type: 'bin', value: '[1,2]' },
  { name: 'SUM', type: 'jsonata', value: '1+1' },
];
const NAMES = [...VARIABLES.map(({ name }) => name), 'NOBODY'];
const NOWHERE = 'mqtt://127.0.0.1:9';
const use = (name: string) => `\u0024{${name}}`;

let red: NodeRed;

beforeAll(async () => {
  red = await startNodeRed({ env: { NUMBER: '5', TEXT: 'b' } });
});

afterAll(() => red.stop());

/** One with nothing wrong. */
function example(type: string): FlowNode {
  const event = { server: 'server', domain: 'camera', entity: '', events: ['ready'], holdSeconds: '0' };
  const one = {
    'nestmtx-server': server(NOWHERE, ADMIN),
    'nestmtx-event': node('x', 'nestmtx-event', [], event),
    'nestmtx-request': asking('x')[1],
    'nestmtx-camera': node('x', 'nestmtx-camera', [], { server: 'server', entity: '1', entityType: 'record' }),
    'mqtt-instance-account': account('http://127.0.0.1:9'),
    'mqtt-instance': acting('x', { entity: 'abc', entityType: 'record' })[1],
  }[type];
  if (!one) throw new Error(`there is no example of ${type}`);
  return one;
}

function account(url: string, credentials = { username: 'me', password: 'secret' }): FlowNode {
  return { id: 'account', type: 'mqtt-instance-account', name: '', url, login: 'password', credentials };
}

/** Each node of this type once for each of its fields and each variable, with that in it. */
function variations(type: string, prefix: string): FlowNode[] {
  const one = example(type);
  const door = DOORS[type];
  const credentials = typeof one['credentials'] === 'object' ? one['credentials'] : {};
  return NAMES.flatMap((name) => {
    const id = (field: string) => `${prefix}-${type}-${field}-${name}`;
    // With an output for errors nothing comes to the Catch nodes.
    const isCaught = (field: string) => field !== 'errorOutput' || name !== 'TRUTH';
    const fields = Object.keys(door?.fields ?? {})
      .filter(isCaught)
      .map((field) => ({ ...one, id: id(field), [field]: use(name) }));
    const secrets = Object.keys(door?.secrets ?? {}).map((field) => ({
      ...one,
      id: id(field),
      credentials: { ...credentials, [field]: use(name) },
    }));
    return [...fields, ...secrets].map((each) => ({ ...each, wires: [[]] }));
  });
}

const CONFIGS = ['nestmtx-server', 'mqtt-instance-account'];
const NODES = ['nestmtx-event', 'nestmtx-request', 'nestmtx-camera', 'mqtt-instance'];

/** In a tab: `POST /all` sends a message to all that take one; what the Catch nodes get is kept. */
function tested(nodes: readonly FlowNode[]): FlowNode[] {
  const takers = nodes.filter(({ type }) => type !== 'nestmtx-event').map(({ id }) => id);
  const keep =
    "flow.set('errors', [...(flow.get('errors') || []), { ...msg.error, message: String(msg.error.message) }]);";
  return [
    ...nodes,
    node('in-all', 'http in', ['give'], { url: '/all', method: 'post' }),
    node('give', 'function', [takers, ['out-all']], {
      outputs: 2,
      func: "flow.set('errors', []); return [{ payload: {} }, msg];",
    }),
    node('out-all', 'http response', []),
    node('catch-all', 'catch', ['keep-all'], { scope: null }),
    node('keep-all', 'function', [], { outputs: 0, func: keep }),
    node('in-errors', 'http in', ['errors'], { url: '/errors', method: 'post' }),
    node('errors', 'function', ['out-errors'], {
      outputs: 1,
      func: "msg.payload = flow.get('errors') || []; return msg;",
    }),
    node('out-errors', 'http response', []),
  ];
}

interface Caught {
  readonly code?: string;
  readonly message: string;
  readonly source: { readonly id: string };
}

/** Deploys, lets a message loose on all, and waits until each has said why it cannot. */
async function everyRefusal(flow: readonly FlowNode[], takers: number): Promise<Caught[]> {
  await red.deploy(flow);
  await red.post('all');
  const { body } = await settled(
    () => red.post('errors'),
    ({ body: errors }) => (errors as Caught[]).length >= takers,
  );
  return body as Caught[];
}

function expectNamed(errors: readonly Caught[]): void {
  const known = [
    'not_connected',
    'invalid_value',
    'invalid_setting',
    'invalid_payload',
    'not_confirmed',
    'not_deployed',
  ];
  expect(errors.filter(({ code = '' }) => !known.includes(code))).toEqual([]);
  // Node-RED has put something in the places of the names.
  const seen = errors.filter(({ message }) => /not an (object|array)/.test(message));
  expect(new Set(seen.map(({ code }) => code))).toEqual(new Set(['invalid_setting']));
  expect(red.output()).not.toMatch(/is not a function|TypeError|Cannot read|uncaught|unhandled/i);
  expect(red.isRunning()).toBe(true);
}

const env = { env: VARIABLES };
const GLOBAL = { id: 'globals', type: 'global-config', name: '', ...env, modules: {} };
const nodes = NODES.flatMap((type) => variations(type, 'n'));
const takers = nodes.filter(({ type }) => type !== 'nestmtx-event').length;
const BASE = [server(NOWHERE, ADMIN), account('http://127.0.0.1:9')];

describe('every field of every node, with a variable of every kind,', () => {
  it('of the whole Node-RED: nothing is taken for what it is not', async () => {
    const configs = CONFIGS.flatMap((type) => variations(type, 'c'));
    expectNamed(await everyRefusal([TAB, GLOBAL, ...BASE, ...configs, ...tested(nodes)], takers));
    const told = red
      .output()
      .split('\n')
      .filter((line) => line.includes('[error] [nestmtx-server:'));
    expect(told.length).toBeGreaterThan(10);
    for (const line of told) expect(line).toMatch(/\(invalid_setting\)|\(not_deployed\)/);
  });

  it('of the flow', async () => {
    expectNamed(await everyRefusal([{ ...TAB, ...env }, ...BASE, ...tested(nodes)], takers));
  });

  it('of a group', async () => {
    const group = {
      id: 'group',
      type: 'group',
      z: 'tab',
      name: '',
      style: {},
      nodes: nodes.map(({ id }) => id),
      ...env,
    };
    const inside = nodes.map((each) => ({ ...each, g: 'group' }));
    expectNamed(await everyRefusal([TAB, group, ...BASE, ...tested(inside)], takers));
  });

  it('of a subflow', async () => {
    const subflow: FlowNode = {
      id: 'sub',
      type: 'subflow',
      name: 'sub',
      in: [{ x: 0, y: 0, wires: nodes.filter(({ type }) => type !== 'nestmtx-event').map(({ id }) => ({ id })) }],
      out: [],
      ...env,
    };
    const inside = nodes.map((each) => ({ ...each, z: 'sub' }));
    const instance = node('instance', 'subflow:sub', []);
    expectNamed(await everyRefusal([TAB, subflow, ...inside, ...BASE, ...tested([instance])], takers));
  });
});

describe('a variable of type number', () => {
  const PIN = '1234567890';
  let service: Service;

  beforeAll(async () => {
    service = await startService({ env: { ADMIN_PASSWORD: PIN } });
  });

  afterAll(() => service.stop());

  it('is a password, a camera and a timeout, as if it were a text', async () => {
    const numbers = [
      { name: 'PIN', type: 'num', value: PIN },
      { name: 'CAM', type: 'num', value: '1' },
      { name: 'T', type: 'num', value: '60' },
      { name: 'SOON', type: 'num', value: '0.1' },
    ];
    const events = [{ name: 'ready', after: use('SOON'), afterAlarm: false }];
    const wanted = { server: 'server', domain: 'camera', entity: use('CAM'), events, atStart: 'none' };
    const config = server(service.mqttUrl, { username: ADMIN.username, password: use('PIN') });
    const read = { command: 'read', entity: use('CAM'), timeout: use('T') };
    await red.deploy([
      TAB,
      { ...GLOBAL, env: numbers },
      config,
      ...keeping(node('event', 'nestmtx-event', [], wanted)),
      ...asking('create', { command: 'create' }),
      ...asking('emit', { command: 'create', module: 'events' }),
      ...asking('read', read),
    ]);
    await settled(() => red.post('create', { name: 'Door' }));
    expect((await red.post('read')).body).toMatchObject({ id: 1, name: 'Door' });
    await red.post('emit', { domain: 'camera', entity: 1, event: 'ready' });
    const { body } = await settled(
      () => red.post('kept'),
      ({ body: kept }) => (kept as unknown[]).length > 0,
    );
    expect(body).toMatchObject([{ event: { name: 'ready', entity: 1 } }]);
  });

  it('that nobody has set is said by its name', async () => {
    await red.deploy([
      TAB,
      server(service.mqttUrl, ADMIN),
      ...asking('read', { command: 'read', entity: use('GONE') }),
    ]);
    expect((await red.post('read')).body).toMatchObject({
      code: 'invalid_value',
      message: 'the entity is the variable GONE, which is not set',
    });
  });
});
