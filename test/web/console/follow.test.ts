/** Pins the console beside a NestMTX that is followed: people sign in with what they have there, and its being away is said. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Following, startFollowing, UPSTREAM_USER } from '../../follow/following.ts';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { eventually } from '../../support/eventually.ts';
import { type Browser, startBrowser } from '../browser.ts';
import { card, expectClean, openSignedIn, signInOverHttp } from './setting.ts';

let following: Following;
beforeAll(async () => {
  following = await startFollowing((upstream) => {
    upstream.setCamera({ id: 7, name: 'Door', room: 'Hall', mtx_path: 'door', is_enabled: true, stream_ready: true });
  });
  await eventually(() => following.states().get(7)?.['ready'] === true, 'the camera is mirrored');
});
afterAll(() => following.stop());

const ask = (token?: string) =>
  fetch(
    `${following.service.httpUrl}/status.json`,
    token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
  );

it('takes no token that NestMTX does not know, and the one of whoever runs this service', async () => {
  const { token } = await signInOverHttp(following.service.httpUrl, UPSTREAM_USER);
  expect(await (await ask(token)).json()).toMatchObject({
    mode: 'follow',
    health: { healthy: 'healthy', details: { mqtt: { healthy: true }, nestmtx: { healthy: true } } },
    viewer: { id: null, name: null, role: 'user', may: { cameras: { list: 'all', read: 'all' } } },
  });
  expect(await (await ask('oat_unknown')).json()).toMatchObject({ viewer: null });
  expect(await (await ask(await following.operatorToken())).json()).toMatchObject({ viewer: { role: 'admin' } });
});

describe.skipIf(chromiumIsMissing)('in the browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  it('its cameras are shown with what it says of them, and what only we could do is not offered', async () => {
    const window = await openSignedIn(browser, following.service.httpUrl, { login: UPSTREAM_USER });
    const { page } = window;
    await card(page, 7).getByText('Up', { exact: true }).waitFor();
    await card(page, 7).getByRole('link').click();
    await page.getByRole('heading', { name: 'Door', level: 1 }).waitFor();
    await expect.poll(() => page.locator('main').getByRole('button').count()).toBe(0);
    await window.screenshot('console-follow');
    expectClean(window, following.service.httpUrl);
    await window.close();
  });

  it('keeps what people see while NestMTX is away, and says that', async () => {
    const { page, close } = await openSignedIn(browser, following.service.httpUrl, { login: UPSTREAM_USER });
    await card(page, 7).waitFor();
    await following.upstream.stop();
    // For a minute NestMTX is believed without being asked.
    following.clock.advance(61_000);
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await page.getByText('NestMTX does not answer, so nothing new can be shown.').waitFor();
    expect(await card(page, 7).isVisible()).toBe(true);
    await following.upstream.start();
    await close();
  });
});

it('says that nobody can tell who asks while NestMTX is away, instead of turning people out', async () => {
  await following.upstream.stop();
  const answered = async () => (await ask('oat_asked_never_before')).status;
  await expect.poll(answered).toBe(503);
  expect(await (await ask()).json()).toMatchObject({
    health: { healthy: 'degraded', details: { nestmtx: { healthy: null } } },
  });
  await following.upstream.start();
});
