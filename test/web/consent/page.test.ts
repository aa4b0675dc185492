/** Pins the last step of Google's consent: the browser comes back, and is told what came of it; no answer is good twice. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { consentHtml } from '../../../src/web/consent/html.ts';
import { requestOverHttp } from '../../support/api/http.ts';
import { type GoogleServer, startGoogleServer } from '../../support/google/google.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';

const CLIENT = { id: '1234.apps.googleusercontent.com', secret: 'GOCSPX-secret' };
let google: GoogleServer;
let service: Service;
let token: string;

beforeAll(async () => {
  google = await startGoogleServer(() => Date.now(), { project: 'p', client: CLIENT });
  service = await startService({ googleUrls: google.urls });
  const login = await requestOverHttp(service.httpUrl, { command: 'create', module: 'auth', payload: ADMIN });
  token = login.ok ? String(Object(login.value).bearer) : '';
  const payload = {
    description: 'House',
    oauth_client_id: CLIENT.id,
    oauth_client_secret: CLIENT.secret,
    dac_project_id: 'p',
  };
  await requestOverHttp(service.httpUrl, { command: 'create', module: 'credentials', payload, token });
});
afterAll(async () => {
  await service.stop();
  await google.close();
});

async function consented(): Promise<URLSearchParams> {
  const payload = { origin: 'https://nest.example:2001' };
  const answer = await requestOverHttp(service.httpUrl, {
    command: 'update',
    module: 'credentials',
    entity: '1',
    payload,
    token,
  });
  if (!answer.ok) throw new Error(answer.error.message);
  return new URLSearchParams(google.consent(String(answer.value)));
}

async function comeBack(query: URLSearchParams | string, language = 'en') {
  const response = await fetch(`${service.httpUrl}/credentials/authorize?${query}`, {
    headers: { 'accept-language': language },
  });
  return { status: response.status, html: await response.text(), headers: response.headers };
}

const isAuthenticated = async () => {
  const list = await requestOverHttp(service.httpUrl, { command: 'list', module: 'credentials', token });
  return list.ok && Object(list.value).items[0].is_authenticated;
};

it('a person who declines is told what Google said, and nothing is changed', async () => {
  const query = await consented();
  const declined = await comeBack(
    new URLSearchParams({ error: 'access_denied<b>', state: query.get('state') ?? '' }),
    'de',
  );
  expect(declined).toMatchObject({ status: 400, html: expect.stringContaining('Google hat uns nicht eingelassen') });
  expect(declined.html).toContain('access_denied&#60;b&#62;');
  expect(await isAuthenticated()).toBe(false);
});

it('an answer that somebody made up changes nothing', async () => {
  const query = await consented();
  query.set('state', Buffer.from(JSON.stringify({ id: 1, nonce: '0'.repeat(32) })).toString('base64'));
  expect(await comeBack(query)).toMatchObject({ status: 400, html: expect.stringContaining('no longer good') });
  expect(await comeBack('code=x')).toMatchObject({ status: 400, html: expect.stringContaining('could not be asked') });
  expect(await comeBack('')).toMatchObject({ status: 400, html: expect.stringContaining('Nothing to do here') });
  expect(await isAuthenticated()).toBe(false);
});

it('consent lets us in, once, and the page says so and is kept nowhere', async () => {
  const query = await consented();
  const { status, html, headers } = await comeBack(query);
  expect([status, headers.get('cache-control'), headers.get('referrer-policy')]).toEqual([
    200,
    'no-store',
    'no-referrer',
  ]);
  expect(html).toContain('Google has let us in');
  expect(html).not.toContain(String(query.get('code')));
  expect(await isAuthenticated()).toBe(true);
  expect(await comeBack(query)).toMatchObject({ status: 400, html: expect.stringContaining('no longer good') });
  expect(service.log()).not.toContain(String(query.get('code')));
});

it.each(['en', 'de'] as const)('every outcome has words in %s', (language) => {
  const results = [
    { kind: 'done' },
    { kind: 'stale' },
    { kind: 'empty' },
    { kind: 'declined', reason: 'x' },
    { kind: 'failed', reason: 'x' },
  ] as const;
  const titles = results.map((result) => /<h1>(.+)<\/h1>/.exec(consentHtml(result, language))?.[1]);
  expect(new Set(titles).size).toBe(results.length);
});
