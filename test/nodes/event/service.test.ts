import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../support/free-port.ts';
import { asking, keeping, node, server, settled, TAB } from '../../support/node-red/flows.ts';
import { type FlowNode, type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';

interface Kept {
  readonly event: { readonly domain: string; readonly entity: null; readonly name: string; readonly at: string };
  readonly payload: { readonly reason?: string; readonly code?: string };
  readonly topic: string;
  readonly retain: boolean;
}

let red: NodeRed;
const opened: Service[] = [];

beforeAll(async () => {
  red = await startNodeRed();
});

afterEach(async () => {
  await red.deploy([TAB]);
  for (const service of opened.splice(0)) await service.stop();
});

afterAll(() => red.stop());

async function start(env: Readonly<Record<string, string>>, dataDir?: string): Promise<Service> {
  const service = await startService({ env, ...(dataDir === undefined ? {} : { dataDir }) });
  opened.push(service);
  return service;
}

function about(events: readonly string[], properties: Readonly<Record<string, unknown>> = {}): FlowNode {
  const rest = { split: false, ignoreRetained: true, tellState: false, holdSeconds: '0', outputs: 1 };
  return node('event', 'nestmtx-event', [], {
    server: 'server',
    domain: 'service',
    entity: '',
    events,
    ...rest,
    ...properties,
  });
}

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

describe('the domain `service`', () => {
  it('tells that the service stops, that the way to it is gone, and that both are back; and nothing at a deploy', async () => {
    const env = { MQTT_PORT: String(await freePort()) };
    const first = await start(env);
    const flow = [
      TAB,
      server(first.mqttUrl, ADMIN),
      ...keeping(about([])),
      ...asking('version', { module: 'version' }),
    ];
    await red.deploy(flow);
    await settled(() => red.post('version'));
    expect((await red.post('kept')).body).toEqual([]);
    await first.app.close();
    const gone = await kept(2);
    expect(names(gone)).toEqual(['offline', 'disconnected']);
    expect(gone).toMatchObject([
      { event: { domain: 'service', entity: null }, topic: 'nestmtx/availability', retain: false },
      { event: { domain: 'service' }, payload: { reason: expect.any(String) }, topic: '', retain: false },
    ]);
    expect(Date.parse(gone[0]?.event.at ?? '')).not.toBeNaN();
    await start(env, first.dataDir);
    expect(names(await kept(2)).toSorted((a, b) => a.localeCompare(b))).toEqual(['connected', 'online']);
  });

  it('tells what is the case at the deploy, marked as the past, if asked to', async () => {
    const { mqttUrl } = await start({});
    await red.deploy([TAB, server(mqttUrl, ADMIN), ...keeping(about([], { tellState: true }))]);
    const messages = await kept(2);
    expect(messages.map(({ event, retain }) => [event.name, retain])).toEqual([
      ['connected', true],
      ['online', true],
    ]);
  });

  it('tells that the API takes the login no more, with its words and its code', async () => {
    const { mqttUrl } = await start({});
    const credentials = { ...ADMIN, apiUsername: 'admin', apiPassword: 'guess' };
    const config = server(mqttUrl, ADMIN, { login: 'password', credentials });
    await red.deploy([TAB, config, ...keeping(about(['login failed']))]);
    expect(await kept(1)).toMatchObject([
      { event: { name: 'login failed' }, payload: { reason: 'Invalid user credentials', code: 'invalid_credentials' } },
    ]);
  });

  it('tells over deploys that an alarm is over, where it was told, and tells no alarm twice', async () => {
    const env = { MQTT_PORT: String(await freePort()) };
    const first = await start(env);
    const rows = [
      { name: 'disconnected', after: '0.2 s', afterAlarm: false },
      { name: 'connected', after: '', afterAlarm: true },
    ];
    const event = about([], { events: rows, atStart: 'news' });
    const flow = [TAB, server(first.mqttUrl, ADMIN), ...keeping(event), ...asking('version', { module: 'version' })];
    await red.deploy(flow);
    await settled(() => red.post('version'));
    await first.app.close();
    const gone = await kept(1);
    expect(names(gone)).toEqual(['disconnected']);
    await red.deploy(flow);
    await start(env, first.dataDir);
    const back = await kept(1);
    expect(names(back)).toEqual(['connected']);
    expect(back).toMatchObject([{ outage: { since: gone[0]?.event.at, until: expect.any(String) } }]);
    await red.deploy(flow);
    await settled(() => red.post('version'));
    expect((await red.post('kept')).body).toEqual([]);
  });

  it('waits, as for cameras, until it has lasted', async () => {
    const env = { MQTT_PORT: String(await freePort()) };
    const first = await start(env);
    const flow = [TAB, server(first.mqttUrl, ADMIN), ...keeping(about(['disconnected'], { holdSeconds: '0.3' }))];
    await red.deploy([...flow, ...asking('version', { module: 'version' })]);
    await settled(() => red.post('version'));
    await first.app.close();
    expect(names(await kept(1))).toEqual(['disconnected']);
  });

  it('is meant only where it is chosen: `+` stands for what comes over MQTT, as ever', async () => {
    const env = { MQTT_PORT: String(await freePort()) };
    const first = await start(env);
    const flow = [TAB, server(first.mqttUrl, ADMIN), ...keeping(about([], { domain: '+' }))];
    await red.deploy([...flow, ...asking('version', { module: 'version' })]);
    await settled(() => red.post('version'));
    await first.app.close();
    await settled(
      () => red.post('version'),
      ({ body }) => JSON.stringify(body).includes('not_connected'),
    );
    expect((await red.post('kept')).body).toEqual([]);
  });
});
