/** Owns a real browser for the suites of our pages: every window keeps what went wrong in it, and every address it asked for. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from '../support/chromium.ts';
import { PATIENCE_MS } from '../support/patience.ts';

/** Kept for people to look at, where they ask for it. */
const SCREENSHOTS = process.env['SCREENSHOTS'];

export interface Window {
  readonly page: Page;
  /** Faults of scripts, and lines that the console shows as errors: broken content policies are among them. */
  readonly errors: readonly string[];
  /** Addresses of everything that was asked for. */
  readonly asked: readonly string[];
  /** What came over WebSockets. */
  readonly heard: readonly string[];
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

export interface Browser {
  /** A window of somebody who was never here before. */
  open(url: string, options?: BrowserContextOptions): Promise<Window>;
  close(): Promise<void>;
}

export async function startBrowser(): Promise<Browser> {
  const browser = await launchChromium();
  return {
    async open(url, options = {}) {
      const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 }, ...options });
      return openWindow(context, url);
    },
    close: () => browser.close(),
  };
}

async function openWindow(context: BrowserContext, url: string): Promise<Window> {
  const errors: string[] = [];
  const asked: string[] = [];
  const heard: string[] = [];
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} ${message.location().url}`);
  });
  page.on('request', (request) => asked.push(request.url()));
  page.on('websocket', (socket) => {
    asked.push(socket.url());
    socket.on('framereceived', ({ payload }) => heard.push(String(payload)));
  });
  await page.goto(url);
  return {
    page,
    errors,
    asked,
    heard,
    async screenshot(name) {
      if (SCREENSHOTS === undefined) return;
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
    },
    close: () => context.close(),
  };
}
