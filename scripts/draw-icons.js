// Draws icon.png and logo.png, which Home Assistant shows, from the SVGs in addon/icons. Run by hand when those have changed: needs Chromium.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));
const pictures = { icon: { width: 128, height: 128 }, logo: { width: 250, height: 100 } };

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const [name, size] of Object.entries(pictures)) {
  const page = await browser.newPage({ viewport: size });
  const svg = readFileSync(join(root, 'addon', 'icons', `${name}.svg`), 'utf8');
  await page.setContent(`<!doctype html><style>body { margin: 0 } svg { display: block }</style>${svg}`);
  await page.screenshot({ path: join(root, `${name}.png`), omitBackground: true });
}
await browser.close();
