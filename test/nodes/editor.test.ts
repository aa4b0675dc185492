import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../src/client/client.ts';
import { chromiumIsMissing, type Editor, startEditor } from '../support/editor.ts';
import { TAB } from '../support/flows.ts';
import { type FlowNode, type NodeRed, startNodeRed } from '../support/node-red.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

const NEW_SERVER = {
  id: 'server',
  type: 'nestmtx-server',
  name: '',
  version: 1,
  url: '',
  baseTopic: 'nestmtx',
  tls: '',
  login: 'broker',
  httpUrl: '',
};

let service: Service;
let red: NodeRed;
let editor: Editor;
let stopped: Promise<void> | undefined;

function stopService(): Promise<void> {
  stopped ??= service.stop();
  return stopped;
}

/** Of the page's own Node-RED. */
function validationErrors(id: string): Promise<readonly string[]> {
  return editor.page.evaluate((nodeId) => {
    const node = RED.nodes.node(nodeId);
    RED.editor.validateNode(node);
    return [...(node.validationErrors ?? [])];
  }, id);
}

async function editConfig(id: string): Promise<void> {
  await editor.page.evaluate((nodeId) => RED.editor.editConfig('', 'nestmtx-server', nodeId), id);
  await editor.page.waitForSelector('#node-config-input-url');
}

async function done(): Promise<void> {
  await editor.page.click('#node-dialog-ok');
  await editor.page.waitForSelector('#dialog-form', { state: 'detached' });
}

/** Picks from the list that opens below a field. The list is drawn anew as answers arrive, so a click on its old form is lost: again, then. */
async function choose(label: string, option: string, value: string): Promise<void> {
  const field = editor.page.getByRole('textbox', { name: label, exact: true });
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await field.click();
    await editor.page.getByText(option).click();
    const isTaken = () => field.inputValue().then((now) => now === value);
    const taken = await expect
      .poll(isTaken, { timeout: 1000 })
      .toBe(true)
      .then(
        () => true,
        () => false,
      );
    if (taken) return;
  }
  throw new Error(`${option} could not be chosen for ${label}`);
}

async function deploy(): Promise<void> {
  const { page } = editor;
  const answered = page.waitForResponse(
    (response) => response.request().method() === 'POST' && /\/flows$/.test(response.url()),
  );
  await page.click('#red-ui-header-button-deploy');
  await answered;
}

/** The one node of this type, as it was deployed. */
async function deployed(type: string): Promise<FlowNode> {
  const flow: FlowNode[] = await (await red.admin('flows')).json();
  const found = flow.find((node) => node.type === type);
  if (!found) throw new Error(`no ${type} is deployed`);
  return found;
}

/** Drags it from the palette. */
async function drop(type: string, y: number): Promise<string> {
  const { page } = editor;
  await page.fill('#red-ui-palette-search input', 'nestmtx');
  const entry = page.locator(`[data-palette-type="${type}"]`);
  await entry.waitFor();
  await entry.dragTo(page.locator('#red-ui-workspace-chart'), { targetPosition: { x: 300, y } });
  return page.evaluate((wanted) => {
    let id = '';
    RED.nodes.eachNode((node) => {
      if (node.type === wanted) id = node.id;
      return true;
    });
    return id;
  }, type);
}

