/** Pins the page at /docs in a real browser: as dark as the console, signed in as there, readable for everybody. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsMissing } from '../../support/chromium.ts';
import type { Service } from '../../support/service.ts';
import { type Browser, startBrowser } from '../browser.ts';
import { expectClean, openSignedIn, overflowOf, PHONE, seriousFindingsIn, startConsole } from '../console/setting.ts';

describe.skipIf(chromiumIsMissing)('the page at /docs', () => {
  let browser: Browser;
  let service: Service;
  beforeAll(async () => {
    [browser, service] = await Promise.all([startBrowser(), startConsole()]);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });

  it.each([
    ['phone', { ...PHONE, colorScheme: 'dark', locale: 'de-DE' }],
    ['wide', { viewport: { width: 1440, height: 900 }, colorScheme: 'light' }],
    ['wide-dark', { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' }],
  ] as const)('is led to by the console, and as light or dark as that: %s', async (name, options) => {
    const window = await openSignedIn(browser, service.httpUrl, { path: '#/api', ...options });
    const { page } = window;
    await page.locator('main a[href^="docs/"]').click();
    await page.getByRole('heading', { name: 'NestMTX Bridge: API' }).first().waitFor();
    await page.locator('.opblock').first().waitFor();
    await page.locator('#mqtt-channels details').first().waitFor();
    expect(await page.evaluate(() => document.documentElement.classList.contains('dark-mode'))).toBe(
      options.colorScheme === 'dark',
    );
    expect(await seriousFindingsIn(page)).toEqual([]);
    expect(await overflowOf(page)).toBe(0);
    await window.screenshot(`docs-${name}`);
    await page.getByRole('link', { name: 'Back to the console' }).click();
    await page.locator('header.top').waitFor();
    expectClean(window, service.httpUrl);
    await window.close();
  });

  it('asks as whoever is signed in at the console, and as nobody once that has ended', async () => {
    const window = await openSignedIn(browser, service.httpUrl, { path: '#/api' });
    const { page } = window;
    await page.locator('main a[href^="docs/"]').click();
    const users = page.locator('.opblock', { has: page.locator('[data-path="/api/users"]') }).first();
    await users.locator('.opblock-summary-control').click();
    await users.getByRole('button', { name: 'Execute' }).click();
    await users.locator('.live-responses-table .response-col_status').getByText('200').waitFor();
    await page.evaluate(() => {
      sessionStorage.clear();
      dispatchEvent(new StorageEvent('storage', { key: null }));
    });
    await users.getByRole('button', { name: 'Execute' }).click();
    await users.locator('.live-responses-table .response-col_status').getByText('401').waitFor();
    await window.close();
  });
});
