/** Pins what each role meets in the console: it is offered what the access table allows and asks for nothing else, and what is sent by hand is refused. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESS, type Right } from '../../../src/core/requests/access.ts';
import { COMMANDS, type Command, needsEntity, payloadRule } from '../../../src/protocol/verbs.ts';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { ADMIN, type Service } from '../../support/service.ts';
import { type Browser, startBrowser, type Window } from '../browser.ts';
import { type Api, expectClean, openSignedIn, signInOverHttp, startConsole } from './setting.ts';

const GUEST = { username: 'guest', password: 'a guest may look' };
const PLUG = { username: 'plug', password: 'a plug may not' };
/** One address of each view, and of each part of one. */
const VIEWS = [
  ...['#/', '#/cameras/add', '#/cameras/1?tab=overview', '#/cameras/1?tab=edit', '#/events'],
  ...['#/accounts', '#/accounts?owner=all', '#/people?tab=users', '#/people?tab=sessions&owner=all'],
  ...['#/people?tab=failed', '#/google', '#/api', '#/system?tab=log', '#/system?tab=backup', '#/start'],
];
/** What it does to others, or takes from them; the words of buttons. */
const FOR_ADMINISTRATORS =
  /^(Add|Choose|Stop|Restart|Check|Start|Save changes|Add somebody|Add project|Send|Download backup|Let in|Show what would come|More about (?!guest)|Those of everybody)/;

let browser: Browser;
let service: Service;
let admin: Api;

describe.skipIf(chromiumIsMissing)('in the console', () => {
  beforeAll(async () => {
    [browser, service] = await Promise.all([startBrowser(), startConsole()]);
    admin = await signInOverHttp(service.httpUrl);
    await admin.ask('create', 'users', undefined, { ...GUEST, can_login: true });
    await admin.ask('create', 'users', undefined, { ...PLUG, can_login: true, role: 'device', topics: ['plug/#'] });
    await admin.addCamera({ name: 'Door', mtx_path: 'door', is_enabled: true });
    await admin.ask('create', 'instances', undefined, { label: 'Of the administrator' });
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });

  async function walk(window: Window): Promise<string[]> {
    const { page } = window;
    const offered = new Set<string>();
    for (const path of VIEWS) {
      await page.goto(`${service.httpUrl}/${path}`);
      await page.locator('main h1').first().waitFor();
      await expect.poll(() => page.locator('.skeleton').count()).toBe(0);
      const controls = page.locator('main').locator('button, a.button, select, input');
      const names = await controls.evaluateAll((all) =>
        all.map(
          (one) => one.getAttribute('aria-label') ?? (one.textContent || one.closest('label')?.textContent || ''),
        ),
      );
      for (const name of names) offered.add(name.trim());
    }
    return [...offered];
  }

  /** What the service refused to the page itself. */
  const refusals = ({ heard }: Window) => heard.filter((frame) => /"code":"(forbidden|unauthorized)"/.test(frame));

  it('an administrator is offered every view, and refused none', async () => {
    const window = await openSignedIn(browser, service.httpUrl, { path: '#/' });
    const offered = await walk(window);
    await expect.poll(() => window.page.locator('nav.navigation a').count()).toBe(7);
    for (const name of ['Add somebody', 'Send', 'Download backup']) expect(offered).toContain(name);
    expect(refusals(window)).toEqual([]);
    expectClean(window, service.httpUrl);
    await window.close();
  });

  it('a user is offered nothing of what is for administrators, and the page asks for none of it', async () => {
    const window = await openSignedIn(browser, service.httpUrl, { path: '#/', login: GUEST });
    const offered = await walk(window);
    expect(offered.filter((name) => FOR_ADMINISTRATORS.test(name))).toEqual([]);
    const navigation = await window.page.locator('nav.navigation a').allTextContents();
    expect(navigation).toEqual(['Cameras', 'Events', 'MQTT accounts', 'Access']);
    expect(refusals(window)).toEqual([]);
    expect(window.heard.join()).not.toContain('Of the administrator');
    expectClean(window, service.httpUrl);
    await window.close();
  });

  it('a device does not come in, with its right password, and is told no more than with a wrong one', async () => {
    const { page, close } = await browser.open(service.httpUrl);
    await page.getByLabel('User name').fill(PLUG.username);
    await page.getByLabel('Password', { exact: true }).fill(PLUG.password);
    await page.keyboard.press('Enter');
    await page.getByText('User name or password is wrong.').waitFor();
    await close();
  });

  it('nobody is offered more than the way in', async () => {
    const window = await browser.open(service.httpUrl);
    const { page } = window;
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await page.getByRole('button').allTextContents()).toEqual(['Sign in']);
    expect(window.asked.filter((address) => address.includes('/api/'))).toEqual([]);
    expect(await page.content()).not.toContain('Door');
    await window.close();
  });

  describe('what is sent by hand', () => {
    it('on the connection of a user’s own page is refused, whatever is for administrators', async () => {
      const window = await browser.open('about:blank');
      const { page } = window;
      await keepSockets(page);
      await page.goto(service.httpUrl);
      await page.fill('[name=username]', GUEST.username);
      await page.fill('[name=password]', GUEST.password);
      await page.locator('button[type=submit]').click();
      await page.getByText('Connection lost').waitFor({ state: 'detached' });
      await expect.poll(() => window.heard.some((frame) => frame.startsWith('40'))).toBe(true);
      expect(await codesOf(window, verbsFor(['admin', 'self']))).toEqual(everywhere('forbidden', ['admin', 'self']));
      await window.close();
    });

    it('on a connection that nobody has signed in to, or as a device, is refused but for what is for everybody', async () => {
      const all = ['admin', 'self', 'user'] as const;
      for (const login of ['nobody', 'plug'] as const) {
        const window = await browser.open(service.httpUrl);
        await window.page.getByRole('button', { name: 'Sign in' }).waitFor();
        await window.page.evaluate(openSocket, login);
        await expect.poll(() => window.heard.some((frame) => frame.startsWith('40'))).toBe(true);
        expect(await codesOf(window, verbsFor(all))).toEqual(everywhere('unauthorized', all));
        await window.close();
      }
    });

    it('over HTTP is refused to a user as well', async () => {
      const { token } = await signInOverHttp(service.httpUrl, GUEST);
      const headers = { authorization: `Bearer ${token}` };
      for (const path of ['api/users', 'api/backups', 'api/service/log', 'api/settings']) {
        expect([path, (await fetch(`${service.httpUrl}/${path}`, { headers })).status]).toEqual([path, 403]);
      }
      expect((await fetch(`${service.httpUrl}/api/users/1`, { method: 'DELETE', headers })).status).toBe(403);
      await signInOverHttp(service.httpUrl, ADMIN);
    });
  });
});

