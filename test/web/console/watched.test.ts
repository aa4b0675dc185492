/** Pins the console beside MediaMTX: what it has becomes cameras, several at once, and their last pictures are on the cards, with their age. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type MediaMtxStandIn, startMediaMtx } from '../../support/cameras/mediamtx.ts';
import { VERSIONS } from '../../support/cameras/mediamtx-shapes.ts';
import { type RtspStandIn, startRtspStandIn } from '../../support/cameras/rtsp-stand-in.ts';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { temporaryDirectory } from '../../support/process.ts';
import type { Service } from '../../support/service.ts';
import { type Browser, startBrowser, type Window } from '../browser.ts';
import { type Api, card, expectClean, findingsIn, openSignedIn, signInOverHttp, startConsole } from './setting.ts';

/** Grey, 32 by 18. */
const JPEG =
  '/9j/4AAQSkZJRgABAgAAAQABAAD//gAQTGF2YzU5LjM3LjEwMAD/2wBDAAg+Pkk+SVVVVVVVVWRdZGhoaGRkZGRoaGhwcHCDg4NwcHBoaHBwfHyDg4+Tj4eHg4eTk5ubm7q6srLZ2eD/////xABNAAEBAAAAAAAAAAAAAAAAAAAABgEBAQEAAAAAAAAAAAAAAAAAAAUGEAEAAAAAAAAAAAAAAAAAAAAAEQEAAAAAAAAAAAAAAAAAAAAA/8AAEQgAEgAgAwEiAAIRAAMRAP/aAAwDAQACEQMRAD8AmgFBnAAAAAAH/9k=';

let browser: Browser;
let service: Service;
let api: Api;
let mediaMtx: MediaMtxStandIn;
let rtsp: RtspStandIn;
let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
const windows: Window[] = [];

describe.skipIf(chromiumIsMissing)('the console beside MediaMTX', () => {
  beforeAll(async () => {
    [browser, mediaMtx, folder] = await Promise.all([
      startBrowser(),
      startMediaMtx(VERSIONS['1.20']),
      temporaryDirectory(),
    ]);
    const program = join(folder.path, 'ffmpeg');
    await writeFile(program, `#!/bin/sh\ncat >/dev/null\necho '${JPEG}' | base64 -d\n`, { mode: 0o755 });
    mediaMtx.feed('live/front-door', { since: '2026-11-21T16:48:00Z', tracks: ['H264'] });
    mediaMtx.feed('garden', { since: '2026-11-21T16:48:00Z', tracks: ['H264'] });
    mediaMtx.configure('cellar', { source: 'publisher' });
    rtsp = await startRtspStandIn((request) => {
      const [, number = ''] = /^CSeq: *(\d+)/im.exec(request) ?? [];
      return `RTSP/1.0 404 Not Found\r\nCSeq: ${number}\r\n\r\n`;
    });
    const env = {
      MEDIAMTX_URL: mediaMtx.url,
      MEDIAMTX_RTSP_URL: `rtsp://127.0.0.1:${rtsp.port}`,
      FFMPEG_PATH: program,
    };
    service = await startConsole({ env });
    api = await signInOverHttp(service.httpUrl);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
    await mediaMtx.close();
    await rtsp.close();
    await folder.remove();
  });
  afterEach(async () => {
    for (const window of windows.splice(0)) await window.close();
  });

  async function open(path = ''): Promise<Window> {
    const window = await openSignedIn(browser, service.httpUrl, { path });
    windows.push(window);
    return window;
  }

  it('makes cameras of what it has, several at once', async () => {
    const window = await open('#/cameras/add?tab=found');
    const { page } = window;
    await page.getByRole('button', { name: 'Try cellar' }).click();
    await page.getByText('Nothing is sent to it at the moment.').waitFor();
    expect(rtsp.requests.at(-1)).toContain('/cellar RTSP/1.0');
    await page.getByLabel('live/front-door').check();
    await page.getByLabel('garden').check();
    expect(await page.getByLabel('Name for live/front-door').inputValue()).toBe('Front door');
    await page.getByLabel('Name for garden').fill('Big garden');
    await page.getByLabel('Room for all of them').fill('Outside');
    expect(await findingsIn(page)).toEqual([]);
    await window.screenshot('console-add-found');
    await page.getByRole('button', { name: 'Add 2 cameras' }).click();
    await page.getByText('2 cameras were added.').waitFor();
    await page.getByRole('checkbox', { name: 'cellar' }).waitFor();
    await expect.poll(() => page.getByLabel('garden').count()).toBe(0);
    const { items } = Object(await api.ask('list', 'cameras'));
    expect(items).toMatchObject([
      { name: 'Front door', room: 'Outside', mtx_path: 'live/front-door', is_enabled: true },
      { name: 'Big garden', room: 'Outside', mtx_path: 'garden' },
    ]);
    expectClean(window, service.httpUrl);
  });

  it('shows the last picture of a camera, with its age, and takes one when it is asked to', async () => {
    const id = await api.addCamera({ name: 'Cellar', mtx_path: 'cellar', is_enabled: true });
    mediaMtx.feed('cellar', { since: '2026-11-21T16:48:00Z', tracks: ['H264'] });
    const window = await open(`#/cameras/${id}`);
    const { page } = window;
    await page.locator('.view-head').getByText('Up', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Take a picture' }).click();
    await page.getByRole('img', { name: 'Picture of Cellar' }).waitFor();
    await page.goto(`${service.httpUrl}/#/`);
    await page.reload();
    const picture = card(page, id).getByRole('img', { name: 'Last picture of Cellar' });
    await picture.waitFor();
    expect(await picture.evaluate((image) => (image instanceof HTMLImageElement ? image.naturalWidth : 0))).toBe(32);
    await card(page, id).locator('figcaption').getByText('now').waitFor();
    expect(await findingsIn(page)).toEqual([]);
    await window.screenshot('console-home-pictures');
    expectClean(window, service.httpUrl);
  });

  it('stops a stream and starts it again, and says how many lose the picture', async () => {
    const { items } = Object(await api.ask('list', 'cameras', undefined, { search: 'garden' }));
    const id = Number(items[0].id);
    mediaMtx.feed('garden', {
      since: '2026-11-21T16:48:00Z',
      tracks: ['H264'],
      source: { type: 'rtspSession', id: '1' },
      readers: [{ type: 'webRTCSession', id: '2' }],
    });
    const { page } = await open(`#/cameras/${id}`);
    await page.locator('.facts dd').first().getByText('1').waitFor();
    await page.getByRole('button', { name: 'More about Big garden' }).click();
    await page.getByRole('menuitem', { name: 'Stop' }).click();
    await page.getByText('Its stream ends until you start it again, and 1 viewer with it.').waitFor();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByText('Big garden is stopped.').waitFor();
    await page.locator('.view-head').getByText('Off', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByText('Big garden is started.').waitFor();
  });
});
