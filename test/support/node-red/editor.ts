/** Owns Node-RED's editor in a real browser for one suite: a page for each test, and every error on it is kept. */

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { TestContext } from 'vitest';
import { launchChromium } from '../chromium.ts';
import { PATIENCE_MS } from '../patience.ts';
import { type Actions, actionsOn } from './editor-actions.ts';
import { type LoadedPage, loadedPage } from './loaded-page.ts';

export interface Editor extends Actions {
  readonly page: Page;
  /** Kept after the run. */
  screenshot(name: string): Promise<void>;
}

export interface EditorBrowser {
  /** The editor as somebody sees it who was never here before, with this node on the canvas. */
  open(url: string, nodeId: string, look?: Look): Promise<Editor>;
  /**
   * For `afterEach`: closes the pages, with a picture of each if the test has failed.
   * @returns faults of scripts and lines that the console showed as errors
   */
  leave(test: TestContext): Promise<readonly string[]>;
  close(): Promise<void>;
}

interface Look {
  readonly locale?: string;
  readonly colorScheme?: 'light' | 'dark';
}

/** CI stores them, people look at them. */
const SCREENSHOTS = process.env['SCREENSHOTS'] ?? join(tmpdir(), 'nestmtx-screenshots');

export async function startEditorBrowser(): Promise<EditorBrowser> {
  const browser = await launchChromium();
  let open: LoadedPage[] = [];

  return {
    async open(url, nodeId, look) {
      const page = await openPage(browser, look);
      const loaded = loadedPage(page);
      open.push(loaded);
      await loaded.load(`${url}/`, () => page.evaluate(shows, nodeId));
      return { ...actionsOn(page), page, screenshot: (name) => screenshot(page, name) };
    },
    async leave({ task }) {
      for (const { page } of open) {
        if (task.result?.state === 'fail') await screenshot(page, `failed ${task.name.slice(0, 20)}`);
        await page.context().close();
      }
      const errors = open.flatMap((each) => each.errors);
      open = [];
      return errors;
    },
    close: () => browser.close(),
  };
}

async function openPage(browser: Browser, { locale = 'en-US', colorScheme = 'light' }: Look = {}): Promise<Page> {
  const context = await browser.newContext({ locale, colorScheme, viewport: { width: 1300, height: 900 } });
  // Node-RED 5 has a dark theme, which the user chooses in the browser.
  await context.addInitScript((scheme) => localStorage.setItem('view-dark-theme', scheme), colorScheme);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  return page;
}

/** In the page. */
function shows(nodeId: string): boolean {
  return typeof RED === 'object' && Boolean(RED.nodes?.node(nodeId));
}

async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}
