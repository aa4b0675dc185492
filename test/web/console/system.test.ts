/** Pins the view of the service itself, end to end: health, settings, clients of the broker, the log, and moving in. What a newcomer does there is in `newcomer/`. */

import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { contained } from '../../../src/web/console/words/direction.ts';
import { chromiumIsMissing } from '../../support/chromium.ts';
import type { Service } from '../../support/service.ts';
import { startUpstreamHttp } from '../../support/upstream/http.ts';
import { type Browser, startBrowser, type Window } from '../browser.ts';
import { expectClean, openSignedIn, signInOverHttp, startConsole } from './setting.ts';

const HOSTILE = '<img src=x onerror="document.title=1"> \u202Eevil';
const APP_KEY = 'the key of a NestMTX, 32 characters';

let browser: Browser;
let service: Service;
const windows: Window[] = [];

describe.skipIf(chromiumIsMissing)('the service in the console', () => {
  beforeAll(async () => {
    [browser, service] = await Promise.all([startBrowser(), startConsole({ env: { STATE_DOWN_DELAY_MS: '1234' } })]);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });
  afterEach(async () => {
    for (const window of windows.splice(0)) await window.close();
  });

  async function open(tab: string, more: Parameters<typeof openSignedIn>[2] = {}) {
    const window = await openSignedIn(browser, service.httpUrl, { path: `#/system?tab=${tab}`, ...more });
    windows.push(window);
    return window;
  }

  it('tells what runs, and how each part of it is', async () => {
    const window = await open('overview');
    const { page } = window;
    await page.getByText('A server of its own').waitFor();
    await page.getByRole('listitem').filter({ hasText: 'MQTT broker' }).getByText('Fine').waitFor();
    await page.getByText('Nothing yet.').waitFor();
    // It stands alone.
    await expect.poll(() => page.getByRole('link', { name: 'Cluster' }).count()).toBe(0);
    // Nobody would start it again here.
    await expect.poll(() => page.getByRole('button', { name: 'Restart' }).count()).toBe(0);
    expectClean(window, service.httpUrl);
  });

  it('shows each setting with where it comes from, and no secret', async () => {
    const window = await open('settings');
    const { page } = window;
    await page.getByRole('searchbox').fill('down_delay');
    const setting = page.getByRole('listitem').filter({ hasText: 'STATE_DOWN_DELAY_MS' });
    await setting.getByText('1234').waitFor();
    await setting.getByText('From the environment, as STATE_DOWN_DELAY_MS').waitFor();
    await page.getByRole('searchbox').fill('admin_password');
    await page.getByText('set, and hidden').waitFor();
    expect(await page.content()).not.toContain('correct horse battery');
    expectClean(window, service.httpUrl);
  });

  it('shows who is connected to the broker and what they hear, and sends one away', async () => {
    const client = await service.client({ clientId: HOSTILE });
    await client.subscribe('nestmtx/events/#');
    const window = await open('clients');
    const { page } = window;
    const more = page.getByRole('button', { name: `More about ${contained(HOSTILE)}` });
    await more.click();
    await page.getByRole('menuitem', { name: 'What it subscribes to' }).click();
    await page.getByRole('dialog').getByText('nestmtx/events/#').waitFor();
    await page.keyboard.press('Escape');
    await more.click();
    await page.getByRole('menuitem', { name: 'Send away' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Send away' }).click();
    expect(await client.closed).toBe(0x98);
    await more.waitFor({ state: 'detached' });
    await expect.poll(() => page.locator('main img').count()).toBe(0);
    expectClean(window, service.httpUrl);
  });

  it('shows the log as it is written, by severity and text, and saves it', async () => {
    const window = await open('log');
    const { page } = window;
    const log = page.getByRole('list', { name: 'Log' });
    await log.getByText('ready').first().waitFor();
    const api = await signInOverHttp(service.httpUrl);
    await api.addCamera({ name: 'Newcomer' });
    await log.getByText('a camera was created').waitFor();
    await page.getByLabel('Show from').selectOption('error');
    await page.getByText('Nothing found').waitFor();
    await page.getByLabel('Show from').selectOption('info');
    await page.getByRole('searchbox').fill('a camera was created');
    await expect.poll(() => log.getByRole('listitem').count()).toBe(1);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save' }).click(),
    ]);
    const saved = await readFile(await download.path(), 'utf8');
    expect(JSON.parse(saved)).toMatchObject({ level: 'info', msg: 'a camera was created' });
    await page.getByLabel('Write from').selectOption('warn');
    await page.getByText('It counts until the service ends.').waitFor();
    expect(await api.ask('list', 'service')).toMatchObject({ logLevel: 'warn' });
    expectClean(window, service.httpUrl);
  });

  it('moves in from a NestMTX: a plan first, then everything, and new passwords once', async () => {
    const nest = await startUpstreamHttp(APP_KEY);
    nest.addUser('olga');
    nest.addCredentials('House', null);
    nest.addCamera({ id: 55, name: HOSTILE, room: 'Outside', mtx_path: 'porch', is_enabled: true });
    const window = await open('import');
    const { page } = window;
    await page.getByLabel('Its address').fill(nest.url);
    await page.getByLabel('Password there').fill('nestmtx');
    await page.getByLabel('APP_KEY').fill(APP_KEY);
    await page.getByRole('button', { name: 'Show what would come' }).click();
    await page.getByRole('row').filter({ hasText: 'olga' }).getByText('Comes').waitFor();
    await page
      .getByRole('row')
      .filter({ hasText: contained(HOSTILE) })
      .getByText('Comes')
      .waitFor();
    await page.getByRole('button', { name: 'Let it come' }).click();
    await page.getByRole('heading', { name: 'New passwords' }).waitFor();
    await page.getByRole('button', { name: 'olga: Show' }).click();
    const password = (await page.locator('main .secret code').first().textContent()) ?? '';
    await signInOverHttp(service.httpUrl, { username: 'olga', password });
    await page.getByRole('button', { name: 'I have it' }).click();
    await page.getByRole('button', { name: 'Show what would come' }).waitFor();
    expectClean(window, service.httpUrl);
    await nest.close();
  });

  it('is offered to administrators alone', async () => {
    const api = await signInOverHttp(service.httpUrl);
    const GUEST = { username: 'guest', password: 'a guest may look' };
    await api.ask('create', 'users', undefined, { ...GUEST, can_login: true });
    const { page } = await open('log', { login: GUEST });
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expect.poll(() => page.getByRole('navigation').first().getByText('System').count()).toBe(0);
    await expect.poll(() => page.getByRole('list', { name: 'Log' }).count()).toBe(0);
  });
});
