/** Pins what a newcomer does with people in the console, at a desk and with a phone: a device and a person, their role, a token, and the own password. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsMissing } from '../../../support/chromium.ts';
import type { Service } from '../../../support/service.ts';
import { type Browser, startBrowser } from '../../browser.ts';
import {
  AT_DESK_AND_PHONE,
  expectClean,
  openSignedIn,
  overflowOf,
  signIn,
  signInOverHttp,
  startConsole,
} from '../setting.ts';

let browser: Browser;
let service: Service;

describe.skipIf(chromiumIsMissing)('a newcomer with other people', () => {
  beforeAll(async () => {
    [browser, service] = await Promise.all([startBrowser(), startConsole()]);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });

  it.each(AT_DESK_AND_PHONE)(
    'makes a device, which logs in at the broker with its topics, %s',
    async (_, options, where) => {
      const username = `plug-${where}`;
      const window = await openSignedIn(browser, service.httpUrl, { path: '#/people?tab=users', ...options });
      const { page } = window;
      await page.getByRole('button', { name: 'Add somebody' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('User name').fill(username);
      await dialog.getByLabel('Password').fill('pl');
      await dialog.getByLabel('May do').selectOption('device');
      await dialog.getByLabel('Topics').fill(`tele/${where}/#\ncmnd/${where}/#`);
      await dialog.getByRole('button', { name: 'Add somebody' }).click();
      await dialog
        .getByText(/at least 5/i)
        .first()
        .waitFor();
      expect(await overflowOf(page)).toBe(0);
      await dialog.getByLabel('Password').fill('plug-password');
      await dialog.getByRole('button', { name: 'Add somebody' }).click();
      const row = page.locator('.row').filter({ hasText: username });
      await row.getByText('Device · 2 topics').waitFor();
      expect(await overflowOf(page)).toBe(0);
      const plug = await service.client({ username, password: 'plug-password' });
      await plug.publish(`tele/${where}/state`, 'on');
      await plug.end();
      expectClean(window, service.httpUrl);
      await window.close();
    },
  );

  it.each(AT_DESK_AND_PHONE)(
    'adds somebody, who gets another role, is locked out and let in, has a new password, and is deleted, %s',
    async (_, options, where) => {
      const username = `berta-${where}`;
      const window = await openSignedIn(browser, service.httpUrl, {
        path: `#/people?tab=users&search=${username}`,
        ...options,
      });
      const { page } = window;
      const dialog = page.getByRole('dialog');
      const menu = async (item: string) => {
        await page.getByRole('button', { name: `More about ${username}` }).click();
        expect(await overflowOf(page)).toBe(0);
        await page.getByRole('menuitem', { name: item }).click();
      };
      await page.getByRole('button', { name: 'Add somebody' }).click();
      await dialog.getByLabel('User name').fill(username);
      await dialog.getByLabel('Password').fill('a good password');
      await dialog.getByRole('button', { name: 'Add somebody' }).click();
      await page.getByText('User', { exact: true }).waitFor();
      await menu('Change');
      await page.getByLabel('May log in').uncheck();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('User · locked out').waitFor();
      await expect(signInOverHttp(service.httpUrl, { username, password: 'a good password' })).rejects.toThrow();
      await menu('Change');
      await page.getByLabel('May log in').check();
      await page.getByLabel('May do').selectOption('admin');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Administrator', { exact: true }).waitFor();
      await menu('New password');
      await dialog.getByLabel('New password').fill('another password');
      await page.keyboard.press('Enter');
      await page.getByText(`${username} has a new password.`).waitFor();
      const fresh = { username, password: 'another password' };
      const { ask } = await signInOverHttp(service.httpUrl, fresh);
      expect(await ask('list', 'users', undefined, { search: username })).toMatchObject({ items: [{ role: 'admin' }] });
      await menu('Delete');
      await dialog.getByRole('textbox').fill(username);
      await page.keyboard.press('Enter');
      await page.getByText(`${username} was deleted.`).waitFor();
      await expect(signInOverHttp(service.httpUrl, fresh)).rejects.toThrow();
      expectClean(window, service.httpUrl);
      await window.close();
    },
  );

  it.each(AT_DESK_AND_PHONE)(
    'is no administrator, sees nothing of others, has a token for a program, and changes the own password, %s',
    async (_, options, where) => {
      const login = { username: `carla-${where}`, password: 'a good password' };
      const api = await signInOverHttp(service.httpUrl);
      await api.ask('create', 'users', undefined, { ...login, can_login: true });
      const window = await openSignedIn(browser, service.httpUrl, {
        path: '#/people?tab=sessions',
        login,
        ...options,
      });
      const { page } = window;
      expect(await page.locator('.tabs a').allTextContents()).toEqual(['Sessions and tokens', 'My password']);
      await page.getByRole('button', { name: 'Create token' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('What it is for').fill('Script');
      await dialog.getByLabel('Password until now').fill(login.password);
      await dialog.getByRole('button', { name: 'Create token' }).click();
      const token = (await dialog.locator('code').textContent()) ?? '';
      const headers = { authorization: `Bearer ${token}` };
      const answer = async () => (await fetch(`${service.httpUrl}/api/cameras`, { headers })).status;
      expect(await answer()).toBe(200);
      expect(await overflowOf(page)).toBe(0);
      await dialog.getByRole('button', { name: 'I have it' }).click();
      await page.getByText('This session').waitFor();
      await page.getByRole('button', { name: 'End Script' }).click();
      await dialog.getByRole('button', { name: 'End' }).click();
      await page.getByText('It was ended.').waitFor();
      expect(await answer()).toBe(401);

      await page.getByRole('link', { name: 'My password' }).click();
      await page.getByLabel('Password until now').fill('wrong');
      await page.getByLabel('New password').fill('a better password');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.locator('form [role=alert]').filter({ hasText: /\S/ }).first().waitFor();
      expect(await overflowOf(page)).toBe(0);
      await page.getByLabel('Password until now').fill(login.password);
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Your password was changed.').waitFor();
      const other = await browser.open(service.httpUrl, options);
      await signIn(other.page, { ...login, password: 'a better password' });
      await other.close();
      expectClean(window, service.httpUrl);
      await window.close();
    },
  );
});
