/** Cameras by name: 300 of them in the lists of dialogs, what nodes show of those that were chosen, and a keyboard alone. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { type Editor, type EditorBrowser, startEditorBrowser } from '../../support/node-red/editor.ts';
import { asking, node, server, TAB } from '../../support/node-red/flows.ts';
import { type FlowNode, type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { startUpstream, type Upstream } from '../../support/upstream/upstream.ts';
import { CONFIG_FORM, faultyFields, NODE_FORM, rowsByKeyboard, visibleRows } from './forms.ts';

const LOGIN = { login: 'password', credentials: { apiUsername: 'nestmtx', apiPassword: 'nestmtx' } };
/** As version 1 saved it. */
const OLD = {
  server: 'server',
  version: 1,
  domain: 'camera',
  entity: '2',
  events: ['notReady'],
  split: false,
  outputs: 1,
};

let upstream: Upstream;
let red: NodeRed;
let browser: EditorBrowser;

function field({ page }: Editor, label: string) {
  return page.getByRole('textbox', { name: label, exact: true });
}

function labelOf({ page }: Editor, id: string): Promise<string> {
  return page.evaluate((wanted) => {
    const one = RED.nodes.node(wanted) as never as { _def: { label(this: unknown): string } };
    return one._def.label.call(one);
  }, id);
}

function isChanged({ page }: Editor, id: string): Promise<boolean> {
  return page.evaluate((wanted) => RED.nodes.node(wanted)['changed'] === true, id);
}

async function deployed(id: string): Promise<FlowNode | undefined> {
  const flows: FlowNode[] = await (await red.admin('flows')).json();
  return flows.find((one) => one.id === id);
}

function picked({ page }: Editor, text: string) {
  return page.locator('#nestmtx-event-picked li').filter({ hasText: text });
}

/** Of the field for cameras: opens its menu and takes what has this label. */
async function type({ page }: Editor, label: string): Promise<void> {
  await page.locator('.nestmtx-event-entity .red-ui-typedInput-type-select').click();
  await page.waitForFunction(
    () => $('.red-ui-typedInput-options:visible').length === 1 && $('.red-ui-typedInput-options:animated').length === 0,
  );
  await page.locator('.red-ui-typedInput-options:visible').getByText(label, { exact: true }).click();
}

async function listed({ page }: Editor): Promise<string[]> {
  await page.locator('.red-ui-autoComplete-container').waitFor();
  return page.locator('.red-ui-autoComplete-container a').allInnerTexts();
}

