/** Drives Google's consent from the console, as a newcomer does: from a view without a project to a camera that is listed. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { type GoogleServer, googleDevice, startGoogleServer } from '../../support/google/google.ts';
import type { Service } from '../../support/service.ts';
import { type Browser, startBrowser } from '../browser.ts';
import { AT_DESK_AND_PHONE, openSignedIn, overflowOf, startConsole } from '../console/setting.ts';

const CLIENT = { id: '1234.apps.googleusercontent.com', secret: 'GOCSPX-secret' };
const PROJECT = 'b2c3-project';

let browser: Browser;
let google: GoogleServer;
let service: Service;
/** Google takes no address of a network at home; `localhost` it does. */
let url: string;

describe.skipIf(chromiumIsMissing)("Google's consent, asked for in the console", () => {
  beforeAll(async () => {
    google = await startGoogleServer(() => Date.now(), { project: PROJECT, client: CLIENT });
    google.refreshEndsAfterSeconds = 604_799;
    google.devices = [googleDevice(PROJECT, 'd1', { name: 'Front door', room: 'Outside' })];
    [browser, service] = await Promise.all([startBrowser(), startConsole({ googleUrls: google.urls })]);
    url = service.httpUrl.replace('127.0.0.1', 'localhost');
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
    await google.close();
  });

  it.each(AT_DESK_AND_PHONE)(
    'ends with a camera that is listed, and gone with its project, %s',
    async (_, options, name) => {
      const window = await openSignedIn(browser, url, { path: '#/google', ...options });
      const { page } = window;
      const fits = async () => expect(await overflowOf(page)).toBe(0);
      // Google's page: whoever comes there agrees, and is sent to the address that the link names.
      await page.context().route('https://accounts.google.com/**', (route) => {
        const link = route.request().url();
        const query = new URLSearchParams(google.consent(link));
        const location = `${new URL(link).searchParams.get('redirect_uri')}?${query}`;
        return route.fulfill({ status: 302, headers: { location } });
      });
      await page.getByText('No project of Google yet').waitFor();
      await page.getByRole('button', { name: 'Add project' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText(`${url}/credentials/authorize`).waitFor();
      await expect.poll(() => dialog.getByText('Google does not take this address.').count()).toBe(0);
      await dialog.getByLabel('Name').fill('House');
      await dialog.getByLabel('Client id').fill(CLIENT.id);
      await dialog.getByLabel('Client secret').fill(CLIENT.secret);
      await dialog.getByLabel('Project id of Device Access').fill(PROJECT);
      await fits();
      await dialog.getByRole('button', { name: 'Add project' }).click();
      await page.getByText('Waits for you').waitFor();
      await page.getByRole('button', { name: 'Let in' }).click();
      const [consent] = await Promise.all([
        page.context().waitForEvent('page'),
        page.getByRole('link', { name: 'Open Google and agree' }).click(),
      ]);
      await consent.getByRole('heading', { name: 'Google has let us in' }).waitFor();
      expect(await overflowOf(consent)).toBe(0);
      await consent.close();
      await page.getByRole('button', { name: 'Look again' }).click();
      await page.getByText('Let in', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Choose devices' }).waitFor();
      await page.getByText(/^Google ends it /).waitFor();
      await expect.poll(() => page.getByRole('link', { name: 'Open Google' }).count()).toBe(0);
      await page.getByText(/, renewed by itself before\.$/).waitFor();
      await fits();
      await window.screenshot(`console-google-${name}`);
      await page.goto(`${url}/#/`);
      await page.getByRole('link', { name: 'Front door', exact: true }).click();
      await page.getByRole('heading', { name: 'Front door', level: 1 }).waitFor();
      await fits();

      await page.goto(`${url}/#/google`);
      await page.getByRole('button', { name: 'Delete' }).click();
      await dialog.getByRole('textbox').fill('House');
      await page.keyboard.press('Enter');
      await page.getByText('House was deleted.').waitFor();
      await page.goto(`${url}/#/`);
      await page.getByText('No cameras yet').waitFor();
      expect(await page.content()).not.toContain(CLIENT.secret);
      expect(window.errors).toEqual([]);
      expect(google.faults).toEqual([]);
      await window.close();
    },
  );
});
