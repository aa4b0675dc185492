/** Pins the status page behind Home Assistant: under a prefix, in a frame, with a person that the proxy vouches for. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { hasProgram } from '../../support/programs.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';
import { type Browser, startBrowser } from '../browser.ts';
import { type IngressImitation, imitateIngress } from '../ingress-imitation.ts';
import { type Api, card, signInOverHttp } from './setting.ts';

describe.skipIf(!hasProgram('chromium'))('behind ingress', () => {
  let browser: Browser;
  let service: Service;
  let ingress: IngressImitation;
  let api: Api;
  beforeAll(async () => {
    [browser, service] = await Promise.all([startBrowser(), startService()]);
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
    await card(page, id).whole.getByText('Idle').waitFor();
    expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(0);
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    await api.emit(id, 'ready');
    await card(page, id).whole.getByText('Running').waitFor();
    await window.screenshot('ingress');
    const { pathname, host } = new URL(ingress.url);
    const outside = window.asked.filter((address) => {
      const asked = new URL(address);
      return asked.host !== host || !asked.pathname.startsWith(pathname);
    });
    expect(outside).toEqual([]);
    expect(window.asked.some((address) => address.startsWith('ws:'))).toBe(true);
    expect(ingress.refused).toEqual([]);
    expect(window.errors).toEqual([]);
    await page.getByRole('link', { name: 'API' }).click();
    await page.waitForURL(`${ingress.url}docs/`);
    expect(await page.title()).toBe('NestMTX Bridge: API');
    await window.close();
  });

  it('somebody it does not vouch for is told that signing in does not help', async () => {
    const stranger = await imitateIngress(service.app.httpPort, undefined);
    const window = await browser.open(stranger.url);
    const { page } = window;
    await page.fill('#username', ADMIN.username);
    await page.fill('#password', ADMIN.password);
    await page.click('#sign-in-submit');
    await page.getByText('Signing in did not work: whoever is between').waitFor();
    expect(await page.locator('#view').isVisible()).toBe(false);
    await window.close();
    await stranger.close();
  });

  it('is shown in the frame of a panel', async () => {
    const id = await api.addCamera({ name: 'Loft', mtx_path: 'loft', is_enabled: true });
    const window = await browser.open(ingress.panelUrl);
    const frame = window.page.frameLocator('iframe');
    await frame.locator(`[data-camera="${id}"]`).getByText('Idle').waitFor();
    await api.emit(id, 'ready');
    await frame.locator(`[data-camera="${id}"]`).getByText('Running').waitFor();
    expect(ingress.refused.filter((address) => address !== '/favicon.ico')).toEqual([]);
    await window.close();
  });

  it('is told the events over the connection that the proxy vouches for, without a token of the page', async () => {
    const id = await api.addCamera({ name: 'Dam', mtx_path: 'dam', is_enabled: true });
    const window = await browser.open(ingress.url);
    const { page } = window;
    await card(page, id).whole.waitFor();
    const heard = (start: string, text = '') =>
      eventually(() => window.heard.some((frame) => frame.startsWith(start) && frame.includes(text)), start + text);
    // Engine.IO's mark of a message, and Socket.IO's of a connection that is taken, and of an event.
    await heard('40');
    await api.emit(id, 'ready');
    await heard('42', '"nestmtx:*"');
    await window.close();
  });
});
