/** What was told stays told: alarms in a real Node-RED, over deploys and restarts of it. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../../src/client/client.ts';
import { node, server, settled, TAB } from '../../support/node-red/flows.ts';
import { type FlowNode, type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';

interface Told {
  readonly event: { readonly name: string; readonly entity: number };
  readonly outage?: { readonly since: string; readonly until: string | null };
  readonly state: { readonly enabled: boolean; readonly ready: boolean } | null;
  readonly quiet?: boolean;
}

const ALARM = {
  version: 2,
  events: [
    { name: 'notReady', after: '200 ms', afterAlarm: false },
    { name: 'ready', after: '', afterAlarm: true },
  ],
  atStart: 'news',
  disabledToo: false,
};

let service: Service;
let red: NodeRed;
let contexts: string;
let contextStorage: object;
let admin: Client;
let cameras: number[];
let made = 0;

beforeAll(async () => {
  contexts = await mkdtemp(join(tmpdir(), 'nestmtx-contexts-'));
  // As in Home Assistant's app: the default store forgets, another one does not.
  contextStorage = {
    default: { module: 'memory' },
    file: { module: 'localfilesystem', config: { dir: contexts, flushInterval: 1 } },
  };
  service = await startService();
  admin = createClient({ url: service.mqttUrl, ...ADMIN });
  admin.connect();
  await admin.connected();
  await admin.login(ADMIN.username, ADMIN.password);
});

beforeEach(async () => {
  // As it is installed: without a context store it empties the contexts of nodes with every deploy.
  red = await startNodeRed();
  cameras = [];
  for (const is_enabled of [true, false, true]) {
    made += 1;
    const payload = { name: `Camera ${made}`, mtx_path: `camera-${made}`, is_enabled };
    const camera = await admin.request({ command: 'create', module: 'cameras', payload });
    cameras.push((camera as { id: number }).id);
  }
  await emit(cameras[2], 'ready');
});

afterEach(() => red.stop());

afterAll(async () => {
  await admin.close();
  await service.stop();
  await rm(contexts, { recursive: true });
});

const emit = (entity: number | undefined, event: string) =>
  admin.request({ command: 'create', module: 'events', payload: { domain: 'camera', entity, event } });

/** Keeps what comes over deploys; a second node tells states at once, so that a test knows that they have come. */
function flow(properties: object): FlowNode[] {
  const keep = (key: string) =>
    `global.set('${key}', [...(global.get('${key}') || []), msg]); global.set('at', Date.now());`;
  const common = { server: 'server', domain: 'camera', entity: cameras.join(','), split: false, outputs: 1 };
  return [
    TAB,
    server(service.mqttUrl, ADMIN),
    node('alarm', 'nestmtx-event', ['keep'], { ...common, ignoreRetained: true, ...properties }),
    node('keep', 'function', [], { outputs: 0, func: keep('told') }),
    node('states', 'nestmtx-event', ['keep-states'], {
      ...common,
      ...{ version: 2, events: [], atStart: 'always', disabledToo: true, ignoreRetained: true },
    }),
    node('keep-states', 'function', [], { outputs: 0, func: keep('states') }),
    node('in', 'http in', ['tell'], { url: '/told', method: 'post' }),
    node('tell', 'function', ['out'], {
      outputs: 1,
      func: "msg.payload = { told: global.get('told') || [], states: (global.get('states') || []).length }; return msg;",
    }),
    node('in-forget', 'http in', ['forget'], { url: '/forget', method: 'post' }),
    node('forget', 'function', ['out'], {
      outputs: 1,
      func: "global.set('told', []); global.set('states', []); return msg;",
    }),
    node('out', 'http response', []),
  ];
}

async function deploy(properties: object): Promise<void> {
  await red.deploy(flow(properties));
}

async function told(isEnough: (told: readonly Told[], states: number) => boolean): Promise<readonly Told[]> {
  type Answer = { readonly told: readonly Told[]; readonly states: number };
  const { body } = await settled(
    () => red.post('told'),
    ({ body }) => isEnough((body as Answer).told, (body as Answer).states),
  );
  return (body as Answer).told;
}

/** Deploys the same again, and lets the third camera fall, whose alarm comes after all that would come of the deploy. */
async function again(properties: object): Promise<readonly Told[]> {
  await red.post('forget');
  await deploy(properties);
  await told((_, states) => states >= 6);
  await emit(cameras[2], 'notReady');
  const isLast = ({ event }: Told) => event.entity === cameras[2];
  const all = await told((messages) => messages.some(isLast));
  await emit(cameras[2], 'ready');
  return all.filter((message) => !isLast(message));
}

const names = (messages: readonly Told[]) => messages.map(({ event }) => event.name);

describe('an alarm', () => {
  it.each([
    ['as the dialog makes it', ALARM],
    ['of version 1', { version: 1, events: ['notReady'], holdSeconds: '0.2', tellState: true }],
  ])(
    '%s is told once, however often all is deployed, and not of a camera that is switched off',
    async (_what, alarm) => {
      await deploy(alarm);
      const messages = await told((all) => all.length > 0);
      expect(messages).toMatchObject([{ event: { name: 'notReady', entity: cameras[0] }, state: { enabled: true } }]);
      for (let round = 0; round < 3; round += 1) expect(await again(alarm)).toEqual([]);
    },
  );

  it('has an end that is told once, with when it began, and only where the alarm was told', async () => {
    const alarm = { ...ALARM, atStart: 'none' };
    await deploy(alarm);
    await told((_, states) => states >= 6);
    for (const event of ['ready', 'notReady', 'ready', 'notReady']) await emit(cameras[0], event);
    await told((all) => all.length === 1);
    await deploy(alarm);
    await emit(cameras[0], 'ready');
    const [down, up, ...others] = await told((all) => all.length >= 2);
    expect([down, up]).toMatchObject([
      { event: { name: 'notReady' }, outage: { until: null }, state: { ready: false } },
      { event: { name: 'ready' }, outage: { until: expect.any(String) }, state: { ready: true } },
    ]);
    expect(up?.outage?.since).toBe(down?.outage?.since);
    expect(others).toEqual([]);
    expect(await again(alarm)).toEqual([]);
  });

  it('stays told over a restart, where Node-RED keeps contexts', async () => {
    await red.stop();
    red = await startNodeRed({ settings: { contextStorage } });
    await deploy(ALARM);
    await told((all) => all.length > 0);
    await red.stop();
    red = await startNodeRed({ settings: { contextStorage } });
    await deploy(ALARM);
    await told((_, states) => states >= 6);
    await emit(cameras[0], 'ready');
    expect(names(await told((all) => all.length > 0))).toEqual(['ready']);
  });

  it('is news again of a node that was taken out meanwhile', async () => {
    await deploy(ALARM);
    await told((all) => all.length > 0);
    await red.deploy([TAB]);
    await red.deploy(flow(ALARM));
    expect(names(await told((all) => all.length > 1))).toEqual(['notReady', 'notReady']);
  });

  it('is marked where somebody has asked for quiet', async () => {
    const quietUntil = '2099-01-01T00:00:00.000Z';
    await admin.request({ command: 'update', module: 'cameras', entity: cameras[0] ?? 0, payload: { quietUntil } });
    await deploy(ALARM);
    expect(await told((all) => all.length > 0)).toMatchObject([{ quiet: true, state: { quietUntil } }]);
  });
});
