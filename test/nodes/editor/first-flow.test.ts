/** What somebody does who has just installed the nodes: counted until the first event, and what the palette and the examples do for it. */

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../../src/client/client.ts';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { type Editor, type EditorBrowser, startEditorBrowser } from '../../support/node-red/editor.ts';
import { asking, node, server, settled, TAB } from '../../support/node-red/flows.ts';
import { type FlowNode, type NodeRed, PACKAGE, startNodeRed } from '../../support/node-red/node-red.ts';
import { comesTrue } from '../../support/patience.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';

/** From the palette to the first event. */
const MOST_ACTIONS = 8;
const LISTING = ['nestmtx-request', 'mqtt-instance'];

let service: Service;
let red: NodeRed;
let browser: EditorBrowser;
let admin: Client;

async function open(...flow: readonly FlowNode[]): Promise<Editor> {
  await red.deploy([TAB, node('start', 'comment', [], { x: 600, y: 500 }), ...flow]);
  return browser.open(red.url, 'start');
}

async function flows(): Promise<FlowNode[]> {
  return (await red.admin('flows')).json();
}

function emit(event: string): Promise<unknown> {
  return admin.request({ command: 'create', module: 'events', payload: { domain: 'camera', entity: 1, event } });
}

async function middle(page: Page, selector: string): Promise<[x: number, y: number]> {
  const box = await page.locator(selector).first().boundingBox();
  if (!box) throw new Error(`${selector} is not on the page`);
  return [box.x + box.width / 2, box.y + box.height / 2];
}

async function drag(page: Page, from: string, to: string): Promise<void> {
  await page.mouse.move(...(await middle(page, from)));
  await page.mouse.down();
  await page.mouse.move(...(await middle(page, to)), { steps: 10 });
  await page.mouse.up();
}

/** By the keyboard alone. */
async function goTo(page: Page, id: string): Promise<void> {
  await comesTrue(async () => {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe(id);
  });
}

