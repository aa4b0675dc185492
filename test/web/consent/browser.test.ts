/** Drives Google's consent in a real browser, over the certificate of our own: from the link to the page that says what came of it. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { requestOverHttp } from '../../support/api/http.ts';
import { type GoogleServer, startGoogleServer } from '../../support/google/google.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';
import { type Browser, startBrowser, type Window } from '../browser.ts';

const CLIENT = { id: '1234.apps.googleusercontent.com', secret: 'GOCSPX-secret' };
let google: GoogleServer;
let service: Service;
let browser: Browser;
let origin: string;
let token: string;

beforeAll(async () => {
  google = await startGoogleServer(() => Date.now(), { project: 'p', client: CLIENT });
  service = await startService({ googleUrls: google.urls, env: { HTTPS_PORT: '0' } });
  origin = `https://127.0.0.1:${/"port":(\d+),"isOwn":true/.exec(service.log())?.[1]}`;
  const login = await requestOverHttp(service.httpUrl, { command: 'create', module: 'auth', payload: ADMIN });
  token = login.ok ? String(Object(login.value).bearer) : '';
  const keys = { oauth_client_id: CLIENT.id, oauth_client_secret: CLIENT.secret, dac_project_id: 'p' };
  const payload = { description: 'House', ...keys };
  await requestOverHttp(service.httpUrl, { command: 'create', module: 'credentials', payload, token });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await service.stop();
  await google.close();
});

/** Google's page: whoever comes there agrees, and is sent to the address that the link names. */
async function opened(): Promise<Window> {
  // A person has compared the fingerprint.
  const window = await browser.open('about:blank', { ignoreHTTPSErrors: true });
  await window.page.route('https://accounts.google.com/**', (route) => {
    const link = route.request().url();
    const query = new URLSearchParams(google.consent(link));
    const location = `${new URL(link).searchParams.get('redirect_uri')}?${query}`;
    return route.fulfill({ status: 302, headers: { location } });
  });
  return window;
}

it('ends where it says that Google has let us in, with nothing asked for elsewhere', async () => {
  const update = { command: 'update', module: 'credentials', entity: '1', payload: { origin }, token } as const;
  const link = await requestOverHttp(service.httpUrl, update);
  const window = await opened();
  await window.page.goto(link.ok ? String(link.value) : '');
  expect(await window.page.textContent('h1')).toBe('Google has let us in');
  expect(window.page.url()).toMatch(new RegExp(`^${origin}/credentials/authorize`));
  expect(
    window.asked.filter((url) => !url.startsWith(origin) && !url.startsWith('https://accounts.google.com/')),
  ).toEqual([]);
  await window.screenshot('consent');
  // Who goes back and forth gets no second look at it.
  await window.page.reload();
  expect(await window.page.textContent('h1')).toBe('This answer is no longer good');
  expect(window.errors.filter((error) => !error.includes('400 (Bad Request)'))).toEqual([]);
  await window.close();
  const list = await requestOverHttp(service.httpUrl, { command: 'list', module: 'credentials', token });
  expect(list).toMatchObject({ value: { items: [{ is_authenticated: true }] } });
});
