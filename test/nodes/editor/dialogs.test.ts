import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { type Editor, type EditorBrowser, startEditorBrowser } from '../../support/node-red/editor.ts';
import { asking, node, server, TAB } from '../../support/node-red/flows.ts';
import { type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { CONFIG_FORM, faultyFields, labelLines, NODE_FORM, rowsByKeyboard, visibleRows } from './forms.ts';

let red: NodeRed;
let browser: EditorBrowser;

const EVENT = {
  server: 'server',
  domain: 'camera',
  entity: '3',
  events: ['ready', 'stalled'],
  split: true,
  outputs: 2,
};

const CAMERA = {
  ...{ server: 'server', entity: '3', entityType: 'record', names: { 3: 'Front door' } },
  ...{ action: 'wait', holds: 'isNot', condition: 'watched', timeout: '5 min', timeoutType: 'duration' },
};

beforeAll(async () => {
  if (chromiumIsMissing) return;
  [red, browser] = await Promise.all([startNodeRed(), startEditorBrowser()]);
  const event = node('event', 'nestmtx-event', [], { ...EVENT, holdSeconds: '5', x: 500, y: 200 });
  const login = { login: 'password' };
  await red.deploy([
    TAB,
    server('mqtt://127.0.0.1:1', undefined, login),
    ...asking('ask', { command: 'update' }),
    event,
    node('camera', 'nestmtx-camera', [], { ...CAMERA, x: 500, y: 300 }),
  ]);
});

afterEach(async (test) => {
  expect((await browser?.leave(test)) ?? []).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await red?.stop();
});

/** What a person reads there. */
function text(editor: Editor, selector: string): Promise<string> {
  return editor.page.locator(selector).innerText();
}

describe.skipIf(chromiumIsMissing).each([
  ['en-US', 'light', 'At deploy', 'API password', 'Time limit', 'wait until Front door is not watched'],
  ['de', 'dark', 'Beim Start', 'API-Passwort', 'Zeitlimit', 'warten, bis Front door nicht beobachtet ist'],
] as const)(
  'the dialogs in %s and a %s theme',
  (locale, colorScheme, eventWords, serverWords, cameraWords, cameraLabel) => {
    it('say everything in words, and can be used by a keyboard', async () => {
      const editor = await browser.open(red.url, 'event', { locale, colorScheme });
      const { page } = editor;
      for (const [id, words] of [
        ['event', eventWords],
        ['request-ask', 'Payload'],
        ['camera', cameraWords],
      ] as const) {
        await editor.edit(id);
        await page.getByText(words, { exact: true }).first().waitFor();
        await editor.screenshot(`${id}-${locale}-${colorScheme}`);
        expect(await text(editor, '#dialog-form')).not.toContain('nestmtx-');
        expect(await faultyFields(editor, NODE_FORM)).toEqual([]);
        expect(await rowsByKeyboard(editor, NODE_FORM)).toEqual(await visibleRows(editor, NODE_FORM));
        expect(await labelLines(editor, NODE_FORM)).toBe(1);
        await editor.cancel();
      }
      await page.getByText(cameraLabel).first().waitFor();
      await editor.editConfig('nestmtx-server', 'server');
      await page.getByText(serverWords, { exact: true }).waitFor();
      await editor.screenshot(`server-${locale}-${colorScheme}`);
      expect(await text(editor, CONFIG_FORM)).not.toContain('nestmtx-');
      expect(await faultyFields(editor, CONFIG_FORM)).toEqual([]);
      expect(await rowsByKeyboard(editor, CONFIG_FORM)).toEqual(await visibleRows(editor, CONFIG_FORM));
      expect(await labelLines(editor, CONFIG_FORM)).toBe(1);
    });
  },
);
