/** Pins the view of events: what was before one came, what happens now, filters in the address, pausing, and files of it. */

import { readFileSync } from 'node:fs';
import type { Download } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsMissing } from '../../support/chromium.ts';
import type { Service } from '../../support/service.ts';
import { type Browser, startBrowser, type Window } from '../browser.ts';
import {
  type Api,
  expectClean,
  findingsIn,
  openSignedIn,
  overflowOf,
  PHONE,
  signInOverHttp,
  startConsole,
} from './setting.ts';

let browser: Browser;
let service: Service;
let api: Api;
let door: number;
let shed: number;
const windows: Window[] = [];

describe.skipIf(chromiumIsMissing)('the view of events', () => {
  beforeAll(async () => {
    [browser, service] = await Promise.all([startBrowser(), startConsole()]);
    api = await signInOverHttp(service.httpUrl);
    door = await api.addCamera({ name: 'Door', mtx_path: 'door', is_enabled: true });
    shed = await api.addCamera({ name: '=Shed, "old"', mtx_path: 'shed', is_enabled: true });
    await api.emit(door, 'ready');
    await api.emit(door, 'motion');
    await api.emit(shed, 'ready');
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });
  afterEach(async () => {
    for (const window of windows.splice(0)) await window.close();
  });

  async function open(path = '#/events', options = {}): Promise<Window> {
    const window = await openSignedIn(browser, service.httpUrl, { path, ...options });
    windows.push(window);
    return window;
  }

  it('has what happened before one came, and what happens now in front of it, once', async () => {
    const window = await open();
    const { page } = window;
    await page.getByText('Door noticed motion').waitFor();
    await page.getByText('That is all the service remembers.').waitFor();
    await api.emit(door, 'chime');
    await page.getByText('Somebody rang at Door').waitFor();
    const texts = await page.locator('.event-list li p:first-child').allTextContents();
    expect(texts.slice(0, 2)).toEqual(['Somebody rang at Door', '=Shed, "old" sends a picture']);
    expect(texts.filter((text) => text === 'Door noticed motion')).toHaveLength(1);
    expect(await findingsIn(page)).toEqual([]);
    await window.screenshot('console-events');
    expectClean(window, service.httpUrl);
  });

  it('keeps its filters in the address, for live events too', async () => {
    const { page } = await open();
    await page.getByLabel('Camera').selectOption({ label: 'Door' });
    await page.getByText('Door noticed motion').waitFor();
    await expect.poll(() => page.getByText('=Shed').and(page.locator('p, p *')).count()).toBe(0);
    await page.getByLabel('Kind').selectOption('camera.motion');
    expect(page.url()).toBe(`${service.httpUrl}/#/events?camera=${door}&kind=camera.motion`);
    await api.emit(shed, 'motion');
    await api.emit(door, 'sound');
    await api.emit(door, 'motion');
    await expect.poll(() => page.locator('.event-list li').count()).toBe(2);
    await page.getByLabel('Kind').selectOption('source.offline');
    await page.getByText('Nothing of that kind has happened.').waitFor();
  });

  it('finds what was searched for', async () => {
    const { page } = await open(`#/events?search=${encodeURIComponent('rang')}`);
    await page.locator('h1').waitFor();
    await page.getByLabel('Search in events').fill('shed');
    await page.getByText('=Shed, "old" sends a picture').waitFor();
    await expect.poll(() => page.getByText('Door noticed motion').count()).toBe(0);
  });

  it('waits while one reads, and says how much', async () => {
    const { page } = await open();
    await page.getByText('Door noticed motion').first().waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    const before = await page.locator('.event-list li').count();
    await api.emit(door, 'person');
    await api.emit(door, 'sound');
    await page.getByRole('button', { name: 'Go on (2 new events)' }).click();
    await page.getByText('Door noticed a person').waitFor();
    expect(await page.locator('.event-list li').count()).toBe(before + 2);
  });

  it('is saved as a file that a table reads, without becoming a formula', async () => {
    const { page } = await open(`#/events?camera=${shed}&kind=camera.ready`);
    await page.getByText('sends a picture').waitFor();
    const save = async (name: string): Promise<Download> => {
      const coming = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('menuitem', { name }).click();
      return coming;
    };
    const csv = await save('Save as CSV');
    expect(csv.suggestedFilename()).toBe('events.csv');
    const [head, row, ...more] = readFileSync(await csv.path(), 'utf8').split('\r\n');
    expect([head, more]).toEqual(['"at","domain","event","entity","text","details"', []]);
    expect(row).toContain(`","camera","ready","${shed}","'=Shed, ""old"" sends a picture","{""name"":`);
    const json = await save('Save as JSON');
    expect(JSON.parse(readFileSync(await json.path(), 'utf8'))).toMatchObject([{ event: 'ready', entity: shed }]);
  });

  it('loads what is further back as one scrolls', async () => {
    for (let n = 0; n < 60; n += 1) {
      await api.emit(door, 'notReady');
      await api.emit(door, 'ready');
    }
    const { page } = await open(`#/events?camera=${door}`);
    await page.locator('.event-list li').nth(99).waitFor({ state: 'attached' });
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await page.getByText('Door was added').waitFor();
  });

  it.each([
    ['phone', { ...PHONE, colorScheme: 'dark', locale: 'de-DE' }],
    ['narrow', { viewport: { width: 320, height: 640 } }],
  ] as const)('is readable: %s', async (name, options) => {
    const window = await open('#/events', options);
    await window.page.locator('.event-list li').first().waitFor();
    expect(await findingsIn(window.page)).toEqual([]);
    expect(await overflowOf(window.page)).toBe(0);
    await window.screenshot(`console-events-${name}`);
  });
});