describe.skipIf(chromiumIsMissing)('a newcomer', () => {
  beforeAll(async () => {
    [service, red, browser] = await Promise.all([startService(), startNodeRed(), startEditorBrowser()]);
    admin = createClient({ url: service.mqttUrl, ...ADMIN });
    admin.connect();
    await admin.connected();
    await admin.login(ADMIN.username, ADMIN.password);
    await admin.request({ command: 'create', module: 'cameras', payload: { name: 'Garage', mtx_path: 'garage' } });
  });

  afterEach(async (test) => {
    expect((await browser.leave(test)).filter((line) => !line.includes('/nestmtx/'))).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await red?.stop();
    await admin?.close();
    await service?.stop();
  });

  it(`sees the first event after ${MOST_ACTIONS} actions: gestures of the mouse, and turns at the keyboard`, async () => {
    const editor = await open();
    const { page } = editor;
    const taken: string[] = [];
    const action = async (name: string, act: () => Promise<unknown>) => {
      taken.push(name);
      await act();
    };
    const place = (type: string, x: number) =>
      page
        .locator(`[data-palette-type="${type}"]`)
        .dragTo(page.locator('#red-ui-workspace-chart'), { targetPosition: { x, y: 120 } });
    await page.locator('[data-palette-type="nestmtx-event"]').scrollIntoViewIfNeeded();
    await action('drag the event node to the flow', () => place('nestmtx-event', 150));
    await page.locator('[data-palette-type="debug"]').scrollIntoViewIfNeeded();
    await action('drag a debug node to the flow', () => place('debug', 450));
    const id = (await page.evaluate(() => {
      let found = '';
      RED.nodes.eachNode((one) => {
        if (one.type === 'nestmtx-event') found = one.id;
        return true;
      });
      return found;
    })) as string;
    await action('join the two', () =>
      drag(
        page,
        `[id="${id}"] .red-ui-flow-port-output`,
        '.red-ui-flow-node-group:has(.red-ui-flow-port-input) .red-ui-flow-port-input',
      ),
    );
    await action('open the event node', () => page.locator(`[id="${id}"]`).dblclick());
    await action('add a server', () =>
      page.locator('#node-input-btn-server-add, #node-input-lookup-server').first().click(),
    );
    await page.locator('#node-config-input-url').waitFor();
    await action('type broker, user and password, and close both dialogs', async () => {
      const texts = { url: service.mqttUrl, username: ADMIN.username, password: ADMIN.password };
      for (const [field, text] of Object.entries(texts)) {
        await goTo(page, `node-config-input-${field}`);
        await page.keyboard.type(text);
      }
      await page.keyboard.press('Control+Enter');
      await page.locator('#node-config-dialog-ok').waitFor({ state: 'detached' });
      await page.keyboard.press('Control+Enter');
      await page.waitForSelector('.red-ui-tray', { state: 'detached' });
    });
    await action('deploy', () => editor.deploy());
    // Node-RED 5 shows it from the start.
    if ((await page.locator('.red-ui-debug-content:visible').count()) === 0)
      await action('look at the debug sidebar', () => page.locator('#red-ui-tab-debug-link-button').click());
    await comesTrue(async () => {
      for (const event of ['notReady', 'ready']) await emit(event);
      expect(await page.locator('.red-ui-debug-msg:visible').count()).toBeGreaterThan(0);
    });
    await editor.screenshot('first-flow');
    expect(taken.length).toBeLessThanOrEqual(MOST_ACTIONS);
  });

  it('finds each of our nodes by "nestmtx" where nodes are added quickly', async () => {
    const { page, screenshot } = await open();
    await page.locator('[data-palette-type="mqtt-instance"]').scrollIntoViewIfNeeded();
    const ours = await page
      .locator('[data-palette-type]')
      .evaluateAll((entries) =>
        entries
          .map((entry) => entry.getAttribute('data-palette-type') ?? '')
          .filter((type) => /nestmtx|mqtt-instance/.test(type)),
      );
    expect(ours.length).toBeGreaterThanOrEqual(3);
    await page.locator('#red-ui-workspace-chart').click({ position: { x: 300, y: 300 }, modifiers: ['Control'] });
    await page.locator('#red-ui-type-search-input').pressSequentially('nestmtx');
    for (const type of ours) await page.locator('.red-ui-type-search').getByText(`(${type})`).waitFor();
    await screenshot('quick-add');
  });

  it('gets all cameras from a request node as it is dropped, and all instances from an instance node', async () => {
    for (const name of Array.from({ length: 12 }, (_, index) => `Camera ${index}`))
      await admin.request({ command: 'create', module: 'cameras', payload: { name } });
    const own = server(service.mqttUrl, ADMIN);
    const account = { id: 'account', type: 'mqtt-instance-account', name: '', version: 1, url: service.httpUrl };
    const editor = await open(own, { ...account, login: 'password', brokerTls: 'auto', credentials: ADMIN });
    await editor.drop('mqtt-instance', 'nestmtx');
    await editor.drop('nestmtx-request', 'nestmtx');
    await editor.deploy();
    await comesTrue(async () => expect((await flows()).filter(({ type }) => LISTING.includes(type))).toHaveLength(2));
    const dropped = (await flows()).filter(({ type }) => LISTING.includes(type));
    expect(dropped.map(({ paging }) => paging)).toEqual(['all', 'all']);
    const { command, module, paging, payload, payloadType } = { ...dropped.find(({ type }) => type === LISTING[0]) };
    await red.deploy([TAB, own, ...asking('cameras', { command, module, paging, payload, payloadType })]);
    const { body } = await settled(() => red.post('cameras'));
    expect((body as unknown[]).length).toBeGreaterThanOrEqual(12);
  });

  it('fills in the server once: another example uses it', async () => {
    const own = server(service.mqttUrl, ADMIN, { id: 'e5a0000000000fff', name: 'mine', version: 1 });
    const editor = await open(own);
    const { page } = editor;
    for (const [index, example] of ['first-request', 'light-while-watched'].entries()) {
      await page.keyboard.press('Control+i');
      await page
        .locator(
          '#red-ui-tab-red-ui-clipboard-dialog-import-tab-examples, #red-ui-tab-red-ui-clipboard-dialog-import-tab-_examples_',
        )
        .click();
      await page.locator('.red-ui-treeList-label-text:visible', { hasText: PACKAGE }).click();
      await page.locator('.red-ui-treeList-label-text:visible', { hasText: example }).click();
      await page.locator('#red-ui-clipboard-dialog-ok').click();
      await page.getByText('Import copy', { exact: true }).click();
      await page
        .locator('#red-ui-workspace-tabs .red-ui-tab')
        .nth(index + 1)
        .waitFor();
    }
    await editor.deploy();
    await comesTrue(async () => {
      const all = await flows();
      expect(all.filter(({ type }) => /^nestmtx-(request|event)$/.test(type))).toHaveLength(2);
      expect(all.filter(({ type }) => type === 'nestmtx-server')).toMatchObject([
        { name: 'mine', url: service.mqttUrl },
      ]);
    });
  });
});
