/** Pins what every view of the console is made of: each part has its story, can be read in every look, and does no harm to a narrow window. */

import { readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { type Browser, startBrowser } from '../browser.ts';
import { DESK, expectClean, findingsIn, overflowOf, PHONE } from './setting.ts';

const PARTS = fileURLToPath(new URL('../../../src/web/console/parts', import.meta.url));
const PAGE = fileURLToPath(new URL('./stories/page.tsx', import.meta.url));
const HTML = `<!doctype html><html lang="en"><title>Parts</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="page.css"><script src="page.js" type="module"></script>
<style>section { margin-block: 2rem }</style>`;

describe.skipIf(chromiumIsMissing)('the parts of the console', () => {
  let browser: Browser;
  let server: Server;
  let url: string;
  beforeAll(async () => {
    [browser, server] = await Promise.all([startBrowser(), servePage()]);
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  });
  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });

  it.each([
    ['by day at a desk', { ...DESK, colorScheme: 'light' }, 'light-1440'],
    ['in the dark on a phone', { ...PHONE, colorScheme: 'dark' }, 'dark-360'],
    ['by day on a phone', { ...PHONE, colorScheme: 'light' }, 'light-360'],
    ['in the dark at a desk', { ...DESK, colorScheme: 'dark' }, 'dark-1440'],
  ] as const)('have a story each, %s', async (_where, look, name) => {
    const window = await browser.open(url, look);
    const { page } = window;
    await page.locator('[data-story=rows]').scrollIntoViewIfNeeded();
    await page.locator('[data-story=rows] li a').first().waitFor();
    const told = await page
      .locator('[data-story]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-story')));
    expect(new Set(told)).toEqual(partsWithAFace());
    for (const text of ['Say what was done', 'Say what was refused', 'Save']) await page.getByText(text).click();
    await page.locator('[data-story=form] .fault:not(:empty)').waitFor();
    expect(await findingsIn(page)).toEqual([]);
    expect(await overflowOf(page)).toBe(0);
    await window.screenshot(`parts-${name}`);
    await page.goto(`${url}/?dialog`);
    await page.getByRole('dialog').waitFor();
    expect(await findingsIn(page)).toEqual([]);
    await window.screenshot(`parts-dialog-${name}`);
    expectClean(window, url);
    await window.close();
  });
});

function partsWithAFace(): Set<string> {
  const files = readdirSync(PARTS, { recursive: true, encoding: 'utf8' });
  return new Set(files.filter((file) => file.endsWith('.tsx')).map((file) => basename(file, '.tsx')));
}

async function servePage(): Promise<Server> {
  const { outputFiles } = await build({
    entryPoints: [PAGE],
    outdir: 'stories',
    bundle: true,
    write: false,
    format: 'esm',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    charset: 'utf8',
    logLevel: 'warning',
  });
  const textOf = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '';
  const bodies = new Map([
    ['/page.js', ['text/javascript', textOf('.js')]],
    ['/page.css', ['text/css', textOf('.css')]],
    ['/favicon.ico', ['image/x-icon', '']],
  ]);
  const server = createServer(({ url = '' }, response) => {
    const [type = 'text/html', body = HTML] = bodies.get(url) ?? [];
    response.setHeader('content-type', `${type}; charset=utf-8`);
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
