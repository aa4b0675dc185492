/** Pins how cameras are added in the console: by address, several found ones at once, and what is refused. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { kindOf, nameFor, pathFor } from '../../../src/web/console/views/add/names.ts';
import { startRtspStandIn } from '../../support/cameras/rtsp-stand-in.ts';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { freePort } from '../../support/free-port.ts';
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
const windows: Window[] = [];

describe.skipIf(chromiumIsMissing)('adding a camera', () => {
  beforeAll(async () => {
    [browser, service] = await Promise.all([startBrowser(), startConsole()]);
    api = await signInOverHttp(service.httpUrl);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });
  afterEach(async () => {
    for (const window of windows.splice(0)) await window.close();
  });

  async function open(path = '#/cameras/add', options = {}): Promise<Window> {
    const window = await openSignedIn(browser, service.httpUrl, { path, ...options });
    windows.push(window);
    return window;
  }

  it('begins where there is none yet, and leads to the camera, with the reason if there is no picture', async () => {
    const window = await open('');
    const { page } = window;
    await page.getByText('No cameras yet').waitFor();
    await page.getByRole('link', { name: 'Add a camera' }).first().click();
    await page.getByLabel('Address').fill(`rtsp://viewer:word@127.0.0.1:${await freePort()}/live`);
    await page.getByLabel('Name').fill('Garden gate');
    expect(await page.getByLabel('Path in MediaMTX').inputValue()).toBe('garden-gate');
    expect(await findingsIn(page)).toEqual([]);
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByRole('heading', { name: 'Garden gate', level: 1 }).waitFor();
    await page.getByText('The camera refuses the connection.').waitFor();
    expect(await page.content()).not.toContain('viewer:word');
    expectClean(window, service.httpUrl);
  });

  it('says what is at an address as soon as one stops typing', async () => {
    const window = await open();
    const { page } = window;
    const camera = await startRtspStandIn((request) => {
      const [, number = ''] = /^CSeq: *(\d+)/im.exec(request) ?? [];
      return `RTSP/1.0 401 Unauthorized\r\nCSeq: ${number}\r\nWWW-Authenticate: Basic realm="camera"\r\n\r\n`;
    });
    await page.getByLabel('Address').fill(`rtsp://127.0.0.1:${await freePort()}/live`);
    await page.getByText('Something is there, but nothing listens at this port.').waitFor();
    await page.getByLabel('Address').fill(`rtsp://viewer:wrong@127.0.0.1:${camera.port}/live`);
    await page.getByText('The camera is there, but refuses this name and password.').waitFor();
    await page.getByLabel('Address').fill('rtsp://');
    await expect.poll(() => page.locator('.trial').textContent()).toBe('');
    expectClean(window, service.httpUrl);
    await camera.close();
  });

  it('says at the field what is wrong', async () => {
    const { page } = await open();
    await page.getByLabel('Address').fill('rtsp://');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByText('This is needed.').or(page.getByText('This does not fit.')).first().waitFor();
    await page.getByLabel('Name').fill('Nothing');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByText('This address does not fit.').waitFor();
    const { total } = Object(await api.ask('list', 'cameras', undefined, { search: 'Nothing' }));
    expect(total).toBe(0);
  });

  it('says what to do where no server is connected that could have some', async () => {
    const { page } = await open('#/cameras/add?tab=found');
    await page.getByText('Neither MediaMTX nor go2rtc is connected').waitFor();
  });

  it('is not offered to who may not', async () => {
    const guest = { username: 'guest', password: 'a guest may look' };
    await api.ask('create', 'users', undefined, { ...guest, can_login: true });
    const { page } = await open('#/cameras/add', { login: guest });
    await page.getByText('There is nothing here').or(page.getByText('This camera does not exist')).first().waitFor();
    await expect.poll(() => page.getByLabel('Address').count()).toBe(0);
  });

  it.each([
    ['phone', { ...PHONE, colorScheme: 'dark', locale: 'de-DE' }],
    ['wide', { viewport: { width: 1440, height: 900 } }],
  ] as const)('is readable: %s', async (name, options) => {
    const window = await open('#/cameras/add', options);
    await window.page.locator('form').waitFor();
    expect(await findingsIn(window.page)).toEqual([]);
    expect(await overflowOf(window.page)).toBe(0);
    await window.screenshot(`console-add-${name}`);
  });
});

describe('what is proposed', () => {
  it.each([
    ['Front door', 'front-door'],
    ['Küche & Straße (2)', 'kuche-strasse-2'],
    ['  ', ''],
    ['门', ''],
  ])('is a path for the name %j', (name, path) => {
    expect(pathFor(name)).toBe(path);
  });

  it.each([
    ['live/front-door', 'Front door'],
    ['cam_2', 'Cam 2'],
    ['', ''],
  ])('is a name for the path %j', (path, name) => {
    expect(nameFor(path)).toBe(name);
  });

  it.each([
    ['rtsps://a/b', 'rtsp'],
    ['RTMP://a', 'rtmp'],
    ['srt://a:1', 'srt'],
    ['https://a/whep', 'whep'],
    ['http://a/index.m3u8', 'hls'],
    ['nonsense', 'rtsp'],
  ])('is a kind of source for %s', (url, kind) => {
    expect(kindOf(url)).toBe(kind);
  });
});
