/** Pins the status page beside a NestMTX that is followed: people sign in there, and its cameras and its being there are shown. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Following, startFollowing, UPSTREAM_USER } from '../../follow/following.ts';
import { eventually } from '../../support/eventually.ts';
import { hasProgram } from '../../support/programs.ts';
import { type Browser, startBrowser } from '../browser.ts';
import { card, signIn, signInOverHttp } from './setting.ts';

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

it('shows a user of NestMTX its cameras, without instances and without what only we could do', async () => {
  const { token } = await signInOverHttp(following.service.httpUrl, UPSTREAM_USER);
  expect(await (await ask(token)).json()).toMatchObject({
    mode: 'follow',
    health: { healthy: 'healthy', details: { mqtt: { healthy: true }, nestmtx: { healthy: true } } },
    view: {
      user: { name: null, role: 'user' },
      cameras: [{ id: 7, name: 'Door', condition: 'running', actions: [] }],
      instances: null,
    },
  });
});

it('takes no token that NestMTX does not know, and the one of whoever runs this service', async () => {
  expect(await (await ask('oat_unknown')).json()).toMatchObject({ view: null });
  expect(await (await ask(await following.operatorToken())).json()).toMatchObject({
    view: { user: { role: 'admin' } },
  });
});

it('remembers its events', async () => {
  await following.upstream.emit('camera', 'demand', 7);
  const token = await following.operatorToken();
  const seen = async () => (await (await ask(token)).json()).view.events[0];
  await expect.poll(seen).toMatchObject({ event: 'demand', entity: 7, name: 'Door' });
});

describe.skipIf(!hasProgram('chromium'))('in the browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  it('people sign in with what they have at NestMTX', async () => {
    const window = await browser.open(following.service.httpUrl);
    const { page } = window;
    await page.getByText('a user of the NestMTX server').waitFor();
    await signIn(page, UPSTREAM_USER);
    await card(page, 7).whole.getByText('Running').waitFor();
    await page.locator('#parts').getByText('NestMTX answers').waitFor();
    expect(await page.locator('#mode').textContent()).toBe('follow mode');
    expect(await page.locator('#instances-section').isVisible()).toBe(false);
    await window.screenshot('follow');
    expect(window.errors).toEqual([]);
    await window.close();
  });

  it('keeps what people see while NestMTX is away, and says that', async () => {
    const { page, close } = await browser.open(following.service.httpUrl);
    await signIn(page, UPSTREAM_USER);
    await following.upstream.stop();
    // For a minute NestMTX is believed without being asked.
    following.clock.advance(61_000);
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await page.getByText('NestMTX does not answer, so nothing new can be shown.').waitFor();
    expect(await card(page, 7).whole.isVisible()).toBe(true);
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
