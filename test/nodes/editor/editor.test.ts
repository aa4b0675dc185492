import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../../src/client/client.ts';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { freePort } from '../../support/free-port.ts';
import { type Editor, type EditorBrowser, startEditorBrowser } from '../../support/node-red/editor.ts';
import { node, server, TAB } from '../../support/node-red/flows.ts';
import { type FlowNode, type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';

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
let browser: EditorBrowser;

/** @param entity the id of its camera, as it is saved */
function event(entity: string): FlowNode {
  const saved = { server: 'server', domain: 'camera', entity, events: ['ready', 'notReady'], split: false, outputs: 1 };
  const rest = { name: '', version: 1, ignoreRetained: true, tellState: false, holdSeconds: '0' };
  return node('event', 'nestmtx-event', [], { ...saved, ...rest, x: 300, y: 120 });
}

/** The editor, on this flow. */
async function open(...flow: readonly FlowNode[]): Promise<Editor> {
  await red.deploy([TAB, ...flow]);
  return browser.open(red.url, 'server');
}

/** Types them into the dialog of the server. */
async function fillServer({ page }: Editor): Promise<void> {
  await page.fill('#node-config-input-url', service.mqttUrl);
  await page.fill('#node-config-input-username', ADMIN.username);
  await page.fill('#node-config-input-password', ADMIN.password);
}

function field({ page }: Editor, label: string) {
  return page.getByRole('textbox', { name: label, exact: true });
}

/** What was picked. */
function picked(editor: Editor) {
  return editor.page.locator('#nestmtx-event-picked');
}

/** Of the field for cameras: opens its menu and takes what has this label. */
async function chooseType({ page }: Editor, label: string): Promise<void> {
  await page.locator('.nestmtx-event-entity .red-ui-typedInput-type-select').click();
  await page.waitForFunction(
    () => $('.red-ui-typedInput-options:visible').length === 1 && $('.red-ui-typedInput-options:animated').length === 0,
  );
  await page.locator('.red-ui-typedInput-options:visible').getByText(label, { exact: true }).click();
}

/** Picks from the list that opens below a field. */
async function choose(editor: Editor, label: string, option: string, value: string): Promise<void> {
  await field(editor, label).click();
  await editor.page.getByText(option).click();
  await expect.poll(() => field(editor, label).inputValue()).toBe(value);
}

/** The one node of this type, as it was deployed. */
async function deployed(type: string): Promise<FlowNode> {
  const flow: FlowNode[] = await (await red.admin('flows')).json();
  const found = flow.find((each) => each.type === type);
  if (!found) throw new Error(`no ${type} is deployed`);
  return found;
}

describe.skipIf(chromiumIsMissing)('in the editor', () => {
  beforeAll(async () => {
    [service, red, browser] = await Promise.all([
      startService(),
      startNodeRed({ settings: { httpAdminRoot: '/some/root' } }),
      startEditorBrowser(),
    ]);
    const admin = createClient({ url: service.mqttUrl, ...ADMIN });
    admin.connect();
    await admin.connected();
    await admin.login(ADMIN.username, ADMIN.password);
    await admin.request({ command: 'create', module: 'cameras', payload: { name: 'Garage' } });
    await admin.request({ command: 'create', module: 'cameras', payload: { name: 'Front door', room: 'Porch' } });
    await admin.close();
  });

  afterEach(async (test) => {
    // A lookup that is refused is a line on the console, too.
    expect((await browser.leave(test)).filter((line) => !line.includes('/nestmtx/'))).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await red?.stop();
    await service?.stop();
  });

  it('the server says what is wrong with its address, and takes the right one', async () => {
    const editor = await open(NEW_SERVER);
    const { page } = editor;
    expect(await editor.validationErrors('server')).toContainEqual(expect.stringContaining('url'));
    await editor.editConfig('nestmtx-server', 'server');
    await page.fill('#node-config-input-url', 'http://somewhere');
    await page.waitForSelector('#node-config-input-url.input-error');
    await fillServer(editor);
    await page.waitForSelector('#node-config-input-url:not(.input-error)');
    await editor.screenshot('server');
    await editor.done();
    expect(await editor.validationErrors('server')).toEqual([]);
  });

  it('a list is there before the first deploy, says what is wrong where it is not, and takes what is typed', async () => {
    const editor = await open(NEW_SERVER);
    const { page } = editor;
    const id = await editor.drop('nestmtx-event', 'nestmtx');
    await editor.edit(id);
    expect(await page.inputValue('#node-input-server')).toBe('server');
    await chooseType(editor, 'Cameras');
    await field(editor, 'Camera').fill('17');
    await field(editor, 'Camera').press('ArrowDown');
    await page.getByText('The server is not deployed yet').waitFor();
    await editor.done();
    await editor.editConfig('nestmtx-server', 'server');
    await fillServer(editor);
    await editor.done();
    await editor.edit(id);
    await field(editor, 'Camera').click();
    await page.getByText('Front door (2) · Porch').click();
    await editor.done();
    await editor.deploy();
    const events = [{ name: 'ready' }, { name: 'notReady' }];
    const names = { 2: 'Front door' };
    expect(await deployed('nestmtx-event')).toMatchObject({ version: 2, entity: '17, 2', names, events, outputs: 1 });
  });

  it('the camera of an event node is chosen from the live list, events by name, and wires stay with their event', async () => {
    const editor = await open(server(service.mqttUrl, ADMIN), event('17'));
    const { page } = editor;
    await editor.edit('event');
    await page.getByRole('button', { name: 'Take out 17' }).click();
    await field(editor, 'Camera').click();
    await page.getByText('Front door (2) · Porch').waitFor();
    await editor.screenshot('event');
    await page.getByText('Front door (2) · Porch').click();
    await page.locator('#nestmtx-event-picked').getByText('Front door (2)', { exact: true }).waitFor();
    await page.locator('.red-ui-editableList-addButton').click();
    await page.getByLabel('Event 3', { exact: true }).pressSequentially('stall');
    await page.locator('.red-ui-autoComplete-container').getByText('stalled').click();
    await page.check('#node-input-split');
    await editor.done();
    await editor.deploy();
    const events = [{ name: 'ready' }, { name: 'notReady' }, { name: 'stalled' }];
    expect(await deployed('nestmtx-event')).toMatchObject({ entity: '2', events, split: true, outputs: 3 });
    await page.waitForFunction(() => RED.nodes.node('event').status?.text === 'connected · not ready');
    await editor.screenshot('status');
  });

  it('a variable is taken wherever it stands, in the rows of an event node, too', async () => {
    const variable = (name: string) => `\u0024{${name}}`;
    const events = [{ name: variable('EVENT'), after: variable('HOLD'), afterAlarm: false }];
    const event = { server: 'server', entity: variable('CAMERA'), entityType: 'record', events, atStart: 'none' };
    const camera = { ...event, timeout: variable('LIMIT'), timeoutType: 'duration', target: 'payload' };
    const editor = await open(
      { ...NEW_SERVER, url: variable('BROKER') },
      node('variable-event', 'nestmtx-event', [], { ...event, domain: 'camera' }),
      node('variable-camera', 'nestmtx-camera', [], camera),
    );
    for (const id of ['server', 'variable-event', 'variable-camera']) {
      expect(await editor.validationErrors(id)).toEqual([]);
    }
    await editor.edit('variable-event');
    expect(await editor.page.locator('.nestmtx-event-after.input-error').count()).toBe(0);
    await editor.cancel();
  });

  it('a request shows only the fields that its command has, and says what is missing', async () => {
    const editor = await open(server(service.mqttUrl, ADMIN));
    const { page } = editor;
    const id = await editor.drop('nestmtx-request', 'nestmtx');
    await editor.edit(id);
    await page.getByText('Long lists', { exact: true }).waitFor({ state: 'visible' });
    await page.getByText('Camera', { exact: true }).waitFor({ state: 'hidden' });
    await editor.pick('update');
    await page.getByText('Long lists', { exact: true }).waitFor({ state: 'hidden' });
    await editor.screenshot('request');
    await editor.done();
    expect(await editor.validationErrors(id)).toEqual(['Entity: this command needs the id of a record']);
    await editor.edit(id);
    await choose(editor, 'Camera', 'Garage (1)', 'Garage (1)');
    await editor.done();
    expect(await editor.validationErrors(id)).toEqual([]);
    await editor.deploy();
    expect(await deployed('nestmtx-request')).toMatchObject({ command: 'update', entity: '1', entityType: 'record' });
  });

  it('a saved choice stays while the server cannot be asked', async () => {
    const editor = await open(server(`mqtt://127.0.0.1:${await freePort()}`, ADMIN), event('2'));
    await editor.edit('event');
    await picked(editor).getByText('2', { exact: true }).waitFor();
    await field(editor, 'Camera').click();
    await editor.page.getByLabel('Name').fill('garden');
    await editor.done();
    await editor.deploy();
    expect(await deployed('nestmtx-event')).toMatchObject({ entity: '2', name: 'garden' });
  });

  it('has icons', async () => {
    const { page } = await open(NEW_SERVER);
    for (const type of ['nestmtx-request', 'nestmtx-event']) {
      const icon = () => page.evaluate((wanted) => RED.utils.getNodeIcon(RED.nodes.getType(wanted)), type);
      await expect.poll(icon).toBe(`icons/@nestmtx-bridge/node-red-nestmtx/${type}.svg`);
    }
  });
});
