import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsMissing, type Editor, type Red, startEditor } from '../support/editor.ts';
import { TAB } from '../support/flows.ts';
import { type FlowNode, type NodeRed, startNodeRed } from '../support/node-red.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

const EMPTY = { id: 'account', type: 'mqtt-instance-account', name: '', version: 1 };
const NEW_ACCOUNT = { ...EMPTY, url: '', login: 'password', brokerTls: 'auto' };

/** Of the page, as far as this suite uses it from inside. */
interface Export {
  readonly RED: { readonly actions: { invoke(name: string): void } };
}

let service: Service;
let red: NodeRed;
let editor: Editor;
let instance: { readonly _id: string; readonly user: string };
/** Of the node that was dragged from the palette. */
let dropped: string;

async function rent(): Promise<typeof instance> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ username: ADMIN.username, password: ADMIN.password });
  const login = await fetch(`${service.httpUrl}/v1/auth/login`, { method: 'POST', headers, body });
  const { token }: { token: string } = await login.json();
  const rented = await fetch(`${service.httpUrl}/v1/mqtt`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  return rented.json();
}

function validationErrors(id: string): Promise<readonly string[]> {
  return editor.page.evaluate((nodeId) => {
    const { RED } = globalThis as never as Red;
    const one = RED.nodes.node(nodeId);
    RED.editor.validateNode(one);
    return [...(one.validationErrors ?? [])];
  }, id);
}

async function done(): Promise<void> {
  await editor.page.click('#node-dialog-ok');
  await editor.page.waitForSelector('#dialog-form', { state: 'detached' });
}

async function deploy(): Promise<void> {
  const answered = editor.page.waitForResponse(
    (response) => response.request().method() === 'POST' && /\/flows$/.test(response.url()),
  );
  await editor.page.click('#red-ui-header-button-deploy');
  await answered;
}

async function deployed(): Promise<FlowNode | undefined> {
  const flow: FlowNode[] = await (await red.admin('flows')).json();
  return flow.find(({ type }) => type === 'mqtt-instance');
}

function texts(elements: { allInnerTexts(): Promise<string[]> }): Promise<string[]> {
  return elements.allInnerTexts().then((all) => all.map((text) => text.trim()));
}

async function editAccount(): Promise<void> {
  await editor.page.evaluate(() =>
    (globalThis as never as Red).RED.editor.editConfig('', 'mqtt-instance-account', 'account'),
  );
  await editor.page.waitForSelector('#node-config-input-url');
}

/** @param label as it is on the screen */
async function chooseAction(label: string): Promise<void> {
  const { page } = editor;
  await page.locator('.red-ui-typedInput-option-trigger:visible').first().click();
  await page.getByRole('link', { name: label, exact: true }).click();
}

/** Not its button for the type. */
function instanceField() {
  return editor.page.getByRole('textbox', { name: 'Instance', exact: true });
}

async function drop(): Promise<string> {
  const { page } = editor;
  await page.fill('#red-ui-palette-search input', 'instance');
  const entry = page.locator('[data-palette-type="mqtt-instance"]');
  await entry.dragTo(page.locator('#red-ui-workspace-chart'), { targetPosition: { x: 300, y: 120 } });
  return page.evaluate(() => {
    let id = '';
    (globalThis as never as Red).RED.nodes.eachNode((one) => {
      if (one.type === 'mqtt-instance') id = one.id;
      return true;
    });
    return id;
  });
}

