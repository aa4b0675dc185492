import type { Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { type Editor, type EditorBrowser, startEditorBrowser } from '../../support/node-red/editor.ts';
import { node, server, TAB } from '../../support/node-red/flows.ts';
import { type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { startUpstream, type Upstream } from '../../support/upstream/upstream.ts';

const LOGIN = { login: 'password', credentials: { apiUsername: 'nestmtx', apiPassword: 'nestmtx' } };
const EVENT = { server: 'server', domain: 'camera', entity: '3', events: ['ready'], holdSeconds: '0' };

/** Of the page, as far as this suite uses it from inside. */
interface Inside {
  readonly $: (target: Document) => {
    on(event: 'ajaxComplete', callback: (event: unknown, request: unknown, settings: { url: string }) => void): void;
  };
  answered: Promise<void>;
}

let upstream: Upstream;
let red: NodeRed;
let browser: EditorBrowser;

function cameraField({ page }: Editor) {
  return page.getByRole('textbox', { name: 'Camera', exact: true });
}

/** Resolves with the first request for a list, which gets no answer until then. */
function held(page: Page): Promise<Route> {
  return new Promise((resolve) => void page.route('**/nestmtx/server/cameras', resolve));
}

/** Answers, and resolves when the page has taken it. */
async function answer(page: Page, request: Route): Promise<void> {
  await page.evaluate(() => {
    const inside = globalThis as never as Inside;
    inside.answered = new Promise((resolve) => {
      inside.$(document).on('ajaxComplete', (_event, _request, { url }) => {
        if (url.startsWith('nestmtx/')) requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
      });
    });
  });
  await request.fulfill({ json: [{ value: '7', label: 'Gate (7)' }] });
  await page.evaluate(() => (globalThis as never as Inside).answered);
}

describe.skipIf(chromiumIsMissing)('a list whose answer comes late', () => {
  beforeAll(async () => {
    [upstream, red, browser] = await Promise.all([startUpstream(), startNodeRed(), startEditorBrowser()]);
    upstream.setCamera({ id: 7, name: 'Gate' });
    await red.deploy([TAB, server(upstream.url, undefined, LOGIN), node('event', 'nestmtx-event', [], EVENT)]);
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

  it('opens by itself when the broker is there at last, and says meanwhile why it does not', async () => {
    const editor = await browser.open(red.url, 'event');
    await editor.edit('event');
    await upstream.stop();
    await cameraField(editor).click();
    const hint = editor.page.getByText('The server is not connected at the moment');
    await hint.waitFor();
    await upstream.start();
    await editor.page.getByText('Gate (7)').click();
    await editor.page.locator('#nestmtx-event-picked').getByText('Gate (7)', { exact: true }).waitFor();
    expect(await hint.isVisible()).toBe(false);
  });

  /** Types, does something before there is an answer, and counts the lists that are open after it. */
  async function listsAfter(meanwhile: (editor: Editor) => Promise<unknown>): Promise<number> {
    const editor = await browser.open(red.url, 'event');
    const request = held(editor.page);
    await editor.edit('event');
    await cameraField(editor).pressSequentially('g');
    const asked = await request;
    await meanwhile(editor);
    await answer(editor.page, asked);
    return editor.page.locator('.red-ui-autoComplete-container').count();
  }

  it('opens for a user who waits for it', async () => {
    expect(await listsAfter(async () => undefined)).toBe(1);
  });

  it.each<[string, (editor: Editor) => Promise<unknown>]>([
    ['the user is in another field by then', ({ page }) => page.getByLabel('Name').focus()],
    ['the field has another text by then', (editor) => cameraField(editor).press('Backspace')],
    ['its dialog was closed, and opened again', (editor) => editor.cancel().then(() => editor.edit('event'))],
  ])('stays closed when %s', async (_when, meanwhile) => {
    expect(await listsAfter(meanwhile)).toBe(0);
  });
});
