/** Pins the status page as people meet it: a whole service, a real browser, in both languages, light and dark, down to a phone. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../support/free-port.ts';
import { hasProgram } from '../../support/programs.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';
import { auditPage } from '../audit.ts';
import { type Browser, startBrowser, type Window } from '../browser.ts';
import { card, furnish, signIn, signInOverHttp } from './setting.ts';

const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const HOSTILE = '<img src=x onerror="document.title=1"><b>Gate</b> $& {n} "\'&amp;';
/** The browser says this by itself of every answer with such a status. */
const REFUSED = /the server responded with a status of (400|429|503)/;

let browser: Browser;
let service: Service;
const windows: Window[] = [];

describe.skipIf(!hasProgram('chromium'))('the status page', () => {
  beforeAll(async () => {
    [browser, service] = await Promise.all([startBrowser(), startService()]);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });
  afterEach(async () => {
    for (const window of windows.splice(0)) await window.close();
  });

  async function open(url = service.httpUrl, options = {}): Promise<Window> {
    const window = await browser.open(url, options);
    windows.push(window);
    return window;
  }

  async function openSignedIn(url = service.httpUrl, options = {}): Promise<Window> {
    const window = await open(url, options);
    await signIn(window.page);
    return window;
  }

  function expectClean({ errors, asked }: Window, url = service.httpUrl): void {
    expect(errors).toEqual([]);
    const { host } = new URL(url);
    expect(asked.filter((address) => new URL(address).host !== host)).toEqual([]);
    expect(asked.some((address) => address.startsWith('ws:'))).toBe(true);
  }

  describe('signing in', () => {
    it('is asked for, says what was wrong, and leads to the cameras', async () => {
      const window = await open();
      const { page } = window;
      await page.waitForSelector('#sign-in:not([hidden])');
      expect(await page.locator('#username').evaluate((field) => field === document.activeElement)).toBe(true);
      expect(await page.locator('#health').textContent()).toBe('Service works');
      await window.screenshot('sign-in');
      await page.keyboard.type(ADMIN.username);
      await page.keyboard.press('Tab');
      await page.keyboard.type('wrong');
      await page.keyboard.press('Enter');
      await page.getByText('User name or password is wrong.').waitFor();
      await window.screenshot('sign-in-wrong');
      expect(await page.locator('#view').isVisible()).toBe(false);
      await signIn(page);
      expect(await page.locator('#account-name').textContent()).toBe(ADMIN.username);
      expect(window.errors.filter((line) => !REFUSED.test(line))).toEqual([]);
      expect(page.url()).toBe(`${service.httpUrl}/`);
    });

    it('lasts over a reload of the page, and ends with signing out, here and at the service', async () => {
      const window = await openSignedIn();
      const { page } = window;
      await page.reload();
      await page.waitForSelector('#view:not([hidden])');
      const token = await page.evaluate(() => sessionStorage.getItem('nestmtx-bridge-token'));
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.waitForSelector('#sign-in:not([hidden])');
      expect(await page.locator('#sign-in-fault').textContent()).toBe('');
      expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
      const refused = await fetch(`${service.httpUrl}/api/cameras`, { headers: { authorization: `Bearer ${token}` } });
      expect(refused.status).toBe(401);
      expectClean(window);
    });

    it('is asked for again when the session has ended elsewhere, and nothing of what was seen is left', async () => {
      const api = await signInOverHttp(service.httpUrl);
      await api.addCamera({ name: 'Seen by few', mtx_path: 'seen', is_enabled: true });
      const { page } = await openSignedIn();
      await page.getByRole('heading', { name: 'Seen by few' }).waitFor();
      const token = await page.evaluate(() => sessionStorage.getItem('nestmtx-bridge-token'));
      await fetch(`${service.httpUrl}/api/auth/current`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${token}` },
      });
      await lookAgain(page);
      await page.getByText('Your session has ended. Please sign in again.').waitFor();
      expect(await page.content()).not.toContain('Seen by few');
      await signIn(page);
    });

    it('says so when the service is away', async () => {
      const away = await startService();
      const { page } = await open(away.httpUrl);
      await page.waitForSelector('#sign-in:not([hidden])');
      await away.stop();
      await page.fill('#username', 'admin');
      await page.fill('#password', 'whatever');
      await page.click('#sign-in-submit');
      await page.getByText('The service cannot be reached.').waitFor();
    });
  });

  describe('cameras', () => {
    it('change on the page as they change in the house', async () => {
      const api = await signInOverHttp(service.httpUrl);
      const id = await api.addCamera({ name: 'Barn', room: 'Yard', mtx_path: 'barn', is_enabled: true });
      const window = await openSignedIn();
      const { page } = window;
      const barn = card(page, id);
      await barn.whole.getByText('Idle').waitFor();
      // A reload would take this away.
      await page.evaluate(() => document.body.setAttribute('data-kept', ''));
      await api.emit(id, 'demand');
      await api.emit(id, 'ready');
      await api.emit(id, 'read', 'tablet');
      await barn.whole.getByText('Running').waitFor();
      await page.locator('#announcements').getByText('Barn: Running').waitFor({ state: 'attached' });
      await barn.facts.getByText('just now').waitFor();
      expect(await barn.facts.locator('time').getAttribute('title')).toMatch(/\d{4}/);
      await expect.poll(() => barn.facts.allTextContents()).toEqual([expect.stringMatching(/Pathbarn.*Viewers1/)]);
      await expect.poll(() => barn.tags.textContent()).toBe('In demand');
      await api.emit(id, 'stalled');
      await barn.whole.getByText('Problem').waitFor();
      await expect.poll(() => barn.reason.textContent()).toBe('The feed is up, but nothing comes through it');
      await expect
        .poll(async () => (await page.locator('#events').innerText()).replaceAll('\n', ' '))
        .toContain('Barn feed stalled');
      await api.ask('delete', 'cameras', String(id));
      await barn.whole.waitFor({ state: 'detached' });
      await page.locator('#events').getByText('was removed').first().waitFor();
      expect(await page.locator('body').getAttribute('data-kept')).toBe('');
      expectClean(window);
    });

    it('may be called anything', async () => {
      const api = await signInOverHttp(service.httpUrl);
      const id = await api.addCamera({ name: HOSTILE, room: HOSTILE, mtx_path: 'hostile', is_enabled: true });
      await api.emit(id, 'ready');
      await api.ask('create', 'instances', undefined, { label: HOSTILE });
      const window = await openSignedIn();
      const { page } = window;
      expect(await card(page, id).name.textContent()).toBe(HOSTILE);
      expect(await card(page, id).whole.locator('.room').textContent()).toBe(HOSTILE);
      await page.selectOption('#event-filter', { label: HOSTILE });
      expect(await page.locator('#events strong').first().textContent()).toBe(HOSTILE);
      expect(await page.locator('#instances').textContent()).toContain(HOSTILE);
      expect(await page.locator('main img, main b').count()).toBe(0);
      expect(await page.title()).toBe('NestMTX Bridge');
      expectClean(window);
    });

    it('keep the focus when they move', async () => {
      const api = await signInOverHttp(service.httpUrl);
      const source = { type: 'rtsp', url: `rtsp://127.0.0.1:${await freePort()}/live` };
      await api.addCamera({ name: 'Aviary', mtx_path: 'aviary', is_enabled: true });
      const id = await api.addCamera({ name: 'Zoo', mtx_path: 'zoo', is_enabled: true, source });
      const { page } = await openSignedIn();
      const zoo = card(page, id);
      const place = () => zoo.whole.evaluate((each) => [...(each.parentElement?.children ?? [])].indexOf(each));
      await zoo.whole.getByText('The camera refuses the connection').waitFor();
      await api.emit(id, 'ready');
      await zoo.whole.getByText('Running').waitFor();
      const before = await place();
      const button = zoo.button('Check now: Zoo');
      await button.focus();
      await api.emit(id, 'stalled');
      await zoo.whole.getByText('Problem').waitFor();
      expect(await place()).toBeLessThan(before);
      expect(await button.evaluate((focused) => focused === document.activeElement)).toBe(true);
    });
  });

  describe('what an administrator can have done', () => {
    it('is done at the press of a button, or said why not', async () => {
      const api = await signInOverHttp(service.httpUrl);
      const source = { type: 'rtsp', url: `rtsp://127.0.0.1:${await freePort()}/live` };
      const id = await api.addCamera({ name: 'Quay', mtx_path: 'quay', is_enabled: true, source });
      const { page } = await openSignedIn();
      const quay = card(page, id);
      await quay.whole.getByText('The camera refuses the connection').waitFor();
      // Asked for too soon after the probe that was due, or done: it says which.
      await quay.button('Check now').click();
      await quay.result.getByText(/^(Done|Not done: .+)$/).waitFor();
      await api.ask('update', 'cameras', String(id), { is_enabled: false });
      await quay.whole.getByText('Disabled').waitFor();
      expect(await quay.whole.getByRole('button').count()).toBe(0);
    });

    it('is not offered to others', async () => {
      const api = await signInOverHttp(service.httpUrl);
      const guest = { username: 'guest', password: 'a guest may look' };
      await api.ask('create', 'users', undefined, { ...guest, can_login: true });
      const window = await open();
      await signIn(window.page, guest);
      await window.page.locator('#cameras .card').first().waitFor();
      expect(await window.page.locator('#cameras button').count()).toBe(0);
      expectClean(window);
    });
  });

  describe('events', () => {
    it('are shown of one camera when one is chosen, which stays chosen', async () => {
      const api = await signInOverHttp(service.httpUrl);
      const one = await api.addCamera({ name: 'East', mtx_path: 'east', is_enabled: true });
      const two = await api.addCamera({ name: 'West', mtx_path: 'west', is_enabled: true });
      const { page } = await openSignedIn();
      await page.selectOption('#event-filter', { label: 'East' });
      await api.emit(two, 'ready');
      await api.emit(one, 'ready');
      await page.locator('#events').getByText('East is running').waitFor();
      expect(await page.locator('#events').innerText()).not.toContain('West');
      await page.selectOption('#event-filter', { label: 'All cameras' });
      await page.locator('#events').getByText('West is running').waitFor();
    });
  });

  describe('when the service is away', () => {
    it('says so, and goes on by itself when it is back', async () => {
      const env = { PORT: String(await freePort()) };
      const first = await startService({ env });
      const api = await signInOverHttp(first.httpUrl);
      const id = await api.addCamera({ name: 'Pier', mtx_path: 'pier', is_enabled: true });
      const window = await openSignedIn(first.httpUrl);
      const { page } = window;
      await card(page, id).whole.waitFor();
      await first.app.close();
      await page
        .locator('#banner')
        .getByText(/^Connection lost\. What you see is from \d/)
        .waitFor();
      expect(await card(page, id).whole.isVisible()).toBe(true);
      await window.screenshot('connection-lost');
      const second = await startService({ env, dataDir: first.dataDir });
      await page.waitForFunction(() => document.querySelector('#banner')?.textContent === '');
      await api.emit(id, 'ready');
      await card(page, id).whole.getByText('Running').waitFor();
      // Nothing but the outage itself.
      expect(window.errors.filter((line) => !/ERR_CONNECTION_REFUSED|WebSocket connection to/.test(line))).toEqual([]);
      await second.app.close();
      await first.stop();
    });
  });

  describe('to look at', () => {
    let furnished: Service;
    beforeAll(async () => {
      furnished = await startService();
      await furnish(await signInOverHttp(furnished.httpUrl), await freePort());
    });
    afterAll(() => furnished.stop());

    it.each([
      ['light', { colorScheme: 'light' }, 'Cameras'],
      ['dark', { colorScheme: 'dark', locale: 'de-DE' }, 'Kameras'],
      ['phone', { ...PHONE, colorScheme: 'light' }, 'Cameras'],
      ['phone-dark', { ...PHONE, colorScheme: 'dark', locale: 'de-AT' }, 'Kameras'],
      ['tablet', { viewport: { width: 820, height: 1180 } }, 'Cameras'],
    ] as const)('is readable and complete: %s', async (name, options, heading) => {
      const window = await open(furnished.httpUrl, options);
      const { page } = window;
      await page.waitForSelector('#sign-in:not([hidden])');
      expect(await auditPage(page)).toEqual([]);
      await signIn(page);
      await page.getByRole('heading', { name: heading }).waitFor();
      await page.locator('.card[data-condition="problem"]').nth(1).waitFor();
      expect(await page.locator('html').getAttribute('lang')).toBe('locale' in options ? 'de' : 'en');
      expect(await page.locator('#counts').innerText()).toMatch(/2 [\s\S]*3 [\s\S]*4 [\s\S]*3 /);
      expect(await auditPage(page)).toEqual([]);
      await window.screenshot(name);
      expectClean(window, furnished.httpUrl);
    });

    it('helps where there is nothing yet', async () => {
      const empty = await startService();
      const window = await openSignedIn(empty.httpUrl);
      const { page } = window;
      await page.getByText('No cameras yet').waitFor();
      const link = page.getByRole('link', { name: 'documentation of cameras' });
      expect(await link.getAttribute('href')).toMatch(/^https:\/\/.*docs\/cameras\.md$/);
      await page.getByText('Nothing has happened since the service started.').waitFor();
      expect(await auditPage(page)).toEqual([]);
      await window.screenshot('empty');
      await empty.stop();
    });

    it('can be used by keyboard: the first stop leads past the top', async () => {
      const { page } = await openSignedIn(furnished.httpUrl);
      await page.evaluate(() =>
        document.activeElement instanceof HTMLElement ? document.activeElement.blur() : undefined,
      );
      await page.reload();
      await page.locator('#cameras .card').first().waitFor();
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
      await page.keyboard.press('Enter');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    });
  });

  it('does without a script what it can: it says that it needs one, and sends no password in an address', async () => {
    const { page } = await open(service.httpUrl, { javaScriptEnabled: false });
    await page.locator('noscript p').waitFor();
    expect(await page.locator('main').innerText()).toBe('This page needs JavaScript.');
    expect(await page.locator('form').getAttribute('method')).toBe('post');
  });
});

/** As when the person comes back to the tab: sooner than the next question is due. */
async function lookAgain(page: Window['page']): Promise<void> {
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
}
