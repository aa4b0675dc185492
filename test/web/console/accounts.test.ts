/** Pins the views of MQTT accounts, end to end: looked into, changed several at once, of everybody, and twenty thousand. What a newcomer does with one is in `newcomer/`. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ALL_COLLECTIONS } from '../../../src/app/collections.ts';
import { INSTANCES } from '../../../src/core/instances/records.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { contained } from '../../../src/web/console/words/direction.ts';
import { connectClient } from '../../support/brokers/mqtt-client.ts';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { type Service, startService } from '../../support/service.ts';
import { type Browser, startBrowser, type Window } from '../browser.ts';
import { expectClean, findingsIn, openSignedIn, overflowOf, PHONE, signInOverHttp, startConsole } from './setting.ts';

const HOSTILE = '<img src=x onerror="document.title=1"> \u202Eevil';

let browser: Browser;
let service: Service;
const windows: Window[] = [];

describe.skipIf(chromiumIsMissing)('MQTT accounts in the console', () => {
  beforeAll(async () => {
    [browser, service] = await Promise.all([startBrowser(), startConsole({ env: { INSTANCE_LIMIT: '1000' } })]);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });
  afterEach(async () => {
    for (const window of windows.splice(0)) await window.close();
  });

  async function open(path: string, more: Parameters<typeof openSignedIn>[2] = {}) {
    const window = await openSignedIn(browser, service.httpUrl, { path, ...more });
    windows.push(window);
    return window;
  }

  async function made(label: string | null) {
    const api = await signInOverHttp(service.httpUrl);
    const account = Object(await api.ask('create', 'instances', undefined, { label }));
    return { api, account, id: String(account._id) };
  }

  const connect = (user: string, password: string, clientId = 'bell') =>
    connectClient({ url: service.mqttUrl, username: user, password, clientId });

  it('show who is connected and send them away, what was used, and which topics they may use', async () => {
    const { account, id } = await made('Busy');
    const client = await connect(account.user, account.password, HOSTILE);
    await client.publish(`${account.user}/a`, 'x');
    const window = await open(`#/accounts/${id}?tab=sessions`);
    const { page } = window;
    await page.getByText(contained(HOSTILE)).waitFor();
    await page.getByRole('button', { name: 'Send them away' }).click();
    await page.getByRole('dialog').getByText('1 connection ends.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Send them away' }).click();
    await client.closed;
    await page.getByText('Nobody is connected').waitFor();
    await page.getByRole('link', { name: 'Usage' }).click();
    await page.locator('.chart title', { hasText: 'Messages to the broker: 1' }).waitFor({ state: 'attached' });
    await page.getByText('The numbers').click();
    expect(await page.locator('.chart tbody tr').count()).toBeGreaterThan(0);
    await page.getByRole('link', { name: 'Topics', exact: true }).click();
    await page.getByLabel('Topic or filter').fill('nestmtx/requests');
    await page.keyboard.press('Enter');
    await page.getByText('It may not publish there').waitFor();
    await page.getByText('It may not subscribe to that').waitFor();
    await page.getByText('It may only use topics below its own name.').first().waitFor();
    await page.getByLabel('Topic or filter').fill(`${account.user}/door`);
    await page.keyboard.press('Enter');
    await page.getByText('It may publish there').waitFor();
    expectClean(window, service.httpUrl);
  });

  it('stand beside the one that is open, and so do cameras: the arrows lead through them, Enter opens, Esc goes back', async () => {
    const { api } = await made('Near 1');
    await made('Near 2');
    for (const name of ['Gate 1', 'Gate 2']) await api.addCamera({ name, room: 'Yard' });
    const { page, ...window } = await open('#/accounts?search=near', { viewport: { width: 900, height: 700 } });
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    await page.locator('.account-link', { hasText: 'Near 2' }).waitFor();
    await page.getByRole('searchbox').focus();
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toContain('Near 2');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toContain('Near 1');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Near 1' }).waitFor();
    await page.locator('.pane-list').getByRole('link', { name: 'Near 2' }).waitFor();
    expect(page.url()).toContain('search=near');
    expect([await findingsIn(page), await overflowOf(page)]).toEqual([[], 0]);
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { level: 1, name: 'MQTT accounts' }).waitFor();
    await expect.poll(focused).toContain('Near 1');
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Cameras' }).click();
    await page.getByRole('link', { name: 'Gate 2' }).click();
    await page.locator('.pane-list').getByRole('link', { name: 'Gate 1' }).click();
    await page.getByRole('heading', { level: 1, name: 'Gate 1' }).waitFor();
    expect([await findingsIn(page), await overflowOf(page)]).toEqual([[], 0]);
    await page.setViewportSize(PHONE.viewport);
    await expect.poll(() => page.locator('.pane-list').count()).toBe(0);
    expectClean({ page, ...window }, service.httpUrl);
  });

  it('are changed several at once, with a way back', async () => {
    const some = [await made('Shed 1'), await made('Shed 2')];
    const window = await open('#/accounts?search=shed');
    const { page } = window;
    for (const name of ['Shed 1', 'Shed 2']) await page.getByRole('checkbox', { name: `Choose ${name}` }).check();
    await page.getByRole('button', { name: 'Switch off' }).click();
    await page.getByText('2 accounts were switched off.').waitFor();
    const enabled = async () =>
      Promise.all(some.map(async ({ api, id }) => Object(await api.ask('read', 'instances', id)).enabled));
    expect(await enabled()).toEqual([false, false]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(enabled).toEqual([true, true]);
    expectClean(window, service.httpUrl);
  });

  it('of everybody are there for administrators, and for nobody else', async () => {
    const { api } = await made(HOSTILE);
    const GUEST = { username: 'guest', password: 'a guest may look' };
    await api.ask('create', 'users', undefined, { ...GUEST, can_login: true });
    const guest = await signInOverHttp(service.httpUrl, GUEST);
    await guest.ask('create', 'instances', undefined, { label: 'Guest house' });
    const admin = await open('#/accounts?owner=all&search=guest');
    await admin.page.getByRole('link', { name: 'Guest house' }).waitFor();
    const own = await open('#/accounts', { login: GUEST });
    await own.page.getByRole('link', { name: 'Guest house' }).waitFor();
    await expect.poll(() => own.page.getByLabel('Also those of others').count()).toBe(0);
    await expect.poll(() => own.page.locator('.row').count()).toBe(1);
    expectClean(admin, service.httpUrl);
  });

  it('are twenty thousand: those in view are drawn and no others, and the last comes when one goes there', async () => {
    const many = await manyAccounts(20_000);
    const window = await openSignedIn(browser, many.httpUrl, { path: '#/accounts?owner=all' });
    windows.push(window);
    const { page } = window;
    await page.getByRole('link', { name: 'Number 20000' }).waitFor();
    expect(await page.locator('.row').count()).toBeLessThan(60);
    await page.keyboard.press('End');
    await page.getByText('Number 1', { exact: true }).waitFor();
    expect(await page.locator('.row').count()).toBeLessThan(60);
    await page.getByRole('searchbox').fill('Number 1777');
    await page.getByRole('link', { name: 'Number 17770' }).waitFor();
    await expect.poll(() => page.locator('.row').count()).toBe(11);
    expectClean(window, many.httpUrl);
    await many.stop();
  });
});

/** A service that has so many, put into its folder while it did not run: a password for each would take a while. */
async function manyAccounts(count: number): Promise<Service> {
  const first = await startService();
  const api = await signInOverHttp(first.httpUrl);
  await api.ask('create', 'instances', undefined, {});
  await first.app.close();
  const { dataDir: dir } = first;
  const store = await openStore({ dir, log: recordingLog(), collections: ALL_COLLECTIONS });
  await store.commit((tx) => {
    const rows = tx.collection(INSTANCES);
    const [one] = rows.values();
    if (!one) throw new Error('there is no account to copy');
    for (let n = 1; n <= count; n += 1) {
      const id = n.toString(16).padStart(24, '0');
      rows.put({ ...one, id, user: `u${n.toString(36).padStart(7, '0')}`, label: `Number ${n}` });
    }
    rows.delete(one.id);
  });
  await store.close();
  const second = await startService({ dataDir: dir });
  return {
    ...second,
    async stop() {
      await second.stop();
      await first.stop();
    },
  };
}
