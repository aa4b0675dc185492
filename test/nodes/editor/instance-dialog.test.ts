import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { type EditorBrowser, startEditorBrowser } from '../../support/node-red/editor.ts';
import { node, TAB } from '../../support/node-red/flows.ts';
import { type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { acting } from '../instance/setting.ts';
import { CONFIG_FORM, faultyFields, labelLines, NODE_FORM, rowsByKeyboard, visibleRows } from './forms.ts';

const ACCOUNT = { id: 'account', type: 'mqtt-instance-account', name: '', version: 1, url: 'http://127.0.0.1:9' };

let red: NodeRed;
let browser: EditorBrowser;

beforeAll(async () => {
  if (chromiumIsMissing) return;
  [red, browser] = await Promise.all([startNodeRed(), startEditorBrowser()]);
  const all = { action: 'action', actionType: 'msg', entity: 'abc', entityType: 'record' };
  const flow = acting('all', all).filter(({ type }) => type === 'mqtt-instance');
  await red.deploy([TAB, { ...ACCOUNT, login: 'password', brokerTls: 'auto' }, ...flow, node('info', 'comment', [])]);
});

afterEach(async (test) => {
  expect((await browser?.leave(test)) ?? []).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await red?.stop();
});

describe.skipIf(chromiumIsMissing).each([
  ['en-US', 'light', 'Skip', 'Yes, delete this instance', 'Broker TLS'],
  ['de', 'dark', 'Überspringen', 'Ja, diese Instanz', 'Broker-TLS'],
] as const)('the dialog of an instance node in %s and a %s theme', (locale, colorScheme, words, confirmation, tls) => {
  const open = () => browser.open(red.url, 'do-all', { locale, colorScheme });

  it('says everything in words', async () => {
    const editor = await open();
    const { page } = editor;
    await editor.edit('do-all');
    for (const text of [words, confirmation]) await page.getByText(text).waitFor();
    await editor.screenshot(`instance-${locale}-${colorScheme}`);
    expect(await page.locator(NODE_FORM).innerText()).not.toContain('mqtt-instance');
    expect(await labelLines(editor, NODE_FORM)).toBe(1);
  });

  it('can be used by a keyboard, from the top to the bottom, and every field has a name', async () => {
    const editor = await open();
    await editor.edit('do-all');
    await editor.page.getByText(words, { exact: true }).waitFor();
    expect(await faultyFields(editor, NODE_FORM)).toEqual([]);
    expect(await rowsByKeyboard(editor, NODE_FORM)).toEqual(await visibleRows(editor, NODE_FORM));
  });

  it('says everything in words for the account, too, and can be used by a keyboard there', async () => {
    const editor = await open();
    const { page } = editor;
    await editor.editConfig('mqtt-instance-account', 'account');
    await page.getByText(tls, { exact: true }).waitFor();
    await editor.screenshot(`instance-account-${locale}-${colorScheme}`);
    expect(await page.locator(CONFIG_FORM).innerText()).not.toContain('mqtt-instance');
    expect(await labelLines(editor, CONFIG_FORM)).toBe(1);
    expect(await faultyFields(editor, CONFIG_FORM)).toEqual([]);
    expect(await rowsByKeyboard(editor, CONFIG_FORM)).toEqual(await visibleRows(editor, CONFIG_FORM));
    await editor.cancel();
  });
});