describe.skipIf(chromiumIsMissing)('in the editor', () => {
  beforeAll(async () => {
    [service, red] = await Promise.all([startService(), startNodeRed({ settings: { httpAdminRoot: '/some/root' } })]);
    const admin = createClient({ url: service.mqttUrl, ...ADMIN });
    admin.connect();
    await admin.connected();
    await admin.login(ADMIN.username, ADMIN.password);
    await admin.request({ command: 'create', module: 'cameras', payload: { name: 'Garage' } });
    await admin.request({ command: 'create', module: 'cameras', payload: { name: 'Front door', room: 'Porch' } });
    await admin.close();
    await red.deploy([TAB, NEW_SERVER]);
    editor = await startEditor();
    await editor.open(red.url, 'server');
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await editor.screenshot(`failed ${task.name.slice(0, 20)}`);
  });

  afterAll(async () => {
    await editor?.close();
    await red?.stop();
    await stopService();
  });

  it('the server says what is wrong with its address, and takes the right one', async () => {
    const { page } = editor;
    expect(await validationErrors('server')).toContainEqual(expect.stringContaining('url'));
    await editConfig('server');
    await page.fill('#node-config-input-url', 'http://somewhere');
    await page.waitForSelector('#node-config-input-url.input-error');
    await page.fill('#node-config-input-url', service.mqttUrl);
    await page.fill('#node-config-input-username', ADMIN.username);
    await page.fill('#node-config-input-password', ADMIN.password);
    await page.waitForSelector('#node-config-input-url:not(.input-error)');
    await editor.screenshot('server');
    await page.click('#node-config-dialog-ok');
    await page.waitForSelector('#node-config-input-url', { state: 'detached' });
    expect(await validationErrors('server')).toEqual([]);
  });

  it('a list says that the server must be deployed first, and takes what is typed', async () => {
    const { page } = editor;
    const id = await drop('nestmtx-event', 120);
    await editor.edit(id);
    expect(await page.inputValue('#node-input-server')).toBe('server');
    await page.getByRole('textbox', { name: 'Entity', exact: true }).fill('17');
    await page.getByRole('textbox', { name: 'Entity', exact: true }).press('ArrowDown');
    await page.getByText('The server is not deployed yet').waitFor();
    await done();
    await deploy();
    expect(await deployed('nestmtx-event')).toMatchObject({ entity: '17', events: ['ready', 'notReady'], outputs: 1 });
  });

  it('the camera of an event node is chosen from the live list, events by name, and wires stay with their event', async () => {
    const { page } = editor;
    const { id } = await deployed('nestmtx-event');
    await editor.edit(id);
    await page.getByRole('textbox', { name: 'Entity', exact: true }).fill('');
    await page.getByRole('textbox', { name: 'Entity', exact: true }).click();
    await page.getByText('Front door (2) · Porch').waitFor();
    await editor.screenshot('event');
    await choose('Entity', 'Front door (2) · Porch', '2');
    await page.locator('.red-ui-editableList-addButton').click();
    await page.getByLabel('Event 3').pressSequentially('stall');
    await page.locator('.red-ui-autoComplete-container').getByText('stalled').click();
    await page.check('#node-input-split');
    await done();
    await deploy();
    const events = ['ready', 'notReady', 'stalled'];
    expect(await deployed('nestmtx-event')).toMatchObject({ entity: '2', events, split: true, outputs: 3 });
    await page.waitForFunction((nodeId) => RED.nodes.node(nodeId).status?.text === 'connected · not ready', id);
    await editor.screenshot('status');
  });

  it('a request shows only the fields that its command has, and says what is missing', async () => {
    const { page } = editor;
    const id = await drop('nestmtx-request', 220);
    await editor.edit(id);
    await page.getByText('Long lists', { exact: true }).waitFor({ state: 'visible' });
    await page.getByText('Entity', { exact: true }).waitFor({ state: 'hidden' });
    await page.locator('.red-ui-typedInput-option-trigger').first().click();
    await page.getByRole('link', { name: 'update' }).click();
    await page.getByText('Long lists', { exact: true }).waitFor({ state: 'hidden' });
    await editor.screenshot('request');
    await done();
    expect(await validationErrors(id)).toEqual(['Entity: this command needs the id of a record']);
    await editor.edit(id);
    await choose('Entity', 'Garage (1)', '1');
    await done();
    expect(await validationErrors(id)).toEqual([]);
    await deploy();
    expect(await deployed('nestmtx-request')).toMatchObject({ command: 'update', entity: '1', entityType: 'record' });
  });

  it('a saved choice stays while the server cannot be asked', async () => {
    const { page } = editor;
    const { id } = await deployed('nestmtx-event');
    await stopService();
    await editor.edit(id);
    const entity = page.getByRole('textbox', { name: 'Entity', exact: true });
    expect(await entity.inputValue()).toBe('2');
    await entity.click();
    await page.getByLabel('Name').fill('garden');
    await done();
    await deploy();
    expect(await deployed('nestmtx-event')).toMatchObject({ entity: '2', name: 'garden' });
  });

  it('has icons, help and no error on the page', async () => {
    const { page } = editor;
    for (const type of ['nestmtx-request', 'nestmtx-event']) {
      const icon = await page.evaluate((wanted) => {
        return RED.utils.getNodeIcon(RED.nodes.getType(wanted));
      }, type);
      expect(icon).toBe(`icons/@nestmtx-bridge/nestmtx-bridge/${type}.svg`);
    }
    // A lookup that is refused is a line on the console, too.
    expect(editor.errors.filter((line) => !line.includes('/nestmtx/'))).toEqual([]);
  });
});
