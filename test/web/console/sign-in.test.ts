/** Pins the way into the console: for a tab or for longer, with a forgotten password, and after a session has ended. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { ADMIN, type Service } from '../../support/service.ts';
import { type Browser, startBrowser, type Window } from '../browser.ts';
import { expectClean, findingsIn, openSignedIn, signIn, signInOverHttp, startConsole } from './setting.ts';

/** The browser says this by itself of every answer with such a status. */
const REFUSED = /the server responded with a status of (400|429)/;
const KEY = 'nestmtx-bridge-token';

let browser: Browser;
let service: Service;
const windows: Window[] = [];

describe.skipIf(chromiumIsMissing)('signing in to the console', () => {
  beforeAll(async () => {
    [browser, service] = await Promise.all([startBrowser(), startConsole()]);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });
  afterEach(async () => {
    for (const window of windows.splice(0)) await window.close();
  });

  async function keep(opening: Promise<Window>): Promise<Window> {
    const window = await opening;
    windows.push(window);
    return window;
  }

  it('is done by keyboard, says what was wrong, and leads to the view of the address', async () => {
    const window = await keep(browser.open(`${service.httpUrl}/#/cameras/77`));
    const { page } = window;
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await page.locator('[name=username]').evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await findingsIn(page)).toEqual([]);
    await window.screenshot('console-sign-in');
    await page.keyboard.type(ADMIN.username);
    await page.keyboard.press('Tab');
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('User name or password is wrong.').waitFor();
    await signIn(page);
    await page.getByText('This camera does not exist any more').waitFor();
    await expect.poll(() => page.title()).toBe('Camera · NestMTX Bridge');
    expectClean(window, service.httpUrl, REFUSED);
  });

  it('says what helps when the password is forgotten', async () => {
    const { page } = await keep(browser.open(service.httpUrl));
    await page.getByText('Forgotten your password?').click();
    await page.getByText('nestmtx-bridge users passwd NAME').waitFor();
  });

  it('lasts over a reload and ends with the tab, unless one asks for more', async () => {
    const { page } = await keep(openSignedIn(browser, service.httpUrl));
    await page.reload();
    await page.locator('header.top').waitFor();
    const other = await page.context().newPage();
    await other.goto(service.httpUrl);
    await other.getByRole('button', { name: 'Sign in' }).waitFor();
  });

  it('lasts for a new tab and another start of the browser where one asks for it, until one signs out', async () => {
    const first = await keep(browser.open(service.httpUrl));
    await signIn(first.page, ADMIN, true);
    const storageState = await first.page.context().storageState();
    const { page } = await keep(browser.open(service.httpUrl, { storageState }));
    await page.locator('header.top').waitFor();
    const other = await page.context().newPage();
    await other.goto(service.httpUrl);
    await other.locator('header.top').waitFor();
    const token = await page.evaluate((key) => localStorage.getItem(key), KEY);
    await page.getByRole('button', { name: `You: ${ADMIN.username}` }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    // In every tab, and at the service.
    await other.getByRole('button', { name: 'Sign in' }).waitFor();
    const refused = await fetch(`${service.httpUrl}/api/cameras`, { headers: { authorization: `Bearer ${token}` } });
    expect(refused.status).toBe(401);
  });

  it('is asked for again when the session has ended elsewhere, and nothing of what was seen is left', async () => {
    const api = await signInOverHttp(service.httpUrl);
    await api.addCamera({ name: 'Seen by few', mtx_path: 'seen', is_enabled: true });
    const { page } = await keep(openSignedIn(browser, service.httpUrl));
    await page.getByText('Seen by few').first().waitFor();
    const token = await page.evaluate((key) => sessionStorage.getItem(key), KEY);
    const headers = { authorization: `Bearer ${token}` };
    await fetch(`${service.httpUrl}/api/auth/current`, { method: 'DELETE', headers });
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await page.getByText('Your session has ended. Please sign in again.').waitFor();
    expect(await page.content()).not.toContain('Seen by few');
    await signIn(page);
  });
});