describe.skipIf(chromiumIsMissing)('in the editor', () => {
  beforeAll(async () => {
    [service, red] = await Promise.all([startService(), startNodeRed({ settings: { httpAdminRoot: '/some/root' } })]);
    instance = await rent();
    await red.deploy([TAB, NEW_ACCOUNT]);
    editor = await startEditor();
    await editor.open(red.url, 'account');
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await editor.screenshot(`failed ${task.name.slice(0, 20)}`);
  });

  afterAll(async () => {
    await editor?.close();
    await red?.stop();
    await service?.stop();
  });

  it('an instance node starts with the account, and says that it must be deployed before there is a list', async () => {
    const { page } = editor;
    dropped = await drop();
    await editor.edit(dropped);
    expect(await page.inputValue('#node-input-account')).toBe('account');
    await page.getByText('Search', { exact: true }).waitFor({ state: 'visible' });
    await page.getByText('Instance', { exact: true }).waitFor({ state: 'hidden' });
    await editor.screenshot('instance-list');
    await chooseAction('read');
    await page.getByText('Search', { exact: true }).waitFor({ state: 'hidden' });
    await instanceField().click();
    await page.getByText('The account is not deployed yet').waitFor();
    await done();
    expect(await validationErrors(dropped)).toContainEqual(expect.stringContaining('needs an id'));
    await editor.edit(dropped);
    await instanceField().fill('typed');
    await done();
    expect(await validationErrors(dropped)).toEqual(['account']);
  });

  it('the account says what is wrong with its address, and takes the right one', async () => {
    const { page } = editor;
    await editAccount();
    await page.fill('#node-config-input-url', 'https://me:sesame@example.com/v1');
    await page.waitForSelector('#node-config-input-url.input-error');
    await page.fill('#node-config-input-url', service.httpUrl);
    await page.selectOption('#node-config-input-login', 'token');
    await page.waitForSelector('#node-config-input-username', { state: 'hidden' });
    await page.selectOption('#node-config-input-login', 'password');
    await page.fill('#node-config-input-username', ADMIN.username);
    await page.fill('#node-config-input-password', ADMIN.password);
    await page.waitForSelector('#node-config-input-url:not(.input-error)');
    await editor.screenshot('instance-account');
    await page.click('#node-config-dialog-ok');
    await page.waitForSelector('#node-config-input-url', { state: 'detached' });
    expect(await validationErrors('account')).toEqual([]);
    await deploy();
  });

  it('the instance is chosen from the live list, and its deletion must be confirmed anew for another one', async () => {
    const { page } = editor;
    await editor.edit(dropped);
    const confirmed = page.locator('#node-input-confirmed');
    await chooseAction('delete');
    await instanceField().fill('');
    await instanceField().click();
    await page.getByText(`${instance.user} (${instance._id})`).click();
    await confirmed.waitFor({ state: 'visible' });
    await editor.screenshot('instance-delete');
    await done();
    const reason = expect.stringContaining('confirm that this very instance');
    expect(await validationErrors(dropped)).toEqual([reason]);
    await editor.edit(dropped);
    await confirmed.check();
    await instanceField().fill('another');
    await page.keyboard.press('Tab');
    expect(await confirmed.isChecked()).toBe(false);
    await instanceField().fill(instance._id);
    await page.keyboard.press('Tab');
    await confirmed.check();
    await done();
    expect(await validationErrors(dropped)).toEqual([]);
    await deploy();
    expect(await deployed()).toMatchObject({ action: 'delete', entity: instance._id, confirmed: true });
  });

  it.each([
    ['create', ['Account', 'Action', 'Name', 'Retry key', 'Timeout (s)']],
    ['update', ['Account', 'Action', 'Enabled', 'Expires', 'Instance', 'Label', 'Name', 'Only if', 'Timeout (s)']],
    ['new password (rotate)', ['Account', 'Action', 'Instance', 'Name', 'Only if', 'Overlap (s)', 'Timeout (s)']],
    ['sessions', ['Account', 'Action', 'Instance', 'Name', 'Timeout (s)']],
    ['may it use a topic (acl-check)', ['Account', 'Action', 'Instance', 'May it', 'Name', 'Timeout (s)', 'Topic']],
    ['how to connect (connection)', ['Account', 'Action', 'Instance', 'Name', 'Timeout (s)', 'What for']],
  ])('%s has the fields that it needs, and no others', async (action, labels) => {
    const { page } = editor;
    await editor.edit(dropped);
    await chooseAction(action);
    const shown = page.locator('#dialog-form .form-row > label:visible');
    await expect.poll(() => texts(shown).then((all) => new Set(all))).toEqual(new Set(labels));
    await editor.screenshot(`instance-${action.split(' ')[0]}`);
    await page.click('#node-dialog-cancel');
    await page.waitForSelector('#dialog-form', { state: 'detached' });
  });

  it('an update says that there is nothing to change, and which moments are none', async () => {
    const { page } = editor;
    await editor.edit(dropped);
    await chooseAction('update');
    await done();
    expect(await validationErrors(dropped)).toEqual([expect.stringContaining('choose what to change')]);
    await editor.edit(dropped);
    await page.getByRole('button', { name: 'Expires' }).first().click();
    await page.getByRole('link', { name: 'string', exact: true }).click();
    await page.getByRole('textbox', { name: 'Expires', exact: true }).fill('tomorrow');
    await done();
    expect(await validationErrors(dropped)).toEqual([expect.stringContaining('a moment with its zone')]);
    await editor.edit(dropped);
    await page.getByRole('textbox', { name: 'Expires', exact: true }).fill('2030-01-31T12:00Z');
    await done();
    expect(await validationErrors(dropped)).toEqual([]);
    await deploy();
    const saved = { action: 'update', expires: '2030-01-31T12:00Z', expiresType: 'str', labelType: 'none' };
    expect(await deployed()).toMatchObject(saved);
  });

  it('exports no secret, not even one that was typed a moment ago', async () => {
    const { page } = editor;
    await editAccount();
    await page.fill('#node-config-input-password', 'typed a moment ago');
    await page.click('#node-config-dialog-ok');
    await page.waitForSelector('#node-config-input-url', { state: 'detached' });
    await page.evaluate(() => (globalThis as never as Export).RED.actions.invoke('core:show-export-dialog'));
    await page.getByText('all flows', { exact: true }).click();
    const text = page.locator('#red-ui-clipboard-dialog-export-text');
    await expect.poll(() => text.inputValue()).toContain('mqtt-instance-account');
    const exported = await text.inputValue();
    expect(exported).not.toContain('typed a moment ago');
    expect(exported).not.toContain(ADMIN.password);
    expect(exported).not.toContain('credentials');
    await page.keyboard.press('Escape');
  });

  it('has its icon, and no error on the page', async () => {
    const icon = await editor.page.evaluate(() => {
      const { RED } = globalThis as never as Red;
      return RED.utils.getNodeIcon(RED.nodes.getType('mqtt-instance'));
    });
    expect(icon).toBe('icons/@nestmtx-bridge/nestmtx-bridge/mqtt-instance.svg');
    // A lookup that is refused is a line on the console, too.
    expect(editor.errors.filter((line) => !line.includes('/mqtt-instance/'))).toEqual([]);
  });
});