interface Verb {
  readonly module: string;
  readonly command: Command;
}

function verbsFor(rights: readonly Right[]): Verb[] {
  return Object.entries(ACCESS).flatMap(([module, row]) =>
    COMMANDS.flatMap((command) => {
      const right = row[command];
      return right !== undefined && rights.includes(right) ? [{ module, command }] : [];
    }),
  );
}

function everywhere(code: string, rights: readonly Right[]): Record<string, string> {
  return Object.fromEntries(verbsFor(rights).map(({ module, command }) => [`${module}.${command}`, code]));
}

/** The connection that the page opens stays in reach of whoever sits before it, as with the tools of any browser. */
async function keepSockets(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const Native = WebSocket;
    Reflect.set(
      globalThis,
      'WebSocket',
      class extends Native {
        constructor(url: string | URL, protocols?: string | string[]) {
          super(url, protocols);
          Reflect.set(globalThis, 'ownSocket', this);
        }
      },
    );
  });
}

/** As Socket.IO opens one, without a token or with one that is none. */
function openSocket(login: string): void {
  const socket = new WebSocket(new URL('socket.io/?EIO=4&transport=websocket', document.baseURI));
  Reflect.set(globalThis, 'ownSocket', socket);
  const auth = login === 'nobody' ? '' : JSON.stringify({ token: `oat_${login}` });
  socket.addEventListener('message', ({ data }) => {
    if (String(data).startsWith('0{')) socket.send(`40${auth}`);
  });
}

/** What each of them is answered, sent as frames of Socket.IO with a number for the answer. */
async function codesOf({ page, heard }: Window, verbs: readonly Verb[]): Promise<Record<string, string>> {
  const FIRST = 7000;
  const requests = verbs.map((verb) => ({
    ...verb,
    ...(needsEntity(verb.command) && { entity: '1' }),
    ...(payloadRule(verb.command) === 'required' && { payload: {} }),
  }));
  await page.evaluate(
    ([all, first]) => {
      const socket: WebSocket = Reflect.get(globalThis, 'ownSocket');
      for (const [at, request] of all.entries()) {
        const whole = { ...request, requestId: `by-hand-${at}` };
        socket.send(`42${first + at}${JSON.stringify(['request', whole])}`);
      }
    },
    [requests, FIRST] as const,
  );
  const codes: Record<string, string> = {};
  for (const [at, { module, command }] of verbs.entries()) {
    const start = `43${FIRST + at}`;
    await expect.poll(() => heard.some((frame) => frame.startsWith(start))).toBe(true);
    const [answer] = JSON.parse(heard.find((frame) => frame.startsWith(start))?.slice(start.length) ?? '[]');
    codes[`${module}.${command}`] = answer.error?.code ?? 'done';
  }
  return codes;
}
