/**
 * Owns how a page is loaded, and the errors on it. Chromium breaks off what it loads whenever the machine gets an address or loses one, as
 * by any container that starts or ends on it: that says nothing about the page, which is then loaded from the beginning.
 */

import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { comesTrue } from '../patience.ts';

export interface LoadedPage {
  readonly page: Page;
  /** Faults of scripts and lines that the console shows as errors, since it was loaded. */
  readonly errors: readonly string[];
  /** Resolves when all of it has come, and shows what it should. */
  load(url: string, isShown: () => Promise<boolean>): Promise<void>;
}

const BROKEN_OFF = 'net::ERR_NETWORK_CHANGED';

export function loadedPage(page: Page): LoadedPage {
  let errors: string[] = [];
  let isBrokenOff = false;
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    const text = `${message.text()} ${message.location().url}`;
    if (message.type() === 'error' && !text.includes(BROKEN_OFF)) errors.push(text);
  });
  page.on('requestfailed', (request) => {
    if (request.failure()?.errorText === BROKEN_OFF) isBrokenOff = true;
  });

  return {
    page,
    get errors() {
      return errors;
    },
    async load(url, isShown) {
      do {
        [errors, isBrokenOff] = [[], false];
        await page.goto(url).catch((error: unknown) => {
          isBrokenOff ||= String(error).includes(BROKEN_OFF);
          if (!isBrokenOff) throw error;
        });
        await comesTrue(async () => expect(isBrokenOff || (await isShown())).toBe(true));
      } while (isBrokenOff);
    },
  };
}
