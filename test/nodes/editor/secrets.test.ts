import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { type Editor, type EditorBrowser, startEditorBrowser } from '../../support/node-red/editor.ts';
import { asking, server, settled, TAB } from '../../support/node-red/flows.ts';
import { type FlowNode, type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';

const LOGIN = `${ADMIN.username}:${encodeURIComponent(ADMIN.password)}`;

let service: Service;
let red: NodeRed;
let browser: EditorBrowser;
let folder: string;

/** As another tool, a repository or an export sees them. */
async function flowFile(): Promise<string> {
  return readFile(join(folder, 'flows.json'), 'utf8');
}

/** As it was saved when URLs with a password were still taken. */
function olderServer(url: string, properties: Readonly<Record<string, unknown>> = {}): FlowNode {
  return server(url, undefined, { login: 'broker', version: 1, ...properties });
}

function account(url: string): FlowNode {
  return {
    id: 'account',
    type: 'mqtt-instance-account',
    name: '',
    version: 1,
    url,
    login: 'password',
    brokerTls: 'auto',
  };
}

function withLogin(url: string): string {
  return url.replace('://', `://${LOGIN}@`);
}

async function open(...flow: readonly FlowNode[]): Promise<Editor> {
  await red.deploy([TAB, ...flow]);
  return browser.open(red.url, flow[0]?.id ?? 'tab');
}

async function credentials(type: string, id: string): Promise<unknown> {
  return (await red.admin(`credentials/${type}/${id}`)).json();
}

beforeAll(async () => {
  if (chromiumIsMissing) return;
  folder = await mkdtemp(join(tmpdir(), 'nestmtx-flows-'));
  const settings = { flowFile: join(folder, 'flows.json') };
  [service, red, browser] = await Promise.all([startService(), startNodeRed({ settings }), startEditorBrowser()]);
});

afterEach(async (test) => {
  expect((await browser?.leave(test)) ?? []).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await red?.stop();
  await service?.stop();
  if (folder) await rm(folder, { recursive: true });
});

describe.skipIf(chromiumIsMissing)('a password in a URL', () => {
  it('of an older flow is used and warned of, is moved when the editor opens the flow, and is in no file after the deploy', async () => {
    const editor = await open(olderServer(withLogin(service.mqttUrl)), ...asking('version', { module: 'version' }));
    expect((await settled(() => red.post('version'))).status).toBe(200);
    expect(red.output()).toContain('the setting “url” holds a user name, a password or a token');
    expect(await flowFile()).toContain(LOGIN);
    await editor.page.getByText('were moved from the URL to the credentials').waitFor();
    await editor.deploy();
    await expect.poll(flowFile).not.toContain(LOGIN);
    expect(await flowFile()).toContain(service.mqttUrl);
    expect(await credentials('nestmtx-server', 'server')).toMatchObject({ username: 'admin', has_password: true });
    expect((await settled(() => red.post('version'))).status).toBe(200);
    expect(red.output()).not.toContain(encodeURIComponent(ADMIN.password));
  });

  it('that is typed is marked, and goes to the credentials with the button', async () => {
    const editor = await open(server(service.mqttUrl, ADMIN), ...asking('version', { module: 'version' }));
    await editor.editConfig('nestmtx-server', 'server');
    await editor.page.fill('#node-config-input-url', withLogin(service.mqttUrl));
    await editor.page.fill('#node-config-input-httpUrl', 'http://me:sesame@127.0.0.1:2000');
    await editor.page.locator('#node-config-input-httpUrl').blur();
    for (const field of ['url', 'httpUrl'])
      await editor.page.waitForSelector(`#node-config-input-${field}.input-error`);
    await editor.done();
    expect(await editor.validationErrors('server')).toEqual([]);
    await editor.deploy();
    await expect.poll(flowFile).toContain('http://127.0.0.1:2000');
    expect(await flowFile()).not.toMatch(/sesame|correct/);
    expect((await settled(() => red.post('version'))).status).toBe(200);
  });

  it('does not take the place of credentials that are there: those counted before, too', async () => {
    const config = olderServer('mqtt://old:sesame@127.0.0.1:1', { credentials: ADMIN });
    const editor = await open(config);
    await editor.page.getByText('were moved from the URL').waitFor();
    await editor.deploy();
    await expect.poll(flowFile).not.toContain('sesame');
    expect(await credentials('nestmtx-server', 'server')).toMatchObject({ username: 'admin', has_password: true });
  });

  it('of a WebSocket, and a token behind its ?, are moved each to its place', async () => {
    // Node-RED keeps the credentials of a node that another deploy takes away and the next brings back.
    const config = olderServer('ws://me:sesame@127.0.0.1:1/mqtt?token=s3cret', { id: 'websocket' });
    const editor = await open(config);
    await editor.page.getByText('were moved from the URL').waitFor();
    await editor.deploy();
    await expect.poll(flowFile).not.toMatch(/sesame|s3cret/);
    expect(await flowFile()).toContain('"url":"ws://127.0.0.1:1/mqtt"');
    expect(await credentials('nestmtx-server', 'websocket')).toMatchObject({ username: 'me', has_query: true });
    await editor.editConfig('nestmtx-server', 'websocket');
    await editor.page.locator('#node-config-input-query').waitFor({ state: 'visible' });
  });

  it('of an instance account is moved in the same way', async () => {
    const editor = await open(account(withLogin(service.httpUrl)));
    await editor.page.getByText('were moved from the URL').waitFor();
    await editor.deploy();
    await expect.poll(flowFile).not.toContain(LOGIN);
    expect(await credentials('mqtt-instance-account', 'account')).toMatchObject({
      username: 'admin',
      has_password: true,
    });
    await expect.poll(async () => (await red.admin('mqtt-instance/account')).status).toBe(200);
  });

  it('of an import comes in without it', async () => {
    const editor = await open(server('mqtt://127.0.0.1:1', ADMIN));
    const imported = olderServer('mqtt://old:sesame@127.0.0.1:2', { id: 'imported' });
    await editor.page.evaluate(
      (flow) => {
        const { RED: red } = globalThis as unknown as { RED: { nodes: { import(nodes: object[]): void } } };
        red.nodes.import(flow);
      },
      [imported],
    );
    await editor.page.getByText('were moved from the URL').waitFor();
    await editor.deploy();
    await expect.poll(flowFile).toContain('mqtt://127.0.0.1:2');
    expect(await flowFile()).not.toContain('sesame');
  });
});
