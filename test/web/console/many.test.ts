/** Pins that five hundred cameras are no burden: only those in view are drawn, they are asked for in few questions, and nothing blocks for long. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsMissing } from '../../support/chromium.ts';
import type { Service } from '../../support/service.ts';
import { type Browser, startBrowser } from '../browser.ts';
import { openSignedIn, signInOverHttp, startConsole } from './setting.ts';

const CAMERAS = 500;
const ROOMS = 25;

let browser: Browser;
let service: Service;

describe.skipIf(chromiumIsMissing)('with five hundred cameras', () => {
  beforeAll(async () => {
    [browser, service] = await Promise.all([startBrowser(), startConsole()]);
    const api = await signInOverHttp(service.httpUrl);
    const add = (n: number) =>
      api.addCamera({ name: `Camera ${n}`, room: `Room ${n % ROOMS}`, mtx_path: `camera-${n}`, is_enabled: true });
    for (let n = 1; n <= CAMERAS; n += 20) await Promise.all(Array.from({ length: 20 }, (_, at) => add(n + at)));
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });

  it('draws those in view, in the order of people, and finds each', async () => {
    const window = await openSignedIn(browser, service.httpUrl);
    const { page } = window;
    await page.getByText(`${CAMERAS} cameras, 0 up`).waitFor();
    // The page with its files, who looks, signing in, and the connection: nothing by camera.
    expect(window.asked.length).toBeLessThanOrEqual(12);
    const drawn = () => page.locator('.card').count();
    await expect.poll(drawn).toBeGreaterThan(4);
    expect(await drawn()).toBeLessThan(100);
    const headings = await page.locator('.room h2').allTextContents();
    expect([headings.length, headings.slice(0, 3)]).toEqual([ROOMS, ['Room 0', 'Room 1', 'Room 2']]);
    expect((await page.locator('.room').first().locator('h3').allTextContents()).slice(0, 2)).toEqual([
      'Camera 25',
      'Camera 50',
    ]);
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await page.locator('.card').getByText('Camera 499').waitFor();
    expect(await drawn()).toBeLessThan(100);
    await page.getByLabel('Search cameras and rooms').fill('camera 123');
    await page.locator('.card').getByText('Camera 123', { exact: true }).waitFor();
    await expect.poll(drawn).toBe(1);
    // Pages of cameras, and little besides.
    const frames = window.heard.filter((frame) => frame.startsWith('43')).length;
    expect(frames).toBeLessThan(10);
    await window.close();
  });

  it('draws one again for an event of one', async () => {
    const api = await signInOverHttp(service.httpUrl);
    const { page, close } = await openSignedIn(browser, service.httpUrl);
    await page.getByText(`${CAMERAS} cameras, 0 up`).waitFor();
    const { items } = Object(await api.ask('list', 'cameras', undefined, { search: 'Camera 25' }));
    const id = Number(items.find(({ name }: { name: string }) => name === 'Camera 25').id);
    await page.evaluate(() => {
      const changed = new Set<Node>();
      Reflect.set(window, 'changed', changed);
      new MutationObserver((records) => {
        for (const { target } of records) {
          const card = target instanceof Element ? target.closest('.card') : target.parentElement?.closest('.card');
          if (card) changed.add(card);
        }
      }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    });
    await api.emit(id, 'ready');
    await page.locator(`[data-camera="${id}"]`).getByText('Up', { exact: true }).waitFor();
    expect(await page.evaluate(() => Reflect.get(window, 'changed').size)).toBe(1);
    await close();
  });
});
