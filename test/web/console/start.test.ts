/** Pins the first run, from an empty folder to the first event, in the page alone; and the views of the API and of Google. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { ADMIN, type Service } from '../../support/service.ts';
import { type Browser, startBrowser, type Window } from '../browser.ts';
import { expectClean, openSignedIn, startConsole } from './setting.ts';

let browser: Browser;
let service: Service;
const windows: Window[] = [];

describe.skipIf(chromiumIsMissing)('the console of a new house', () => {
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    service = await startConsole();
  });
  afterEach(async () => {
    for (const window of windows.splice(0)) await window.close();
    await service.stop();
  });

  async function open(path: string, more: Parameters<typeof openSignedIn>[2] = {}) {
    const window = await openSignedIn(browser, service.httpUrl, { path, ...more });
    windows.push(window);
    return window;
  }

  it('leads to the first event: a password, the broker, cameras, and motion that is seen arriving', async () => {
    const window = await browser.open(service.httpUrl);
    windows.push(window);
    const { page } = window;
    await page.getByLabel('User name').fill(ADMIN.username);
    await page.getByLabel('Password', { exact: true }).fill(ADMIN.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your password' }).waitFor();
    await page.getByLabel('Password until now').fill(ADMIN.password);
    await page.getByLabel('New password').fill('a password of my own');
    await page.getByRole('button', { name: 'Save and go on' }).click();
    await page.getByText('The broker works').waitFor();
    await page.getByText('Use another broker').click();
    await page.getByLabel('Host').fill('127.0.0.1');
    await page.getByLabel('Port').fill(String(service.app.mqttPort));
    await page.getByLabel('User name').fill(ADMIN.username);
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Try' }).click();
    await page.getByText('does not take this name and password').waitFor();
    await page.getByText('host: "127.0.0.1"').or(page.getByText('host: 127.0.0.1')).waitFor();
    await page.getByLabel('Password').fill('a password of my own');
    await page.getByRole('button', { name: 'Try' }).click();
    await page.getByText('The broker is there, and takes this login.').waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('heading', { name: 'Cameras' }).waitFor();
    await page.getByText('Add one by its address, now or later.').waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    const client = await service.client({ password: 'a password of my own' });
    await client.subscribe('nestmtx/events/camera/1/motion');
    await page.getByRole('button', { name: 'Send a test event' }).click();
    await page.getByText(/^Example noticed motion: it arrived after \d+ ms$/).waitFor();
    await client.next('nestmtx/events/camera/1/motion');
    await page.getByText('nestmtx/events/camera/1/motion').waitFor();
    await page.getByRole('button', { name: 'Remove the example camera' }).click();
    await page.getByText('The example is gone.').waitFor();
    await page.getByRole('button', { name: 'Finish' }).click();
    await page.getByText('No cameras yet').waitFor();
    // Whoever was led is not led again.
    await page.reload();
    await page.getByText('No cameras yet').waitFor();
    expectClean(window, service.httpUrl);
  });

  it('lets each step be left out', async () => {
    const window = await open('#/start');
    const { page } = window;
    for (const name of ['Leave it as it is', 'Next', 'Next', 'Finish']) {
      await page.getByRole('button', { name }).click();
    }
    await page.getByText('No cameras yet').waitFor();
    expectClean(window, service.httpUrl);
  });

  it('sends any request, and shows topic, payload and answer', async () => {
    const window = await open('#/api');
    const { page } = window;
    await page.getByLabel('Module').selectOption('users');
    await page.getByLabel('Command').selectOption('create');
    await page
      .getByLabel('Payload')
      .first()
      .fill('{"username": "anna", "password": "a good password", "can_login": true');
    await page.getByText('This is not JSON yet.').waitFor();
    await page
      .getByRole('textbox', { name: 'Payload' })
      .fill('{"username": "anna", "password": "a good password", "can_login": true}');
    await page.getByText('nestmtx/requests').waitFor();
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('"role": "user"').waitFor();
    await page.getByLabel('Command').selectOption('read');
    await page.getByLabel('Entity').fill('99');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('"code": "not_found"').waitFor();
    expectClean(window, service.httpUrl);
  });

  it('adds a project of Google, shows the way to its consent, and deletes it for who types the name', async () => {
    const window = await open('#/google');
    const { page } = window;
    await page.getByText('No project of Google yet').waitFor();
    await page.getByRole('button', { name: 'Add project' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`${service.httpUrl}/credentials/authorize`).waitFor();
    await dialog.getByText('Google does not take this address.').waitFor();
    await dialog.getByLabel('Name').fill('House');
    await dialog.getByLabel('Client id').fill('1234.apps.googleusercontent.com');
    await dialog.getByLabel('Client secret').fill('GOCSPX-secret');
    await dialog.getByLabel('Project id of Device Access').fill('b2c3-project');
    await dialog.getByRole('button', { name: 'Add project' }).click();
    await page.getByText('Waits for you').waitFor();
    await page.getByRole('button', { name: 'Let in' }).click();
    const link = await page.getByRole('link', { name: 'Open Google and agree' }).getAttribute('href');
    expect(link).toMatch(/^https:\/\/accounts\.google\.com\//);
    expect(await page.content()).not.toContain('GOCSPX-secret');
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('House');
    await page.keyboard.press('Enter');
    await page.getByText('House was deleted.').waitFor();
    expectClean(window, service.httpUrl);
  });
});
