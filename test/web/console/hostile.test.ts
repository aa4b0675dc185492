/** Pins that whatever is called by others (cameras, people, clients, topics) is text in every view of the console: nothing runs, and nothing beside it is turned round. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contained, isolated } from '../../../src/web/console/words/direction.ts';
import { requestOverHttp } from '../../support/api/http.ts';
import { type MediaMtxStandIn, startMediaMtx } from '../../support/cameras/mediamtx.ts';
import { chromiumIsMissing } from '../../support/chromium.ts';
import type { Service } from '../../support/service.ts';
import { type Browser, startBrowser, type Window } from '../browser.ts';
import { expectClean, openSignedIn, signInOverHttp, startConsole } from './setting.ts';

const MARKUP = '<img src=x onerror=hit=1>"\'><script>hit=1</script> {{hit=1}} $\u007Bhit=1} {name} {n} $&';
/** Leaves whatever holds it, and turns round what comes after. */
const TURNED = '\u2069\u202C\u202Egate\u2067';
const HEBREW = 'שער 3';
const HOSTILE = `${MARKUP} ${TURNED}`;
/** No byte of it comes from us. */
const SIGN = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/;

let browser: Browser;
let service: Service;
let mediaMtx: MediaMtxStandIn;
let window: Window;

describe.skipIf(chromiumIsMissing)('what others have written', () => {
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    [browser, mediaMtx] = await Promise.all([startBrowser(), startMediaMtx({ minor: 16 })]);
    mediaMtx.configure('<img src=x onerror=hit=1>', { source: 'publisher' });
    service = await startConsole({ env: { MEDIAMTX_URL: mediaMtx.url } });
    await furnish();
    window = await openSignedIn(browser, service.httpUrl);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
    await mediaMtx.close();
  });

  async function furnish(): Promise<void> {
    const api = await signInOverHttp(service.httpUrl);
    const url = 'rtsp://127.0.0.1:9/<img src=x onerror=hit=1>';
    const add = (name: string, path: string, more = {}) =>
      api.addCamera({ name, room: name, mtx_path: path, is_enabled: true, ...more });
    const lost: number[] = [];
    const camera = await add(HOSTILE, 'hostile', { source: { type: 'rtsp', url: encodeURI(url) } });
    for (const [name, path] of [
      [TURNED, 'turned'],
      [HEBREW, 'hebrew'],
    ] as const) {
      const id = await add(name, path);
      await api.emit(id, 'ready');
      await api.emit(id, 'read', HOSTILE);
      lost.push(id);
    }
    const account = Object(await api.ask('create', 'instances', undefined, { label: HOSTILE }));
    Object.assign(ids, { camera: String(camera), account: account._id });
    const client = await service.client({ username: account.user, password: account.password, clientId: HOSTILE });
    await client.subscribe(`${account.user}/${HOSTILE}`);
    const stray = await service.client({
      username: account.user,
      password: account.password,
      clientId: `${HOSTILE} 2`,
    });
    // Refused, and so in the log.
    await stray.publish(`elsewhere/${HOSTILE}`, 'x').catch(() => undefined);
    const login = { username: HOSTILE, password: 'another long password' };
    const topics = [HOSTILE];
    await api.ask('create', 'users', undefined, { ...login, can_login: true, role: 'device', topics });
    const person = { ...login, username: TURNED };
    await api.ask('create', 'users', undefined, { ...person, can_login: true });
    await requestOverHttp(service.httpUrl, {
      command: 'create',
      module: 'auth',
      payload: { ...person, name: HOSTILE },
    });
    await expect(signInOverHttp(service.httpUrl, { ...person, password: 'wrong' })).rejects.toThrow();
    const project = { description: HOSTILE, oauth_client_id: MARKUP, oauth_client_secret: 'secret' };
    await api.ask('create', 'credentials', undefined, { ...project, dac_project_id: MARKUP });
    for (const id of lost) await api.emit(id, 'stalled');
  }

  /** Everything that was drawn: none of it ran, none of it became an element, and no sign of direction is left but our own pairs. */
  async function expectText(page: Page, view: string): Promise<void> {
    const found = await page.evaluate(() => ({
      hit: Reflect.get(globalThis, 'hit') ?? null,
      elements: document.querySelectorAll('[onerror], [onload], img[src=x], body script').length,
      text: document.body.textContent,
    }));
    expect([view, found.hit, found.elements]).toEqual([view, null, 0]);
    const free = found.text.replace(/\u2068[^\u2066-\u2069]*\u2069/g, '');
    expect([view, SIGN.exec(free)?.index]).toEqual([view, undefined]);
  }

  async function visit(path: string): Promise<Page> {
    const { page } = window;
    await page.goto(`${service.httpUrl}/${path}`);
    await page.locator('main h1').first().waitFor();
    await expect.poll(() => page.locator('.skeleton').count()).toBe(0);
    return page;
  }

  it.each([
    ['home', '#/', MARKUP],
    ['a camera', '#/cameras/:camera', MARKUP],
    ['its past', '#/cameras/:camera?tab=history', MARKUP],
    ['its use', '#/cameras/:camera?tab=use', MARKUP],
    ['its form', '#/cameras/:camera?tab=edit', undefined],
    ['paths to take over', '#/cameras/add?tab=found', '<img src=x onerror=hit=1>'],
    ['events', '#/events', MARKUP],
    ['accounts', '#/accounts', MARKUP],
    ['an account', '#/accounts/:account', MARKUP],
    ['its sessions', '#/accounts/:account?tab=sessions', MARKUP],
    ['people', '#/people?tab=users', MARKUP],
    ['sessions of everybody', '#/people?tab=sessions&owner=all', MARKUP],
    ['failed logins', '#/people?tab=failed', 'gate'],
    ['projects of Google', '#/google', MARKUP],
    ['clients of the broker', '#/system?tab=clients', MARKUP],
    ['the log', '#/system?tab=log', MARKUP],
  ])('is text in the view: %s', async (view, path, shown) => {
    const page = await visit(path.replace(/:(\w+)/, (_, name) => ids[name] ?? ''));
    if (shown !== undefined) await page.getByText(shown).first().waitFor({ state: 'attached' });
    await expectText(page, view);
    expectClean(window, service.httpUrl);
  });

  it('is text in a search, in a question, in a message, and in the title', async () => {
    const page = await visit('#/cameras/:camera'.replace(':camera', ids['camera'] ?? ''));
    await page.keyboard.press('/');
    await page.keyboard.type('onerror');
    await page.locator('.found').getByText(MARKUP).first().waitFor();
    await expectText(page, 'search');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: `More about ${contained(HOSTILE)}` }).click();
    await page.getByRole('menuitem', { name: 'Delete camera' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(MARKUP).first().waitFor();
    await expectText(page, 'question');
    // Nobody can type what is not drawn.
    await dialog.getByRole('textbox').fill(contained(HOSTILE));
    await page.keyboard.press('Enter');
    await page.locator('.toast').getByText(MARKUP).waitFor();
    await expectText(page, 'message');
    expect(await page.title()).not.toMatch(SIGN);
    expectClean(window, service.httpUrl);
  });

  it.each([
    ['leaves what holds it', contained(TURNED)],
    ['is written from right to left', isolated(HEBREW)],
  ])('and %s turns round nothing that stands after it', async (_, name) => {
    const page = await visit('#/');
    const line = page.getByRole('link', { name: `${name} is down.`, exact: true });
    await line.waitFor();
    const places = await line.evaluate((element) => {
      const node = element.firstChild;
      if (!node) throw new Error('nothing is drawn');
      const text = node.textContent ?? '';
      const leftOf = (part: string) => {
        const range = document.createRange();
        const at = text.indexOf(part);
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        return range.getBoundingClientRect().left;
      };
      element.style.whiteSpace = 'nowrap';
      return [element.getBoundingClientRect().left, leftOf('is'), leftOf('down'), leftOf('.')];
    });
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(new Set(places).size).toBe(4);
  });
});
