import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../../src/client/client.ts';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { freePort, portOf } from '../../support/free-port.ts';
import { type Editor, type EditorBrowser, startEditorBrowser } from '../../support/node-red/editor.ts';
import { asking, node, server, settled, TAB } from '../../support/node-red/flows.ts';
import { type FlowNode, type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';
import { startUpstream } from '../../support/upstream/upstream.ts';

let service: Service;
let red: NodeRed;
let browser: EditorBrowser;
let admin: Client;

beforeAll(async () => {
  if (chromiumIsMissing) return;
  [service, red, browser] = await Promise.all([startService(), startNodeRed(), startEditorBrowser()]);
  admin = createClient({ url: service.mqttUrl, ...ADMIN });
  admin.connect();
  await admin.connected();
  await admin.login(ADMIN.username, ADMIN.password);
  for (const name of ['Door', 'Yard']) {
    await admin.request({ command: 'create', module: 'cameras', payload: { name } });
  }
});

afterEach(async (test) => {
  expect((await browser?.leave(test)) ?? []).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await admin?.close();
  await red?.stop();
  await service?.stop();
});

function event(id: string, properties: Readonly<Record<string, unknown>> = {}): FlowNode {
  const saved = {
    server: 'server',
    domain: 'camera',
    entity: '',
    events: ['ready', 'notReady'],
    split: false,
    outputs: 1,
  };
  return node(id, 'nestmtx-event', [], {
    ...saved,
    ignoreRetained: true,
    tellState: false,
    holdSeconds: '0',
    ...properties,
  });
}

async function open(...flow: readonly FlowNode[]): Promise<Editor> {
  await red.deploy([TAB, ...flow]);
  return browser.open(red.url, flow.find(({ z }) => z === 'tab')?.id ?? 'tab', { locale: 'de' });
}

/** What stands below these nodes, in a German editor. */
async function shows({ page }: Editor, texts: Readonly<Record<string, string>>): Promise<void> {
  const look = () =>
    page.evaluate(
      (ids) => Object.fromEntries(ids.map((id) => [id, RED.nodes.node(id)?.status?.text])),
      Object.keys(texts),
    );
  await expect.poll(look).toEqual(texts);
}

const emit = (entity: number, name: string) =>
  admin.request({ command: 'create', module: 'events', payload: { domain: 'camera', entity, event: name } });

describe.skipIf(chromiumIsMissing)('below a node, in the language of the editor, stands', () => {
  it('what its events are about: that a camera is ready, how many are, how many are watched', async () => {
    await emit(1, 'demand');
    const editor = await open(
      server(service.mqttUrl, ADMIN),
      event('one', { entity: '1' }),
      event('all'),
      event('watched', { events: ['demand', 'unDemand'] }),
      event('one-watched', { entity: '1', events: ['demand'] }),
      ...asking('ask'),
    );
    await shows(editor, {
      one: 'verbunden · nicht bereit',
      all: 'NestMTX: 0/2 bereit',
      watched: 'NestMTX: 1/2 angesehen',
      'one-watched': 'verbunden · wird angesehen',
      'request-ask': 'Verbunden',
    });
    await emit(1, 'unDemand');
    await emit(2, 'ready');
    await shows(editor, { watched: 'NestMTX: 0/2 angesehen', all: 'NestMTX: 1/2 bereit' });
    await editor.screenshot('status-de');
  });

  it('the same around a subflow: no name of a text', async () => {
    const subflow: FlowNode = {
      id: 'sub',
      type: 'subflow',
      name: 'sub',
      in: [],
      out: [],
      status: { x: 1, y: 1, wires: [{ id: 'inner-status', port: 0 }] },
    };
    const inner = { ...event('inner', { entity: '1' }), z: 'sub' };
    const status = { ...node('inner-status', 'status', [], { scope: null }), z: 'sub' };
    const counting = { ...subflow, id: 'sub2', status: { x: 1, y: 1, wires: [{ id: 'inner-status2', port: 0 }] } };
    const editor = await open(
      server(service.mqttUrl, ADMIN),
      subflow,
      inner,
      status,
      counting,
      { ...event('inner2'), z: 'sub2' },
      { ...node('inner-status2', 'status', [], { scope: null }), z: 'sub2' },
      node('instance', 'subflow:sub', []),
      node('instance2', 'subflow:sub2', []),
    );
    await shows(editor, { instance: 'verbunden · nicht bereit', instance2: 'NestMTX: 1/2 bereit' });
  });

  it('that nobody is at the base topic, at once, and no word of a login', async () => {
    const config = server(service.mqttUrl, ADMIN, { baseTopic: 'elsewhere' });
    const editor = await open(config, event('event'), ...asking('ask', { timeout: '3' }));
    const text = 'kein Server unter diesem Basis-Topic';
    await shows(editor, { event: text, 'request-ask': text });
    expect(red.output()).toContain('nobody answers below the base topic “elsewhere”');
    expect((await red.post('ask')).body).toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('nobody answers below the base topic “elsewhere”'),
    });
    expect(red.output()).not.toContain('the login failed');
  });

  it('that a login was refused where one is needed, and nothing of it at a node that works without', async () => {
    const credentials = { ...ADMIN, apiUsername: 'admin', apiPassword: 'guess' };
    const config = server(service.mqttUrl, ADMIN, { login: 'password', credentials });
    const editor = await open(config, event('event', { entity: '1' }), ...asking('ask'));
    await shows(editor, { event: 'verbunden · nicht bereit', 'request-ask': 'Login abgelehnt' });
  });

  it('why there is no connection: a wrong password, a wrong port, a port for HTTP', async () => {
    const http = createServer().listen(0, '127.0.0.1');
    await expect.poll(() => http.listening).toBe(true);
    const wrong = { ...ADMIN, password: 'guesswork' };
    const editor = await open(
      server(service.mqttUrl, wrong, { id: 'wrong-password' }),
      server(`mqtt://127.0.0.1:${await freePort()}`, ADMIN, { id: 'wrong-port' }),
      server(`mqtt://127.0.0.1:${portOf(http)}`, ADMIN, { id: 'http-port' }),
      event('a', { server: 'wrong-password' }),
      event('b', { server: 'wrong-port' }),
      event('c', { server: 'http-port' }),
    );
    await shows(editor, {
      a: 'Broker: Benutzer oder Passwort falsch',
      b: 'nicht erreichbar',
      c: 'an diesem Port kein MQTT',
    });
    expect(red.output()).toMatch(/not connected to the broker: the broker refuses the connection: .*password/);
    expect(red.output()).toMatch(/not connected to the broker: nothing listens at this host and port/);
    expect(red.output()).toMatch(/not connected to the broker: what listens there does not speak MQTT/);
    http.close();
  });

  it('which setting is wrong, in the words of its dialog', async () => {
    const editor = await open(
      server(service.mqttUrl, ADMIN),
      event('level', { entity: 'front door' }),
      event('nowhere', { server: 'gone' }),
      event('split', { split: 'perhaps' }),
    );
    await shows(editor, {
      level: 'Kamera: wählen oder IDs eintippen; ein Raum braucht seinen Namen',
      nowhere: 'Server: keiner ist gewählt, oder er ist deaktiviert oder fehlerhaft',
      split: 'NestMTX: Einstellung unbrauchbar: split',
    });
    expect(red.output()).toMatch(/\[nestmtx-event:level\] the setting “entity” must be .* \(invalid_setting\)/);
    expect(red.output()).toMatch(/\[nestmtx-event:nowhere\] no NestMTX server is chosen.* \(not_deployed\)/);
  });

  it('that a node for the service itself is connected; its dialog knows the events, one of which is two words', async () => {
    const chosen = ['offline', 'login failed'];
    const editor = await open(server(service.mqttUrl, ADMIN), event('service', { domain: 'service', events: chosen }));
    await shows(editor, { service: 'Verbunden' });
    expect(await editor.validationErrors('service')).toEqual([]);
    await editor.edit('service');
    await editor.page.locator('.red-ui-editableList-addButton').click();
    await editor.page.getByLabel('Ereignis 3', { exact: true }).pressSequentially('disco');
    await editor.page.locator('.red-ui-autoComplete-container').getByText('disconnected').click();
    await editor.done();
    await editor.deploy();
    const flow: FlowNode[] = await (await red.admin('flows')).json();
    expect(flow.find(({ id }) => id === 'service')).toMatchObject({
      events: [...chosen, 'disconnected'].map((name) => ({ name })),
    });
  });

  it('how many requests are under way', async () => {
    const upstream = await startUpstream();
    const credentials = { apiUsername: 'nestmtx', apiPassword: 'nestmtx' };
    const config = server(upstream.url, undefined, { login: 'password', credentials });
    const editor = await open(config, ...asking('ask'));
    await settled(() => red.post('ask'));
    await shows(editor, { 'request-ask': 'Verbunden' });
    upstream.silence(true);
    // Nobody answers an http-in whose flow is gone.
    for (let count = 0; count < 2; count += 1) void red.post('ask').catch(() => undefined);
    await shows(editor, { 'request-ask': 'NestMTX: fragt an (2)' });
    await red.deploy([TAB]);
    await upstream.close();
  });
});
