import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { type Editor, type EditorBrowser, startEditorBrowser } from '../../support/node-red/editor.ts';
import { TAB } from '../../support/node-red/flows.ts';
import { type FlowNode, type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';
import { acting } from '../instance/setting.ts';

const EMPTY = { id: 'account', type: 'mqtt-instance-account', name: '', version: 1 };
const NEW_ACCOUNT = { ...EMPTY, url: '', login: 'password', brokerTls: 'auto' };

/** Which every action has. */
const ERROR_OUTPUT = 'Second output for errors, instead of Catch nodes';

/** Of the page, as far as this suite uses it from inside. */
interface Export {
  readonly RED: { readonly actions: { invoke(name: string): void } };
}

let service: Service;
let red: NodeRed;
let browser: EditorBrowser;
let instance: { readonly _id: string; readonly user: string };

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

/** The editor, on this flow. */
async function open(...flow: readonly FlowNode[]): Promise<Editor> {
  await red.deploy([TAB, ...flow]);
  return browser.open(red.url, 'account');
}

function account(): FlowNode {
  return { ...NEW_ACCOUNT, url: service.httpUrl, credentials: ADMIN };
}

/** A node that does this to the instance. */
function doing(action: string): FlowNode[] {
  const properties = { action, entity: instance._id, entityType: 'record', confirmed: true };
  return acting('it', properties).filter(({ type }) => type === 'mqtt-instance');
}

async function deployed(type: string): Promise<FlowNode | undefined> {
  const flow: FlowNode[] = await (await red.admin('flows')).json();
  return flow.find((each) => each.type === type);
}

function texts(elements: { allInnerTexts(): Promise<string[]> }): Promise<string[]> {
  return elements.allInnerTexts().then((all) => all.map((text) => text.trim()));
}

/** Not its button for the type. */
function instanceField({ page }: Editor) {
  return page.getByRole('textbox', { name: 'Instance', exact: true });
}

describe.skipIf(chromiumIsMissing)('in the editor', () => {
  beforeAll(async () => {
    [service, red, browser] = await Promise.all([
      startService(),
      startNodeRed({ settings: { httpAdminRoot: '/some/root' } }),
      startEditorBrowser(),
    ]);
    instance = await rent();
  });

  afterEach(async (test) => {
    // A lookup that is refused is a line on the console, too.
    expect((await browser.leave(test)).filter((line) => !line.includes('/mqtt-instance/'))).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await red?.stop();
    await service?.stop();
  });

  it('an instance node starts with the account, and says that it must be deployed before there is a list', async () => {
    const editor = await open(NEW_ACCOUNT);
    const { page } = editor;
    const id = await editor.drop('mqtt-instance', 'instance');
    await editor.edit(id);
    expect(await page.inputValue('#node-input-account')).toBe('account');
    await page.getByText('Search', { exact: true }).waitFor({ state: 'visible' });
    await page.getByText('Instance', { exact: true }).waitFor({ state: 'hidden' });
    await editor.screenshot('instance-list');
    await editor.pick('read');
    await page.getByText('Search', { exact: true }).waitFor({ state: 'hidden' });
    await instanceField(editor).click();
    await page.getByText('The account is not deployed yet').waitFor();
    await editor.done();
    expect(await editor.validationErrors(id)).toContainEqual(expect.stringContaining('needs an id'));
    await editor.edit(id);
    await instanceField(editor).fill('typed');
    await editor.done();
    expect(await editor.validationErrors(id)).toEqual(['account']);
  });

  it('the account says what is wrong with its address, and takes the right one', async () => {
    const editor = await open(NEW_ACCOUNT, ...doing('read'));
    const { page } = editor;
    await editor.editConfig('mqtt-instance-account', 'account');
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
    await editor.done();
    expect(await editor.validationErrors('account')).toEqual([]);
    await editor.deploy();
    expect(await deployed('mqtt-instance-account')).toMatchObject({ url: service.httpUrl, login: 'password' });
  });

  it('the instance is chosen from the live list, and its deletion must be confirmed anew for another one', async () => {
    const editor = await open(account(), ...doing('read'));
    const { page } = editor;
    await editor.edit('do-it');
    const confirmed = page.locator('#node-input-confirmed');
    await editor.pick('delete');
    await instanceField(editor).fill('');
    await instanceField(editor).click();
    await page.getByText(`${instance.user} (${instance._id})`).click();
    await confirmed.waitFor({ state: 'visible' });
    await editor.screenshot('instance-delete');
    await editor.done();
    const reason = expect.stringContaining('confirm that this very instance');
    expect(await editor.validationErrors('do-it')).toEqual([reason]);
    await editor.edit('do-it');
    await confirmed.check();
    await instanceField(editor).fill('another');
    await page.keyboard.press('Tab');
    expect(await confirmed.isChecked()).toBe(false);
    await instanceField(editor).fill(instance._id);
    await page.keyboard.press('Tab');
    await confirmed.check();
    await editor.done();
    expect(await editor.validationErrors('do-it')).toEqual([]);
    await editor.deploy();
    const saved = { action: 'delete', entity: instance._id, confirmed: true };
    expect(await deployed('mqtt-instance')).toMatchObject(saved);
  });

  it.each([
    ['create', ['Account', 'Action', 'Name', 'Retry key', 'Timeout (s)']],
    ['update', ['Account', 'Action', 'Enabled', 'Expires', 'Instance', 'Label', 'Name', 'Only if', 'Timeout (s)']],
    ['new password (rotate)', ['Account', 'Action', 'Instance', 'Name', 'Only if', 'Overlap (s)', 'Timeout (s)']],
    ['sessions', ['Account', 'Action', 'Instance', 'Name', 'Timeout (s)']],
    ['may it use a topic (acl-check)', ['Account', 'Action', 'Instance', 'May it', 'Name', 'Timeout (s)', 'Topic']],
    ['how to connect (connection)', ['Account', 'Action', 'Instance', 'Name', 'Timeout (s)', 'What for']],
  ])('%s has the fields that it needs, and no others', async (action, labels) => {
    const editor = await open(account(), ...doing('delete'));
    await editor.edit('do-it');
    await editor.pick(action);
    const shown = editor.page.locator('#dialog-form .form-row > label:visible');
    await expect.poll(() => texts(shown).then((all) => new Set(all))).toEqual(new Set([...labels, ERROR_OUTPUT]));
    await editor.screenshot(`instance-${action.split(' ')[0]}`);
    await editor.cancel();
  });

  it('an update says that there is nothing to change, and which moments are none', async () => {
    const editor = await open(account(), ...doing('delete'));
    const { page } = editor;
    await editor.edit('do-it');
    await editor.pick('update');
    await editor.done();
    expect(await editor.validationErrors('do-it')).toEqual([expect.stringContaining('choose what to change')]);
    await editor.edit('do-it');
    await page.getByRole('button', { name: 'Expires' }).first().click();
    await page.getByRole('link', { name: 'string', exact: true }).click();
    await page.getByRole('textbox', { name: 'Expires', exact: true }).fill('tomorrow');
    await editor.done();
    expect(await editor.validationErrors('do-it')).toEqual([expect.stringContaining('a moment with its zone')]);
    await editor.edit('do-it');
    await page.getByRole('textbox', { name: 'Expires', exact: true }).fill('2030-01-31T12:00Z');
    await editor.done();
    expect(await editor.validationErrors('do-it')).toEqual([]);
    await editor.deploy();
    const saved = { action: 'update', expires: '2030-01-31T12:00Z', expiresType: 'str', labelType: 'none' };
    expect(await deployed('mqtt-instance')).toMatchObject(saved);
  });

  it('exports no secret, not even one that was typed a moment ago', async () => {
    const editor = await open(account(), ...doing('read'));
    const { page } = editor;
    await editor.editConfig('mqtt-instance-account', 'account');
    await page.fill('#node-config-input-password', 'typed a moment ago');
    await editor.done();
    await page.evaluate(() => (globalThis as never as Export).RED.actions.invoke('core:show-export-dialog'));
    await page.getByText('all flows', { exact: true }).click();
    const text = page.locator('#red-ui-clipboard-dialog-export-text');
    await expect.poll(() => text.inputValue()).toContain('mqtt-instance-account');
    const exported = await text.inputValue();
    expect(exported).not.toContain('typed a moment ago');
    expect(exported).not.toContain(ADMIN.password);
    expect(exported).not.toContain('credentials');
  });

  it('has its icon', async () => {
    const { page } = await open(NEW_ACCOUNT);
    const icon = () => page.evaluate(() => RED.utils.getNodeIcon(RED.nodes.getType('mqtt-instance')));
    await expect.poll(icon).toBe('icons/@nestmtx-bridge/node-red-nestmtx/mqtt-instance.svg');
  });
});
