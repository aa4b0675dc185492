/** Pins the console behind Home Assistant: under a prefix, in a frame, as dark as that, with a person that the proxy vouches for. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { eventually } from '../../support/eventually.ts';
import { ADMIN, type Service } from '../../support/service.ts';
import { type Browser, startBrowser } from '../browser.ts';
import { type IngressImitation, imitateIngress } from '../ingress-imitation.ts';
import { type Api, card, signInOverHttp, startConsole } from './setting.ts';

describe.skipIf(chromiumIsMissing)('behind ingress', () => {
  let browser: Browser;
  let service: Service;
  let ingress: IngressImitation;
  let api: Api;
  beforeAll(async () => {
    [browser, service] = await Promise.all([startBrowser(), startConsole()]);
    api = await signInOverHttp(service.httpUrl);
    ingress = await imitateIngress(service.app.httpPort, api.token);
  });
  afterAll(async () => {
    await browser.close();
    await ingress.close();
    await service.stop();
  });

  it('nobody has to sign in, nobody can sign out, and everything stays below the prefix', async () => {
    const id = await api.addCamera({ name: 'Mill', mtx_path: 'mill', is_enabled: true });
    const window = await browser.open(ingress.url);
    const { page } = window;
    await card(page, id).getByText('Idle').waitFor();
    await page.getByRole('button', { name: /^You/ }).click();
    await expect.poll(() => page.getByRole('menuitem', { name: 'Sign out' }).count()).toBe(0);
    expect(await page.evaluate(() => sessionStorage.length + localStorage.length)).toBe(0);
    await api.emit(id, 'ready');
    await card(page, id).getByText('Up', { exact: true }).waitFor();
    await window.screenshot('console-ingress');
    await card(page, id).getByRole('link').click();
    await page.getByRole('heading', { name: 'Mill', level: 1 }).waitFor();
    const { pathname, host } = new URL(ingress.url);
    const outside = window.asked.filter((address) => {
      const asked = new URL(address);
      return asked.host !== host || !asked.pathname.startsWith(pathname);
    });
    expect(outside).toEqual([]);
    expect(window.asked.some((address) => address.startsWith('ws:'))).toBe(true);
    expect(ingress.refused).toEqual([]);
    expect(window.errors).toEqual([]);
    await window.close();
  });

  it('somebody it does not vouch for is told that signing in does not help', async () => {
    const stranger = await imitateIngress(service.app.httpPort, undefined);
    const { page, close } = await browser.open(stranger.url);
    await page.fill('[name=username]', ADMIN.username);
    await page.fill('[name=password]', ADMIN.password);
    await page.locator('button[type=submit]').click();
    await page.getByText('Home Assistant lets no sign-in of ours through.').waitFor();
    await expect.poll(() => page.locator('header.top').count()).toBe(0);
    await close();
    await stranger.close();
  });

  it('is shown in the frame of a panel, and as dark as Home Assistant is', async () => {
    const id = await api.addCamera({ name: 'Loft', mtx_path: 'loft', is_enabled: true });
    const window = await browser.open(ingress.panelUrl, { colorScheme: 'light' });
    const frame = window.page.frameLocator('iframe');
    await frame.locator(`[data-camera="${id}"]`).getByText('Idle').waitFor();
    const paint = (colour: string) =>
      window.page.evaluate((value) => {
        document.documentElement.style.setProperty('--primary-background-color', value);
      }, colour);
    await paint('#111111');
    await frame.locator(':root[data-theme="dark"]').waitFor();
    await paint('#fafafa');
    await frame.locator(':root[data-theme="light"]').waitFor();
    expect(ingress.refused.filter((address) => address !== '/favicon.ico')).toEqual([]);
    await window.close();
  });

  it('is told the events over the connection that the proxy vouches for, without a token of the page', async () => {
    const id = await api.addCamera({ name: 'Dam', mtx_path: 'dam', is_enabled: true });
    const window = await browser.open(ingress.url);
    await card(window.page, id).waitFor();
    const heard = (start: string, text = '') =>
      eventually(() => window.heard.some((frame) => frame.startsWith(start) && frame.includes(text)), start + text);
    // Engine.IO's mark of a message, and Socket.IO's of a connection that is taken, and of an event.
    await heard('40');
    await api.emit(id, 'ready');
    await heard('42', '"nestmtx:*"');
    await window.close();
  });
});
