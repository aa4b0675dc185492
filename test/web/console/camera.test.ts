/** Pins what the view of a camera shows of it: live, the last picture, its past, and what is pasted elsewhere. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startMediaMtx } from '../../support/cameras/mediamtx.ts';
import { mediaMtxProgram } from '../../support/cameras/mediamtx-program.ts';
import { hasRtspCamera, startRtspCamera } from '../../support/cameras/rtsp-camera.ts';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { freePort } from '../../support/free-port.ts';
import { PATIENCE_MS } from '../../support/patience.ts';
import { temporaryDirectory } from '../../support/process.ts';
import { hasProgram } from '../../support/programs.ts';
import type { Service } from '../../support/service.ts';
import { type Browser, startBrowser, type Window } from '../browser.ts';
import { card, expectClean, findingsIn, openSignedIn, overflowOf, signInOverHttp, startConsole } from './setting.ts';
import { startWhep, type WhepServer } from './whep.ts';

let browser: Browser;
let service: Service;
let mediaMtx: Awaited<ReturnType<typeof startMediaMtx>>;
let whep: WhepServer;
const windows: Window[] = [];

describe.skipIf(chromiumIsMissing)('the view of a camera', () => {
  beforeAll(async () => {
    [browser, mediaMtx] = await Promise.all([startBrowser(), startMediaMtx({ minor: 16 })]);
    whep = await startWhep(browser);
    service = await startConsole({ env: { MEDIAMTX_URL: mediaMtx.url, MEDIAMTX_WEBRTC_URL: whep.url } });
  });
  afterAll(async () => {
    await service.stop();
    await whep.close();
    await mediaMtx.close();
    await browser.close();
  });
  afterEach(async () => {
    whep.refuses = undefined;
    for (const window of windows.splice(0)) await window.close();
  });

  async function open(path: string, options: object = {}, url = service.httpUrl) {
    const window = await openSignedIn(browser, url, { path, ...options });
    windows.push(window);
    return window;
  }

  it('shows it live, through no other address than its own, and ends that when one goes elsewhere', async () => {
    const api = await signInOverHttp(service.httpUrl);
    const id = await api.addCamera({ name: 'Quay', mtx_path: 'port/quay', is_enabled: true });
    const window = await open(`#/cameras/${id}`);
    const { page } = window;
    await page.getByRole('button', { name: 'Watch live' }).click();
    const video = page.getByLabel('Live picture of Quay');
    await page.locator('.live[data-progress="live"]').waitFor();
    const moved = () => video.evaluate((each) => each instanceof HTMLVideoElement && each.videoWidth > 0);
    await expect.poll(moved).toBe(true);
    expect(await findingsIn(page)).toEqual([]);
    await window.screenshot('console-camera-live');
    await page.getByRole('link', { name: 'All cameras' }).click();
    await expect.poll(() => whep.requests.at(-1)).toMatch(/^DELETE \/port\/quay\/whep\//);
    expect(whep.requests.slice(0, 2)).toEqual(['OPTIONS /port/quay/whep', 'POST /port/quay/whep']);
    expectClean(window, service.httpUrl);
  });

  it('says why it cannot be watched, and tries again', async () => {
    const api = await signInOverHttp(service.httpUrl);
    const id = await api.addCamera({ name: 'Cellar', mtx_path: 'cellar', is_enabled: true });
    const window = await open(`#/cameras/${id}`);
    const { page } = window;
    whep.refuses = 404;
    await page.getByRole('button', { name: 'Watch live' }).click();
    await page.getByText('The camera sends no picture at the moment.').waitFor();
    await window.screenshot('console-camera-live-refused');
    whep.refuses = undefined;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.live[data-progress="live"]').waitFor();
    await page.getByRole('button', { name: 'Stop watching' }).click();
    await page.getByRole('button', { name: 'Watch live' }).waitFor();
    expectClean(window, service.httpUrl);
  });

  it('has a flow and an automation for it, to be copied', async () => {
    const api = await signInOverHttp(service.httpUrl);
    const id = await api.addCamera({ name: 'Gate', mtx_path: 'gate', is_enabled: true });
    const window = await open(`#/cameras/${id}?tab=use`, { permissions: ['clipboard-read', 'clipboard-write'] });
    const { page } = window;
    const copied = async (what: string) => {
      await page.getByRole('button', { name: `Copy ${what}`, exact: true }).click();
      return page.evaluate(() => navigator.clipboard.readText());
    };
    expect(JSON.parse(await copied('Flow'))).toContainEqual(expect.objectContaining({ type: 'nestmtx-event' }));
    expect(await copied('Automation')).toContain(`nestmtx/events/camera/${id}/offline`);
    expectClean(window, service.httpUrl);
  });
});

describe.skipIf(chromiumIsMissing)('a camera without a media server', () => {
  let alone: Service;
  beforeAll(async () => {
    [browser, alone] = await Promise.all([startBrowser(), startConsole()]);
  });
  afterAll(async () => {
    await alone.stop();
    await browser.close();
  });

  it('has its past: how often and how long it was down and why, who watched, and the same as a table', async () => {
    const api = await signInOverHttp(alone.httpUrl);
    const id = await api.addCamera({ name: 'Barn', mtx_path: 'barn', is_enabled: true });
    await api.emit(id, 'ready');
    await api.emit(id, 'read', 'tablet');
    await api.emit(id, 'stalled');
    const window = await openSignedIn(browser, alone.httpUrl, { path: `#/cameras/${id}?tab=history` });
    const { page } = window;
    await page
      .getByText(/^Down once, for/)
      .first()
      .waitFor();
    await page.locator('.event-list').getByText('The stream is there, but nothing comes through it.').waitFor();
    await page.locator('rect.span-watched').first().waitFor({ state: 'attached' });
    await page.getByText('The numbers').click();
    const rows = page.locator('table tbody th');
    const kinds = ['Before it was added', 'Down', 'Watched'];
    await expect.poll(() => rows.allTextContents()).toEqual(expect.arrayContaining(kinds));
    await api.emit(id, 'notReady');
    await api.emit(id, 'ready');
    await page.getByText('(lasts)').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: '7 days' }).click();
    await expect.poll(() => page.locator('.days a').count()).toBe(7);
    await page.locator('.days a').last().click();
    await page.locator('.days a[aria-current]').waitFor();
    await page.locator('.timeline').waitFor();
    await page.getByRole('link', { name: '30 days' }).click();
    await expect.poll(() => page.locator('.days a').count()).toBe(30);
    expect([await findingsIn(page), await overflowOf(page)]).toEqual([[], 0]);
    await window.screenshot('console-camera-history-30d');
    expectClean(window, alone.httpUrl);
    await window.close();
  });

  it.skipIf(!hasRtspCamera() || !hasProgram('ffmpeg'))(
    'shows the last picture of a real one, in its view and on its card, with its age',
    async () => {
      const camera = await startRtspCamera();
      const api = await signInOverHttp(alone.httpUrl);
      const url = camera.url.replace('rtsp://', 'rtsp://viewer:pa55word-of-the-camera@');
      const source = { type: 'rtsp', url };
      const id = await api.addCamera({ name: 'Porch', mtx_path: 'porch', is_enabled: true, source });
      const window = await openSignedIn(browser, alone.httpUrl, { path: `#/cameras/${id}` });
      const { page } = window;
      await page.getByRole('button', { name: 'Take a picture' }).click();
      await page.getByRole('img', { name: 'Picture of Porch', exact: true }).waitFor();
      await page.locator('figcaption time').waitFor();
      await window.screenshot('console-camera-picture');
      await page.getByRole('link', { name: 'All cameras' }).click();
      await card(page, id).getByRole('img', { name: 'Last picture of Porch' }).waitFor();
      await window.screenshot('console-home-picture');
      expectClean(window, alone.httpUrl);
      await window.close();
      await camera.kill();
    },
  );
});

const program = process.env['MEDIAMTX_BIN'] || undefined;
if (program === undefined) process.stdout.write('skipped: MEDIAMTX_BIN is not set\n');
describe.runIf(program !== undefined && !chromiumIsMissing && hasRtspCamera())('a camera at a real MediaMTX', () => {
  it('is shown live, in its own colours, and not for longer than somebody looks', async () => {
    const [directory, camera, chromium] = await Promise.all([temporaryDirectory(), startRtspCamera(), startBrowser()]);
    const [http, udp] = [await freePort(), await freePort()];
    const server = await mediaMtxProgram(String(program), directory.path, '', {
      MTX_WEBRTC: 'yes',
      MTX_WEBRTCADDRESS: `127.0.0.1:${http}`,
      MTX_WEBRTCLOCALUDPADDRESS: `127.0.0.1:${udp}`,
      MTX_WEBRTCADDITIONALHOSTS: '127.0.0.1',
    });
    await server.start();
    const beside = await startConsole({ env: { MEDIAMTX_URL: server.apiUrl } });
    const api = await signInOverHttp(beside.httpUrl);
    const url = camera.url.replace('rtsp://', 'rtsp://viewer:pa55word-of-the-camera@');
    const source = { type: 'rtsp', url };
    const id = await api.addCamera({ name: 'Porch', mtx_path: 'house/porch', is_enabled: true, source });
    const window = await openSignedIn(chromium, beside.httpUrl, { path: `#/cameras/${id}` });
    const { page } = window;
    await page.getByRole('button', { name: 'Watch live' }).click();
    const width = () => page.locator('video').evaluate((each) => each instanceof HTMLVideoElement && each.videoWidth);
    await expect.poll(width, { timeout: PATIENCE_MS }).toBe(320);
    await page.getByText('1', { exact: true }).first().waitFor();
    await page.getByRole('link', { name: 'All cameras' }).click();
    const readers = async () => Object(await api.ask('read', 'cameras', String(id))).stream_consumer_count;
    await expect.poll(readers, { timeout: PATIENCE_MS }).toBe(0);
    expectClean(window, beside.httpUrl);
    await chromium.close();
    await beside.stop();
    await server.stop();
    await camera.kill();
    await directory.remove();
  });
});
