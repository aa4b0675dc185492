/** Pins the view of people and devices, end to end: who may do what, sessions and tokens, failed logins, and the own password. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasProgram } from '../../support/programs.ts';
import type { Service } from '../../support/service.ts';
import { type Browser, startBrowser, type Window } from '../browser.ts';
import {
  expectClean,
  findingsIn,
  openSignedIn,
  overflowOf,
  PHONE,
  signIn,
  signInOverHttp,
  startConsole,
} from './setting.ts';

let browser: Browser;
let service: Service;
const windows: Window[] = [];

describe.skipIf(!hasProgram('chromium'))('people and devices in the console', () => {
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

  async function open(tab: string, more: Parameters<typeof openSignedIn>[2] = {}) {
    const window = await openSignedIn(browser, service.httpUrl, { path: `#/people?tab=${tab}`, ...more });
    windows.push(window);
    return window;
  }

  async function person(username: string) {
    const api = await signInOverHttp(service.httpUrl);
    const login = { username, password: 'a good password' };
    const { id } = Object(await api.ask('create', 'users', undefined, { ...login, can_login: true }));
    return { api, login, id: String(id) };
  }

  it('a device is made with its topics, and logs in at the broker with them', async () => {
    const window = await open('users');
    const { page } = window;
    await page.getByRole('button', { name: 'Add somebody' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('User name').fill('plug');
    await dialog.getByLabel('Password').fill('pl');
    await dialog.getByLabel('May do').selectOption('device');
    await dialog.getByLabel('Topics').fill('tele/plug/#\ncmnd/plug/#');
    await dialog.getByRole('button', { name: 'Add somebody' }).click();
    await dialog
      .getByText(/at least 5/i)
      .first()
      .waitFor();
    await dialog.getByLabel('Password').fill('plug-password');
    await dialog.getByRole('button', { name: 'Add somebody' }).click();
    await page.getByText('Device · 2 topics').waitFor();
    const plug = await service.client({ username: 'plug', password: 'plug-password' });
    await plug.publish('tele/plug/state', 'on');
    await plug.end();
    expectClean(window, service.httpUrl);
  });

  it('somebody is locked out and let in again, gets a new password, and is deleted for who types the name', async () => {
    const { api, id } = await person('berta');
    const window = await open('users&search=berta');
    const { page } = window;
    const menu = async (item: string) => {
      await page.getByRole('button', { name: 'More about berta' }).click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    await menu('Change');
    await page.getByLabel('May log in').uncheck();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('User · locked out').waitFor();
    expect(await api.ask('read', 'users', id)).toMatchObject({ can_login: false });
    await menu('Change');
    await page.getByLabel('May log in').check();
    await page.getByLabel('May do').selectOption('admin');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Administrator', { exact: true }).waitFor();
    await menu('New password');
    await page.getByRole('dialog').getByLabel('New password').fill('another password');
    await page.keyboard.press('Enter');
    await page.getByText('berta has a new password.').waitFor();
    await signInOverHttp(service.httpUrl, { username: 'berta', password: 'another password' });
    await menu('Delete');
    await page.getByRole('dialog').getByRole('textbox').fill('berta');
    await page.keyboard.press('Enter');
    await page.getByText('berta was deleted.').waitFor();
    await expect(api.ask('read', 'users', id)).rejects.toThrow('Row not found');
    expectClean(window, service.httpUrl);
  });

  it('a program gets a token of its own, which is ended there', async () => {
    const { login } = await person('carla');
    const window = await open('sessions', { login });
    const { page } = window;
    await page.getByRole('button', { name: 'Create token' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('What it is for').fill('Script');
    await dialog.getByLabel('Password until now').fill(login.password);
    await dialog.getByRole('button', { name: 'Create token' }).click();
    const token = (await dialog.locator('code').textContent()) ?? '';
    const works = async () =>
      (await fetch(`${service.httpUrl}/api/cameras`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect(await works()).toBe(200);
    await dialog.getByRole('button', { name: 'I have it' }).click();
    await page.getByText('This session').waitFor();
    await page.getByRole('button', { name: 'End Script' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End' }).click();
    await page.getByText('It was ended.').waitFor();
    expect(await works()).toBe(401);
    expectClean(window, service.httpUrl);
  });

  it('anybody changes the own password, and sees nothing of others', async () => {
    const { login } = await person('dora');
    const window = await open('password', { login });
    const { page } = window;
    expect(await page.locator('.tabs a').allTextContents()).toEqual(['Sessions and tokens', 'My password']);
    await page.getByLabel('Password until now').fill('wrong');
    await page.getByLabel('New password').fill('a better password');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('form [role=alert]').filter({ hasText: /\S/ }).first().waitFor();
    await page.getByLabel('Password until now').fill(login.password);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Your password was changed.').waitFor();
    const other = await browser.open(service.httpUrl);
    windows.push(other);
    await signIn(other.page, { ...login, password: 'a better password' });
    expectClean(window, service.httpUrl);
  });

  it('an administrator sees logins that failed, and everybody’s sessions', async () => {
    await expect(signInOverHttp(service.httpUrl, { username: 'admin', password: 'wrong' })).rejects.toThrow();
    const window = await open('failed');
    const { page } = window;
    await page.getByRole('listitem').filter({ hasText: 'admin' }).filter({ hasText: '127.0.0.1' }).waitFor();
    await page.goto(`${service.httpUrl}/#/people?tab=sessions&owner=all`);
    await page
      .getByText(/^admin: Console/)
      .first()
      .waitFor();
    expectClean(window, service.httpUrl);
  });

  it.each([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark', locale: 'de-DE' }],
    ['phone', { ...PHONE, colorScheme: 'light' }],
  ] as const)('are without a finding of axe and fit the window: %s', async (name, options) => {
    for (const tab of ['users', 'sessions', 'failed', 'password']) {
      const { page, ...window } = await open(tab, options);
      await page.locator('.tabs').waitFor();
      await expect.poll(() => page.locator('.skeleton').count()).toBe(0);
      expect([tab, await findingsIn(page)]).toEqual([tab, []]);
      expect([tab, await overflowOf(page)]).toEqual([tab, 0]);
      await window.screenshot(`console-people-${tab}-${name}`);
    }
  });
});
