/** Server nodes whose address and login are variables: several of them inside a subflow, and one whose variable changes. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../../src/client/client.ts';
import { asking, node, server, settled, TAB } from '../../support/node-red/flows.ts';
import { type FlowNode, type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';

interface House {
  readonly service: Service;
  readonly password: string;
}

let red: NodeRed;
let first: House;
let second: House;

/** With one camera, called as the house. */
async function build(name: string, password: string): Promise<House> {
  const service = await startService({ env: { ADMIN_PASSWORD: password } });
  const admin = createClient({ url: service.mqttUrl, username: ADMIN.username, password });
  admin.connect();
  await admin.connected();
  await admin.login(ADMIN.username, password);
  await admin.request({ command: 'create', module: 'cameras', payload: { name } });
  await admin.close();
  return { service, password };
}

beforeAll(async () => {
  [red, first, second] = await Promise.all([
    startNodeRed(),
    build('First', ADMIN.password),
    build('Second', 'quite-another-one'),
  ]);
});

afterAll(async () => {
  await red.stop();
  await first.service.stop();
  await second.service.stop();
});

const use = (name: string) => `\u0024{${name}}`;
const login = { username: ADMIN.username, password: use('PASSWORD') };

function variablesOf({ service, password }: House): object[] {
  return [
    { name: 'BROKER', type: 'str', value: service.mqttUrl },
    { name: 'PASSWORD', type: 'str', value: password },
  ];
}

async function cameraAt(path: string): Promise<unknown> {
  const { body } = await settled(
    () => red.post(path),
    ({ body: answer }) => Array.isArray(answer),
  );
  return (body as { name: string }[]).map(({ name }) => name);
}

describe('a server node', () => {
  it('inside a subflow is one for each instance, with the address and the password of that instance', async () => {
    const [, request] = asking('inside', { server: 'inner-server', paging: 'all' });
    const subflow: FlowNode = {
      ...{ id: 'sub', type: 'subflow', name: 'house', env: [] },
      in: [{ x: 0, y: 0, wires: [{ id: 'request-inside' }] }],
      out: [{ x: 0, y: 0, wires: [{ id: 'request-inside', port: 0 }] }],
    };
    const instance = (path: string, house: House) => [
      node(`in-${path}`, 'http in', [`house-${path}`], { url: `/${path}`, method: 'post' }),
      node(`house-${path}`, 'subflow:sub', [`out-${path}`], { env: variablesOf(house) }),
      node(`out-${path}`, 'http response', []),
      // What fails while it connects has an answer, too.
      node(`catch-${path}`, 'catch', [`out-${path}`], { scope: [`house-${path}`] }),
    ];
    await red.deploy([
      TAB,
      subflow,
      server(use('BROKER'), login, { id: 'inner-server', z: 'sub' }),
      { ...request, z: 'sub', wires: [[]] } as FlowNode,
      ...instance('first', first),
      ...instance('second', second),
    ]);
    expect(await cameraAt('first')).toEqual(['First']);
    expect(await cameraAt('second')).toEqual(['Second']);
  });

  it('is another one from the deploy on that changes its variables', async () => {
    const flow = (house: House): FlowNode[] => [
      TAB,
      { id: 'globals', type: 'global-config', name: '', env: variablesOf(house), modules: {} },
      server(use('BROKER'), login),
      ...asking('cameras', { paging: 'all' }),
    ];
    await red.deploy(flow(first));
    expect(await cameraAt('cameras')).toEqual(['First']);
    await red.deploy(flow(second));
    expect(await cameraAt('cameras')).toEqual(['Second']);
  });
});
