/** Pins the first view and the one of a camera, end to end: what is wrong, what is done about it, and that it stays so. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { freePort } from '../../support/free-port.ts';
import { type Service, startService } from '../../support/service.ts';
import { type Browser, startBrowser, type Window } from '../browser.ts';
import { card, expectClean, findingsIn, openSignedIn, overflowOf, signInOverHttp, startConsole } from './setting.ts';

const HOSTILE = '<img src=x onerror="document.title=1"><b>Gate</b> $& {n} "\'&amp;';
const GUEST = { username: 'guest', password: 'a guest may look' };

let browser: Browser;
let service: Service;
const windows: Window[] = [];

describe.skipIf(chromiumIsMissing)('the console', () => {
  beforeAll(async () => {
    [browser, service] = await Promise.all([startBrowser(), startConsole()]);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });
  afterEach(async () => {
    for (const window of windows.splice(0)) await window.close();
  });

  async function open(
    ...[url = service.httpUrl, opening]: [url?: string, opening?: Parameters<typeof openSignedIn>[2]]
  ) {
    const window = await openSignedIn(browser, url, opening);
    windows.push(window);
    return window;
  }

  it('shows cameras as they change in the house', async () => {
    const api = await signInOverHttp(service.httpUrl);
    const id = await api.addCamera({ name: 'Barn', room: 'Yard', mtx_path: 'barn', is_enabled: true });
    const window = await open();
    const { page } = window;
    const barn = card(page, id);
    await barn.getByText('Idle').waitFor();
    // A reload would take this away.
    await page.evaluate(() => document.body.setAttribute('data-kept', ''));
    await api.emit(id, 'ready');
    await api.emit(id, 'read', 'tablet');
    await barn.getByText('Up', { exact: true }).waitFor();
    await barn.getByText('1 viewer').waitFor({ state: 'attached' });
    await api.emit(id, 'stalled');
    await barn.getByText('Down', { exact: true }).waitFor();
    await page.getByRole('heading', { name: 'Needs you' }).waitFor();
    await page.getByText('Barn is down. The stream is there, but nothing comes through it.').waitFor();
    await page.locator('.latest').getByText('Barn: the stream stalls').waitFor();
    await api.ask('delete', 'cameras', String(id));
    await barn.waitFor({ state: 'detached' });
    expect(await page.locator('body').getAttribute('data-kept')).toBe('');
    expectClean(window, service.httpUrl);
  });

  it('changes a camera, with a way back, and leaves its password alone', async () => {
    const api = await signInOverHttp(service.httpUrl);
    const source = { type: 'rtsp', url: `rtsp://viewer:secret-word@127.0.0.1:${await freePort()}/live` };
    const id = await api.addCamera({ name: 'Quay', room: 'Port', mtx_path: 'quay', is_enabled: true, source });
    const window = await open(service.httpUrl, { path: `#/cameras/${id}?tab=edit` });
    const { page } = window;
    await page.getByText('The camera refuses the connection.').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Pier');
    await page.getByLabel('How RTSP is carried').selectOption('tcp');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Pier' }).waitFor();
    const read = async () => Object(await api.ask('read', 'cameras', String(id)));
    expect(await read()).toMatchObject({
      name: 'Pier',
      source: { transport: 'tcp', url: source.url.replace('viewer:secret-word@', '') },
    });
    await page.getByLabel('Room').fill('Harbour');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(async () => (await read()).room).toBe('Port');
    await page.getByLabel('Name', { exact: true }).fill(' ');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('This does not fit.').or(page.getByText('This is needed.')).first().waitFor();
    expectClean(window, service.httpUrl);
  });

  it('deletes a camera for who types its name', async () => {
    const api = await signInOverHttp(service.httpUrl);
    const id = await api.addCamera({ name: 'Old one', mtx_path: 'old', is_enabled: true });
    const { page } = await open(service.httpUrl, { path: `#/cameras/${id}` });
    await page.getByRole('button', { name: 'More about Old one' }).click();
    await page.getByRole('menuitem', { name: 'Delete camera' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete Old one?' });
    await dialog.getByRole('textbox').fill('Old on');
    await page.keyboard.press('Enter');
    expect(await dialog.isVisible()).toBe(true);
    await dialog.getByRole('textbox').fill('Old one');
    await page.keyboard.press('Enter');
    await page.getByText('Old one was deleted.').waitFor();
    await expect.poll(() => card(page, id).count()).toBe(0);
  });

  it('takes names for what they are', async () => {
    const api = await signInOverHttp(service.httpUrl);
    const id = await api.addCamera({ name: HOSTILE, room: HOSTILE, mtx_path: 'hostile', is_enabled: true });
    await api.emit(id, 'ready');
    const window = await open();
    const { page } = window;
    await card(page, id).getByRole('heading', { name: HOSTILE }).click();
    await page.getByRole('heading', { name: HOSTILE, level: 1 }).waitFor();
    await expect.poll(() => page.locator('main img, main b').count()).toBe(0);
    await expect.poll(() => page.title()).toBe('Camera · NestMTX Bridge');
    expectClean(window, service.httpUrl);
    await api.ask('delete', 'cameras', String(id));
  });

  it('offers nobody what is not allowed', async () => {
    const api = await signInOverHttp(service.httpUrl);
    await api.ask('create', 'users', undefined, { ...GUEST, can_login: true });
    const id = await api.addCamera({ name: 'Door', mtx_path: 'door', is_enabled: true });
    const window = await open(service.httpUrl, { path: `#/cameras/${id}?tab=edit`, login: GUEST });
    const { page } = window;
    await page.getByRole('heading', { name: 'Door' }).waitFor();
    expect(await page.locator('main').getByRole('button').allTextContents()).toEqual(['Take a picture']);
    expect(await page.locator('.tabs a').allTextContents()).toEqual(['Overview', 'History', 'Use it']);
    expectClean(window, service.httpUrl);
  });

  it('says when the connection is lost, and goes on by itself', async () => {
    const env = { PORT: String(await freePort()) };
    const first = await startService({ env });
    const api = await signInOverHttp(first.httpUrl);
    const id = await api.addCamera({ name: 'Pier', mtx_path: 'pier', is_enabled: true });
    const window = await open(first.httpUrl);
    const { page } = window;
    await card(page, id).waitFor();
    await first.app.close();
    await page.getByText(/^Connection lost\. What you see is from \d/).waitFor();
    expect(await card(page, id).isVisible()).toBe(true);
    await window.screenshot('console-connection-lost');
    const second = await startService({ env, dataDir: first.dataDir });
    await page.getByText(/^Connection lost/).waitFor({ state: 'detached' });
    await api.emit(id, 'ready');
    await card(page, id).getByText('Up', { exact: true }).waitFor();
    // Nothing but the outage itself: whoever asks a service that ends or begins is told so.
    const outage = /ERR_CONNECTION_REFUSED|WebSocket connection to|ERR_EMPTY_RESPONSE|status of 503 .*\/socket\.io\//;
    expectClean(window, first.httpUrl, outage);
    await second.app.close();
    await first.stop();
  });

  it('changes several cameras at once, with a way back for each', async () => {
    const own = await startService();
    const api = await signInOverHttp(own.httpUrl);
    const ids = [
      await api.addCamera({ name: 'One', room: 'Here', mtx_path: 'one', is_enabled: true }),
      await api.addCamera({ name: 'Two', room: 'There', mtx_path: 'two', is_enabled: true }),
      await api.addCamera({ name: 'Three', room: 'There', mtx_path: 'three', is_enabled: true }),
    ];
    const rooms = async () => {
      const { items } = Object(await api.ask('list', 'cameras', undefined, { sortBy: 'id' }));
      return items.map(({ room }: { room: string }) => room);
    };
    const window = await open(own.httpUrl);
    const { page } = window;
    await page.getByRole('button', { name: 'Select several' }).click();
    await page.getByLabel('Select One').check();
    await page.getByLabel('Select Two').check();
    expect(await findingsIn(page)).toEqual([]);
    await window.screenshot('console-home-select');
    await page.getByRole('button', { name: 'Move to a room' }).click();
    await page.getByRole('dialog').getByLabel('Room').fill('Attic');
    await page.keyboard.press('Enter');
    await page.getByText('2 cameras were changed.').waitFor();
    expect(await rooms()).toEqual(['Attic', 'Attic', 'There']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(rooms).toEqual(['Here', 'There', 'There']);
    expect(await card(page, ids[2] ?? 0).isVisible()).toBe(true);
    expectClean(window, own.httpUrl);
    await own.stop();
  });

  it('is led by keys: one searches, one lists them', async () => {
    const api = await signInOverHttp(service.httpUrl);
    const id = await api.addCamera({ name: 'Weather vane', mtx_path: 'vane', is_enabled: true });
    const { page } = await open();
    await card(page, id).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('vane');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Weather vane', level: 1 }).waitFor();
  });

  it('is readable on the narrowest window, and so is a camera that is down', async () => {
    const furnished = await furnish();
    const window = await open(furnished.service.httpUrl, { viewport: { width: 320, height: 640 } });
    const { page } = window;
    await page.getByRole('heading', { name: 'Cameras', level: 1 }).waitFor();
    await page.locator('.card[data-condition="down"]').first().waitFor();
    expect(await findingsIn(page)).toEqual([]);
    expect(await overflowOf(page)).toBe(0);
    await window.screenshot('console-home-narrow');
    for (const tab of ['overview', 'history', 'use', 'edit']) {
      await page.goto(`${furnished.service.httpUrl}/#/cameras/${furnished.downId}?tab=${tab}`);
      await page.locator(`.tabs a[href$="${tab}"][aria-current]`).waitFor();
      expect([tab, await findingsIn(page)]).toEqual([tab, []]);
      expect([tab, await overflowOf(page)]).toEqual([tab, 0]);
      await window.screenshot(`console-camera-${tab}-narrow`);
    }
    expectClean(window, furnished.service.httpUrl);
    await furnished.service.stop();
  });

  /** As a house has them. */
  async function furnish() {
    const own = await startService();
    const api = await signInOverHttp(own.httpUrl);
    const add = (name: string, room: string, path: string, more = {}) =>
      api.addCamera({ name, room, mtx_path: path, is_enabled: true, ...more });
    for (const [name, room] of [
      ['Front door', 'Entrance'],
      ['Driveway', 'Outside'],
      ['Garden', 'Outside'],
    ] as const) {
      await api.emit(await add(name, room, name.replace(' ', '-')), 'ready');
    }
    await add('Kitchen', 'Ground floor', 'kitchen');
    await add('Hallway with a rather long name that must wrap somewhere', 'Upstairs', 'hallway');
    await add('Attic', 'Upstairs', 'attic', { is_enabled: false });
    const source = { type: 'rtsp', url: `rtsp://127.0.0.1:${await freePort()}/stream` };
    const downId = await add('Back door', 'Entrance', 'back-door', { source });
    return { service: own, downId };
  }
});
