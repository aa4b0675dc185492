/** Owns a service with its console as it is built from the sources, and the ways a test speaks to both. */

import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { buildConsole } from '../../../scripts/build-console.js';
import { isObject } from '../../../src/protocol/envelope.ts';
import type { Command } from '../../../src/protocol/verbs.ts';
import { requestOverHttp } from '../../support/api/http.ts';
import { ADMIN, type Service, type ServiceOptions, startService } from '../../support/service.ts';
import type { Browser, Window } from '../browser.ts';

export const DESK = { viewport: { width: 1440, height: 900 } };
export const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

/** The console is the one of the sources as they are now, whatever was built before. */
export async function startConsole(options?: ServiceOptions): Promise<Service> {
  await buildPage();
  return startService(options);
}

export function buildPage(): Promise<string> {
  return buildConsole(fileURLToPath(new URL('../../..', import.meta.url)));
}

/** Two ways of looking at whatever somebody does; a third says what it is called there. */
export const AT_DESK_AND_PHONE = [
  ['at a desk', DESK, 'desk'],
  ['with a phone', PHONE, 'phone'],
] as const;

interface Opening extends BrowserContextOptions {
  /** Such as `#/cameras/1`. */
  readonly path?: string;
  readonly login?: typeof ADMIN;
}

/** A window of somebody who has signed in. */
export async function openSignedIn(browser: Browser, url: string, opening: Opening = {}): Promise<Window> {
  const { path = '', login = ADMIN, ...options } = opening;
  const window = await browser.open(`${url}/${path}`, options);
  await signIn(window.page, login);
  return window;
}

/** Fills in the form, in whichever language, and waits for what is behind it. */
export async function signIn(page: Page, { username, password } = ADMIN, lasts = false): Promise<void> {
  // Whoever is new in a house without cameras is led through the first steps, which has a suite of its own.
  await page.evaluate(() => localStorage.setItem('nestmtx-bridge-started', 'yes'));
  await page.fill('[name=username]', username);
  await page.fill('[name=password]', password);
  if (lasts) await page.locator('input[type=checkbox]').check();
  await page.locator('button[type=submit]').click();
  await page.locator('header.top').waitFor();
}

/** No fault in the console, and nothing asked for elsewhere. @param except what the browser says by itself of what was wanted */
export function expectClean({ errors, asked }: Window, url: string, except = /$^/): void {
  expect(errors.filter((line) => !except.test(line))).toEqual([]);
  const { host } = new URL(url);
  expect(asked.filter((address) => !address.startsWith('blob:') && new URL(address).host !== host)).toEqual([]);
}

/** What axe finds, in words; none is good. */
export async function findingsIn(page: Page): Promise<string[]> {
  return (await violationsIn(page)).map(({ text }) => text);
}

/** Those that keep somebody from using a page, of which parts are not ours. */
export async function seriousFindingsIn(page: Page): Promise<string[]> {
  const isSerious = ({ impact }: Violation) => impact === 'serious' || impact === 'critical';
  return (await violationsIn(page)).filter(isSerious).map(({ text }) => text);
}

async function violationsIn(page: Page): Promise<Violation[]> {
  // By the debugger, for which no policy of the page holds.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const given: Axe = Reflect.get(window, 'axe');
    const { violations } = await given.run();
    return violations.flatMap(({ id, impact, nodes }) =>
      nodes.map(({ html }) => ({ impact, text: `${id}: ${html.slice(0, 160)}` })),
    );
  });
}

interface Violation {
  readonly impact: string;
  readonly text: string;
}

interface Axe {
  run(): Promise<{
    readonly violations: {
      readonly id: string;
      readonly impact: string;
      readonly nodes: { readonly html: string }[];
    }[];
  }>;
}

/** By how much the page is wider than its window. */
export async function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return Math.max(0, scrollWidth - clientWidth);
  });
}

/** The card of a camera in the first view. */
export function card(page: Page, cameraId: number) {
  return page.locator(`[data-camera="${cameraId}"]`);
}

export interface Api {
  readonly token: string;
  /** @returns what was answered; throws when it was refused */
  ask(command: Command, module: string, entity?: string, payload?: Record<string, unknown>): Promise<unknown>;
  /** @returns its id */
  addCamera(payload: Record<string, unknown>): Promise<number>;
  /** Observes something about a camera. */
  emit(cameraId: number, event: string, reader?: string): Promise<void>;
}

export async function signInOverHttp(url: string, login = ADMIN): Promise<Api> {
  const { bearer } = objectOf(await answered(url, 'create', 'auth', undefined, login));
  const token = String(bearer);
  const ask: Api['ask'] = (command, module, entity, payload) => answered(url, command, module, entity, payload, token);
  return {
    token,
    ask,
    addCamera: async (payload) => Number(objectOf(await ask('create', 'cameras', undefined, payload))['id']),
    emit: async (entity, event, reader) => {
      await ask('create', 'events', undefined, { domain: 'camera', entity, event, ...(reader && { reader }) });
    },
  };
}

async function answered(
  url: string,
  command: Command,
  module: string,
  entity?: string,
  payload?: Record<string, unknown>,
  token?: string,
): Promise<unknown> {
  const answer = await requestOverHttp(url, {
    command,
    module,
    ...(entity === undefined ? {} : { entity }),
    ...(payload === undefined ? {} : { payload }),
    ...(token === undefined ? {} : { token }),
  });
  if (!answer.ok) throw new Error(`${module}.${command}: ${answer.error.message}`);
  return answer.value;
}

function objectOf(value: unknown): Record<string, unknown> {
  if (!isObject(value)) throw new Error(`no object: ${JSON.stringify(value)}`);
  return value;
}
