/** Pins what a newcomer does with an MQTT account in the console, at a desk and with a phone: made, used, a new password, switched off, and deleted. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectClient } from '../../../support/brokers/mqtt-client.ts';
import { chromiumIsMissing } from '../../../support/chromium.ts';
import type { Service } from '../../../support/service.ts';
import { type Browser, startBrowser } from '../../browser.ts';
import { AT_DESK_AND_PHONE, expectClean, openSignedIn, overflowOf, signInOverHttp, startConsole } from '../setting.ts';

let browser: Browser;
let service: Service;

describe.skipIf(chromiumIsMissing)('a newcomer with an MQTT account', () => {
  beforeAll(async () => {
    [browser, service] = await Promise.all([startBrowser(), startConsole()]);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });

  const connect = (username: string, password: string, clientId: string) =>
    connectClient({ url: service.mqttUrl, username, password, clientId });

  it.each(AT_DESK_AND_PHONE)(
    'makes it, uses it, gives it a new password, switches it off, and deletes it, %s',
    async (_, options, where) => {
      const name = `Doorbell at the ${where}`;
      const window = await openSignedIn(browser, service.httpUrl, { path: '#/accounts', ...options });
      const { page } = window;
      const dialog = page.getByRole('dialog');
      const fits = async () => expect(await overflowOf(page)).toBe(0);
      const menu = async (item: string) => {
        await page.getByRole('button', { name: `More about ${name}` }).click();
        await page.getByRole('menuitem', { name: item }).click();
      };

      await page.getByText('No MQTT accounts yet').waitFor();
      await fits();
      await page.getByRole('button', { name: 'Create account' }).click();
      await dialog.getByLabel('Name').fill(name);
      await page.keyboard.press('Enter');
      await dialog.getByText('The login works').waitFor();
      await dialog.getByRole('button', { name: 'Password: Show' }).click();
      const [, , user = '', password = ''] = await dialog.locator('code').allTextContents();
      const client = await connect(user, password, `bell-${where}`);
      await fits();
      await dialog.getByRole('link', { name: 'I have it' }).click();
      await page.getByRole('heading', { name, level: 1 }).waitFor();
      await page.getByRole('button', { name: 'Copy Home Assistant' }).waitFor();
      await page.getByRole('button', { name: 'Show the code for a phone' }).click();
      await page.getByRole('img', { name: 'Code with server' }).waitFor();
      await fits();

      await client.publish(`${user}/a`, 'ding');
      await page.getByRole('link', { name: 'Sessions' }).click();
      await page.getByText(`bell-${where}`).waitFor();
      await fits();
      await page.getByRole('link', { name: 'Usage' }).click();
      await page.locator('.chart-steps').waitFor();
      await fits();

      await menu('New password');
      await page.getByLabel('The old password counts').selectOption('300');
      await fits();
      await dialog.getByRole('button', { name: 'New password' }).click();
      const fresh = (await dialog.locator('code').textContent()) ?? '';
      expect(fresh).not.toBe(password);
      await (await connect(user, password, 'late')).end();
      await (await connect(user, fresh, 'prompt')).end();
      await page.getByRole('button', { name: 'I have it' }).click();
      await page.getByText('still counts until').waitFor();

      await menu('Switch off');
      await page.getByText('1 account was switched off.').waitFor();
      await client.closed;
      await expect(connect(user, fresh, 'shut-out')).rejects.toThrow();
      await page.getByRole('button', { name: 'Undo' }).click();
      const api = await signInOverHttp(service.httpUrl);
      const [, id = ''] = /accounts\/(\w+)/.exec(page.url()) ?? [];
      await expect.poll(async () => Object(await api.ask('read', 'instances', id)).enabled).toBe(true);
      await connect(user, fresh, `back-${where}`);

      await menu('Delete');
      await dialog.getByRole('textbox').fill(name);
      await fits();
      await page.keyboard.press('Enter');
      await page
        .getByText(
          new RegExp(`^${name} was deleted. Connections ended: 1, waiting sessions gone: \\d+, kept messages gone: 0`),
        )
        .waitFor();
      await fits();
      await expect(api.ask('read', 'instances', id)).rejects.toThrow('No such MQTT instance');
      await expect(connect(user, fresh, 'too-late')).rejects.toThrow();
      expectClean(window, service.httpUrl);
      await window.close();
    },
  );
});
