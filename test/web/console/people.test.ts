/** Pins the view of people and devices: failed logins and everybody’s sessions. What a newcomer does there is in `newcomer/`. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsMissing } from '../../support/chromium.ts';
import type { Service } from '../../support/service.ts';
import { type Browser, startBrowser, type Window } from '../browser.ts';
import { expectClean, openSignedIn, signInOverHttp, startConsole } from './setting.ts';

let browser: Browser;
let service: Service;
const windows: Window[] = [];

describe.skipIf(chromiumIsMissing)('people and devices in the console', () => {
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
});
