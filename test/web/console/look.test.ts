/** Pins that every view can be looked at, by everybody: both languages, light and dark, on a phone and wide, plain and behind Home Assistant. */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { PATIENCE_MS } from '../../support/patience.ts';
import { type Browser, startBrowser, type Window } from '../browser.ts';
import { imitateIngress } from '../ingress-imitation.ts';
import { furnishHouse, type House } from './house.ts';
import { expectClean, findingsIn, openSignedIn, overflowOf, PHONE } from './setting.ts';

/** By the address in views.ts: the tabs of it, or its steps, the first of which is shown by itself. */
const VIEWS: Readonly<Record<string, readonly string[]>> = {
  '/': [],
  '/cameras/add': ['address', 'found'],
  '/cameras/:id': ['overview', 'history', 'use', 'edit'],
  '/events': [],
  '/accounts': [],
  '/accounts/:id': ['connect', 'sessions', 'usage', 'topics'],
  '/people': ['users', 'sessions', 'failed', 'password'],
  '/google': [],
  '/api': [],
  '/system': ['overview', 'settings', 'clients', 'log', 'backup', 'import'],
  '/start': ['password', 'broker', 'cameras', 'try'],
};
const WIDE = { viewport: { width: 1440, height: 900 } };
/** Each theme at each size, and each language in each theme. */
const LOOKS: readonly Look[] = [
  { colorScheme: 'light', language: 'en', width: 1440 },
  { colorScheme: 'dark', language: 'de', width: 360 },
  { colorScheme: 'light', language: 'de', width: 360 },
  { colorScheme: 'dark', language: 'en', width: 1440 },
];
/** Twice the patience for one page: there are many. */
const ALL_MS = PATIENCE_MS * 10;

interface Look {
  readonly colorScheme: 'light' | 'dark';
  readonly language: string;
  readonly width: number;
}

it('every view has its picture', () => {
  const list = readFileSync(new URL('../../../src/web/console/views.ts', import.meta.url), 'utf8');
  const addresses = [...list.matchAll(/address: '([^']+)'/g)].map(([, address = '']) => address);
  expect(new Set(addresses)).toEqual(new Set(Object.keys(VIEWS)));
});

describe.skipIf(chromiumIsMissing)('every view', () => {
  let browser: Browser;
  let house: House;
  beforeAll(async () => {
    browser = await startBrowser();
    house = await furnishHouse(browser);
  }, ALL_MS);
  afterAll(async () => {
    await browser.close();
    await house.stop();
  });

  it.each(LOOKS)(
    'is readable: $colorScheme, $language, $width px',
    async (look) => {
      const window = await openSignedIn(browser, house.service.httpUrl, optionsOf(look));
      const faults: string[] = [];
      for (const at of pathsOf(house, true)) faults.push(...(await faultsAt(window, at, look)));
      await window.close();
      expect(faults).toEqual([]);
      expectClean(window, house.service.httpUrl);
    },
    ALL_MS,
  );

  it(
    'is readable behind Home Assistant, and stays below its prefix',
    async () => {
      const ingress = await imitateIngress(house.service.app.httpPort, house.api.token);
      const window = await browser.open(ingress.url, { ...WIDE, colorScheme: 'dark', locale: 'de-DE' });
      await window.page.locator('header.top').waitFor();
      const faults: string[] = [];
      const look = { colorScheme: 'dark', language: 'de', width: 1440 } as const;
      for (const at of pathsOf(house, false)) faults.push(...(await faultsAt(window, at, look, 'ingress-')));
      await window.close();
      await ingress.close();
      expect(faults).toEqual([]);
      expect(ingress.refused).toEqual([]);
      expectClean(window, ingress.url);
    },
    ALL_MS,
  );
});

function optionsOf({ colorScheme, language, width }: Look) {
  const size = width === PHONE.viewport.width ? PHONE : WIDE;
  return { ...size, colorScheme, locale: language === 'de' ? 'de-DE' : 'en-GB' };
}

/** Where to go, and what the picture of it is called. */
interface Place {
  readonly path: string;
  readonly name: string;
}

function pathsOf({ cameraId, offCameraId, accountId }: House, isWithTabs: boolean): Place[] {
  const places = Object.entries(VIEWS).flatMap(([address, tabs]) => {
    const path = address.replace(':id', address.startsWith('/cameras') ? String(cameraId) : accountId);
    const name = address === '/' ? 'home' : address.slice(1).replace('/:id', '-one').replaceAll('/', '-');
    const key = address === '/start' ? 'step' : 'tab';
    const more = isWithTabs ? tabs.slice(1) : [];
    return [{ path, name }, ...more.map((tab) => ({ path: `${path}?${key}=${tab}`, name: `${name}-${tab}` }))];
  });
  return isWithTabs ? [...places, { path: `/cameras/${offCameraId}`, name: 'cameras-one-off' }] : places;
}

/** Goes there, and says what nobody should have to see; the picture stays for people to look at. */
async function faultsAt({ page, screenshot }: Window, { path, name }: Place, look: Look, kind = ''): Promise<string[]> {
  await page.evaluate((to) => {
    location.hash = `#${to}`;
  }, path);
  await page.locator('main h1').first().waitFor();
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => document.querySelector('main .skeleton') === null);
  await screenshot(`console-${kind}${name}-${look.colorScheme}-${look.language}-${look.width}`);
  const overflow = await overflowOf(page);
  const found = [
    ...(await findingsIn(page)),
    ...(overflow > 0 ? [`wider than its window by ${overflow} px`] : []),
    ...((await page.getByText(/There is nothing here|Hier ist nichts/).count()) > 0 ? ['nothing is there'] : []),
  ];
  return found.map((fault) => `${path}: ${fault}`);
}
