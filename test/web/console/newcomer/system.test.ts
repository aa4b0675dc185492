/** Pins what a newcomer does with the service in the console, at a desk and with a phone: settings, the log, a backup, and a restart of the program as it is built. */

import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsMissing } from '../../../support/chromium.ts';
import { freePort } from '../../../support/free-port.ts';
import { type ServiceProcess, startProcess, temporaryDirectory } from '../../../support/process.ts';
import { ADMIN } from '../../../support/service.ts';
import { type Browser, startBrowser } from '../../browser.ts';
import { AT_DESK_AND_PHONE, buildPage, expectClean, openSignedIn, overflowOf, signInOverHttp } from '../setting.ts';

let browser: Browser;
let service: ServiceProcess;
let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
let url: string;

describe.skipIf(chromiumIsMissing)('a newcomer with the service itself', () => {
  beforeAll(async () => {
    const [port, mqttPort] = await Promise.all([freePort(), freePort(), buildPage()]);
    [browser, folder] = await Promise.all([startBrowser(), temporaryDirectory()]);
    service = await startProcess(folder.path, {
      ADMIN_PASSWORD: ADMIN.password,
      STATE_DOWN_DELAY_MS: '1234',
      PORT: String(port),
      MQTT_PORT: String(mqttPort),
    });
    url = `http://127.0.0.1:${port}`;
  });
  afterAll(async () => {
    await browser.close();
    service.kill('SIGTERM');
    await service.exit;
    await folder.remove();
  });

  it.each(AT_DESK_AND_PHONE)(
    'sees what is set, writes more of the log, has a backup that is whole, and starts it again, %s',
    async (_, options) => {
      const window = await openSignedIn(browser, url, { path: '#/system?tab=settings', ...options });
      const { page } = window;
      const tab = async (name: string) => {
        expect(await overflowOf(page)).toBe(0);
        await page.locator('.tabs').getByRole('link', { name }).click();
      };
      await page.getByRole('searchbox').fill('down_delay');
      const setting = page.getByRole('listitem').filter({ hasText: 'STATE_DOWN_DELAY_MS' });
      await setting.getByText('1234').waitFor();
      await setting.getByText('From the environment, as STATE_DOWN_DELAY_MS').waitFor();
      await page.getByRole('searchbox').fill('admin_password');
      await page.getByText('set, and hidden').waitFor();
      expect(await page.content()).not.toContain(ADMIN.password);

      await tab('Log');
      await page.getByRole('list', { name: 'Log' }).getByText('ready').first().waitFor();
      await page.getByLabel('Write from').selectOption('debug');
      await page.getByText('It counts until the service ends.').waitFor();
      const api = await signInOverHttp(url);
      expect(await api.ask('list', 'service')).toMatchObject({ logLevel: 'debug' });

      await tab('Backup');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download backup' }).click(),
      ]);
      const content = await readFile(await download.path());
      const file = page.getByLabel('File of a backup');
      const asFile = (buffer: Buffer) => ({ name: 'house.backup', mimeType: 'application/octet-stream', buffer });
      await file.setInputFiles(asFile(content));
      await page.getByText('Whole', { exact: true }).waitFor();
      await page.getByText('1 user, 0 cameras, 0 MQTT accounts').waitFor();
      await file.setInputFiles(asFile(content.subarray(0, -9)));
      await page.getByText('Not usable').waitFor();

      await tab('Overview');
      const before = Object(await api.ask('list', 'service')).startedAt;
      await page.getByRole('button', { name: 'Restart' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Restart' }).click();
      await page.getByText('The service restarts.').waitFor();
      const startedAt = async () =>
        Object(await api.ask('list', 'service').catch(() => ({ startedAt: before }))).startedAt;
      await expect.poll(startedAt).not.toBe(before);
      // Whoever restarted it is still signed in, and sees what lives again.
      await page.reload();
      await page.getByRole('button', { name: 'Restart' }).waitFor();
      expect(await overflowOf(page)).toBe(0);
      expect(await api.ask('list', 'service')).toMatchObject({ logLevel: 'info' });
      // What nobody could answer in between, and the backup that is not usable.
      expectClean(window, url, /ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|503/);
      await window.close();
    },
  );
});
