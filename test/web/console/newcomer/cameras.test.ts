/** Pins what a newcomer does with a camera in the console, end to end with a real one: added, seen, lost and why, found again, changed and deleted. */

import type { BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRtspCamera, type RtspCamera, startRtspCamera } from '../../../support/cameras/rtsp-camera.ts';
import { chromiumIsMissing } from '../../../support/chromium.ts';
import { hasProgram } from '../../../support/programs.ts';
import type { Service } from '../../../support/service.ts';
import { type Browser, startBrowser } from '../../browser.ts';
import { card, DESK, expectClean, openSignedIn, overflowOf, PHONE, signInOverHttp, startConsole } from '../setting.ts';

const LOGIN = 'viewer:a-word';

let browser: Browser;
let service: Service;
let camera: RtspCamera;

describe.skipIf(chromiumIsMissing || !hasProgram('ffmpeg') || !hasRtspCamera())('a newcomer with a camera', () => {
  beforeAll(async () => {
    [browser, service] = await Promise.all([startBrowser(), startConsole()]);
    camera = await startRtspCamera(undefined, { login: LOGIN });
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
    await camera.kill();
  });

  it.each([
    ['at a desk', 'Driveway', DESK],
    ['with a phone', 'Garden', PHONE],
  ] as const)('adds it, sees it, and loses it and is told why, %s', async (_, name, options: BrowserContextOptions) => {
    const window = await openSignedIn(browser, service.httpUrl, { path: '#/cameras/add', ...options });
    const { page } = window;
    const state = page.locator('.view-head .state');
    const is = async (condition: RegExp) => expect.poll(() => state.getAttribute('data-condition')).toMatch(condition);
    const fits = async () => expect(await overflowOf(page)).toBe(0);

    await page.getByLabel('Address').fill(camera.url.replace('a-word', 'wrong'));
    await page.getByText('The camera is there, but refuses this name and password.').waitFor();
    await page.getByLabel('Address').fill(camera.url);
    await page.getByText('The camera answers, and has this stream.').waitFor();
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Room').fill('Outside');
    await fits();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await is(/^(idle|up)$/);

    await page.getByRole('button', { name: 'Take a picture' }).click();
    const picture = page.getByRole('img', { name: `Picture of ${name}` });
    await picture.waitFor();
    expect(await picture.evaluate((each) => (each instanceof HTMLImageElement ? each.naturalWidth : 0))).toBe(320);
    await fits();

    const { port } = camera;
    await camera.kill();
    await page.getByRole('button', { name: 'Check now' }).click();
    await is(/^down$/);
    await page.getByText('The camera refuses the connection. Is its stream switched on, and the port right?').waitFor();
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByText('(lasts)').waitFor();
    await fits();
    await page.getByRole('link', { name: 'All cameras' }).click();
    await page.getByText(`${name} is down.`).waitFor();
    await page.getByText('since', { exact: false }).first().waitFor();
    await fits();

    camera = await startRtspCamera(port, { login: LOGIN });
    await card(page, await idOf(name))
      .getByRole('link', { name, exact: true })
      .click();
    await page.getByRole('button', { name: 'Check now' }).click();
    await is(/^(idle|up)$/);
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByText('(lasts)').waitFor({ state: 'detached' });
    await page
      .getByText(/^Down once, for/)
      .first()
      .waitFor();

    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByLabel('Room').fill('Yard');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('.toast').first().waitFor();
    await fits();
    await menu('Switch off');
    await is(/^off$/);
    await menu('Switch on');
    await is(/^(idle|up)$/);
    await menu('Delete camera');
    await page.getByRole('dialog').getByRole('textbox').fill(name);
    await page.keyboard.press('Enter');
    await page.getByText(`${name} was deleted.`).waitFor();
    await expect(idOf(name)).rejects.toThrow();
    expect(await page.content()).not.toContain('a-word');
    expectClean(window, service.httpUrl);
    await window.close();

    async function menu(item: string): Promise<void> {
      await page.getByRole('button', { name: `More about ${name}` }).click();
      await page.getByRole('menuitem', { name: item }).click();
    }
  });

  async function idOf(name: string): Promise<number> {
    const api = await signInOverHttp(service.httpUrl);
    const { items } = Object(await api.ask('list', 'cameras', undefined, { search: name }));
    const [found] = items;
    if (found === undefined) throw new Error(`no camera is called ${name}`);
    return Number(found.id);
  }
});