describe.skipIf(chromiumIsMissing)('cameras by name', () => {
  beforeAll(async () => {
    [upstream, red, browser] = await Promise.all([startUpstream(), startNodeRed(), startEditorBrowser()]);
    for (let id = 1; id <= 302; id += 1) {
      upstream.setCamera({
        id,
        name: `Camera ${id}`,
        ...(id % 3 === 0 && { room: id % 2 === 0 ? 'Porch' : 'Cellar' }),
      });
    }
  });

  afterEach(async (test) => {
    // A lookup that is refused is a line on the console, too.
    expect((await browser.leave(test)).filter((line) => !line.includes('/nestmtx/'))).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await red?.stop();
    await upstream?.close();
  });

  async function open(event: Readonly<Record<string, unknown>>, look = {}): Promise<Editor> {
    await red.deploy([
      TAB,
      server(upstream.url, undefined, LOGIN),
      node('event', 'nestmtx-event', [], { name: '', ...OLD, ...event, x: 400, y: 200 }),
      ...asking('read', { command: 'read', entity: '19' }),
    ]);
    return browser.open(red.url, 'event', look);
  }

  it('are listed as people read them, and without a room that was never set', async () => {
    const editor = await open({ entity: '' });
    await editor.edit('event');
    await type(editor, 'Cameras');
    await field(editor, 'Camera').press('ArrowDown');
    const cameras = await listed(editor);
    expect(cameras).toHaveLength(302);
    expect(cameras.slice(0, 4)).toEqual(['Camera 1 (1)', 'Camera 2 (2)', 'Camera 3 (3) · Cellar', 'Camera 4 (4)']);
    expect(cameras.join()).not.toContain('Unknown');
    await editor.screenshot('cameras-302');
  });

  it('are no words of the language: whoever types `constructor` sees that', async () => {
    const editor = await open({ entity: 'constructor' });
    expect(await labelOf(editor, 'event')).toBe('constructor: notReady');
  });

  it('stand on the canvas, beside the id that is kept, and are renewed by any list', async () => {
    const editor = await open({});
    expect([await labelOf(editor, 'event'), await labelOf(editor, 'request-read')]).toEqual([
      'camera 2: notReady',
      'read cameras: 19',
    ]);
    await editor.edit('request-read');
    await field(editor, 'Camera').click();
    await listed(editor);
    await expect.poll(() => labelOf(editor, 'event')).toBe('Camera 2: notReady');
    await editor.page.keyboard.press('Escape');
    await editor.cancel();
    expect(await labelOf(editor, 'request-read')).toBe('read cameras: Camera 19');
    expect(await isChanged(editor, 'event')).toBe(false);
    await editor.edit('event');
    await editor.page.check('#node-input-split');
    await editor.done();
    await editor.deploy();
    upstream.setCamera({ id: 2, name: 'Garage' });
    const later = await browser.open(red.url, 'event');
    expect(await labelOf(later, 'event')).toBe('Camera 2: notReady');
    await later.edit('event');
    await picked(later, 'Camera 2 (2)').waitFor();
    await field(later, 'Camera').click();
    await listed(later);
    await picked(later, 'Garage (2)').waitFor();
    expect(await labelOf(later, 'event')).toBe('Garage: notReady');
    upstream.setCamera({ id: 2, name: 'Camera 2' });
  });

  it('are several by keyboard alone, and can be taken out again', async () => {
    const editor = await open({});
    const { page } = editor;
    await editor.edit('event');
    await field(editor, 'Camera').focus();
    await page.keyboard.type('era 19');
    await listed(editor);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await picked(editor, 'Camera 19 (19)').waitFor();
    await page.keyboard.type('17');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    await picked(editor, 'Camera 17 (17)').waitFor();
    await page.getByRole('button', { name: 'Take out Camera 19 (19)' }).focus();
    await editor.screenshot('cameras-several');
    await page.keyboard.press('Enter');
    await editor.done();
    await editor.deploy();
    expect(await deployed('event')).toMatchObject({ entityType: 'record', entity: '2, 17' });
    expect(await labelOf(editor, 'event')).toBe('Camera 2, Camera 17: notReady');
  });

  it('can be all of a room', async () => {
    const editor = await open({ entity: '' });
    await editor.edit('event');
    await type(editor, 'Room');
    await field(editor, 'Room').click();
    expect(await listed(editor)).toEqual(['Cellar', 'Porch']);
    await editor.page.locator('.red-ui-autoComplete-container').getByText('Porch').click();
    await editor.screenshot('room');
    await editor.done();
    await editor.deploy();
    expect(await deployed('event')).toMatchObject({ entityType: 'room', entity: 'Porch' });
    expect(await labelOf(editor, 'event')).toBe('Porch: notReady');
  });

  it('are not meant any more where the events are of something that has none', async () => {
    const editor = await open({});
    await editor.edit('event');
    await field(editor, 'Events of').fill('source');
    await editor.page.keyboard.press('Tab');
    await field(editor, 'Camera').waitFor({ state: 'hidden' });
    await editor.done();
    await editor.deploy();
    expect(await deployed('event')).toMatchObject({ domain: 'source', entityType: 'all', entity: '' });
  });

  it('stay what they were where a dialog was opened and nothing changed', async () => {
    const saved = { version: 2, entity: '2, 19', entityType: 'record', names: { 2: 'Camera 2', 19: 'Camera 19' } };
    const events = [{ name: 'notReady', after: '5 min', afterAlarm: false }];
    const rest = { ignoreRetained: true, atStart: 'news', disabledToo: false, tellState: false, holdSeconds: '' };
    const editor = await open({ ...saved, events, ...rest });
    await editor.edit('event');
    await editor.done();
    expect(await isChanged(editor, 'event')).toBe(false);
  });

  it.each([
    ['en-US', 'light'],
    ['de', 'dark'],
  ] as const)('in %s and a %s theme', async (locale, colorScheme) => {
    const events = [
      { name: 'notReady', after: '5 min', afterAlarm: false },
      { name: 'ready', after: '', afterAlarm: true },
      { name: 'stalled', after: '', afterAlarm: false },
    ];
    const names = { 2: 'Camera 2', 19: 'The camera with a name that hardly ends, behind the house', 20: 'Camera 20' };
    const chosen = { version: 2, entity: '2, 19, 20', entityType: 'record', names, events };
    const editor = await open(chosen, { locale, colorScheme });
    await editor.edit('event');
    await editor.screenshot(`event-chosen-${locale}-${colorScheme}`);
    expect(await faultyFields(editor, NODE_FORM)).toEqual([]);
    expect(await rowsByKeyboard(editor, NODE_FORM)).toEqual(await visibleRows(editor, NODE_FORM));
    await editor.cancel();
    await editor.edit('request-read');
    await editor.screenshot(`request-chosen-${locale}-${colorScheme}`);
    await editor.cancel();
    await editor.editConfig('nestmtx-server', 'server');
    await editor.page.locator('.nestmtx-trial button').click();
    await editor.page.locator('.nestmtx-trial [data-reason="ok"]').waitFor();
    await editor.screenshot(`server-tried-${locale}-${colorScheme}`);
    expect(await faultyFields(editor, CONFIG_FORM)).toEqual([]);
  });
});
