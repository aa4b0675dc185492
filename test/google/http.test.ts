/** Pins one exchange with Google: what is sent, that it ends in time, and that no answer can be misread as success. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createGoogleHttp } from '../../src/google/http.ts';
import { eventually } from '../support/eventually.ts';
import { portOf } from '../support/free-port.ts';
import { type HttpStandIn, startHttpStandIn } from '../support/http-stand-in.ts';
import { manualClock } from '../support/manual-clock.ts';

let google: HttpStandIn;
const clock = manualClock();
const http = createGoogleHttp(fetch, clock);

beforeEach(async () => {
  google = await startHttpStandIn();
});

afterEach(() => google.close());

const ask = () => http({ method: 'GET', url: google.url, accessToken: 'ya29.secret' });

it('sends forms as forms, objects as JSON, and the token in the header', async () => {
  google.answer(() => ({ body: {} }));
  await http({ method: 'POST', url: google.url, body: new URLSearchParams({ a: 'b c' }) });
  await http({ method: 'POST', url: google.url, body: { a: 1 }, accessToken: 't' });
  const [form, json] = google.requests;
  expect([form?.headers['content-type'], form?.body]).toEqual([
    'application/x-www-form-urlencoded;charset=UTF-8',
    'a=b+c',
  ]);
  expect([json?.headers['content-type'], json?.body]).toEqual(['application/json', '{"a":1}']);
  expect([form?.headers.authorization, json?.headers.authorization]).toEqual([undefined, 'Bearer t']);
});

it('gives up on an answer that does not come', async () => {
  // A server that never answers: it reads the request and goes silent.
  const silent = createGoogleHttp(
    (_url, init) =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(new Error()))),
    clock,
  );
  const asked = silent({ method: 'GET', url: google.url });
  await eventually(() => clock.waiting > 0);
  clock.advance(20_000);
  expect(await asked).toMatchObject({ failure: { status: 503, message: 'Google did not answer in time' } });
  expect(clock.waiting).toBe(0);
});

it('reads no more than can be true, and no longer than it waits', async () => {
  let sent = 0;
  let isOver = false;
  const endless = () =>
    new ReadableStream<Uint8Array>({
      pull(stream) {
        sent += 1;
        stream.enqueue(new Uint8Array(1024 * 1024).fill(0x20));
      },
      cancel() {
        isOver = true;
      },
    });
  const long = createGoogleHttp(async () => new Response(endless()), clock);
  const said = { failure: { status: 502, message: 'Google answered more than can be true' } };
  expect(await long({ method: 'GET', url: google.url })).toMatchObject(said);
  expect(isOver).toBe(true);
  expect(sent).toBeLessThan(10);
  // A real server that begins to answer and never ends.
  const slow = await startSilentBody();
  const asked = http({ method: 'GET', url: slow.url });
  await slow.begun;
  clock.advance(20_000);
  expect(await asked).toMatchObject({ failure: { status: 503, message: 'Google did not answer in time' } });
  await slow.close();
});

it.each(['not JSON', '[]', '"text"', 'null', ''])('takes a successful answer of %j for none', async (body) => {
  google.answer(() => ({ status: 200, body }));
  expect(await ask()).toMatchObject({ ok: false, failure: { status: 502 } });
});

it('carries a token to no other place that an answer names', async () => {
  google.answer(() => ({ status: 302, headers: { location: `${google.url}/elsewhere` } }));
  expect(await ask()).toMatchObject({ ok: false });
  expect(google.requests.length).toBe(1);
});

it('says in its own words and codes what Google answered, and for how long it wants to be left alone', async () => {
  const error = {
    code: 429,
    status: 'RESOURCE_EXHAUSTED',
    message: 'Rate limit of enterprises/p/devices/AVPHwEuBfnPOnTqzVFT4 exceeded',
  };
  google.answer(() => ({ status: 429, body: { error }, headers: { 'retry-after': '30' } }));
  expect(await ask()).toEqual({
    ok: false,
    failure: {
      status: 429,
      code: 'RESOURCE_EXHAUSTED',
      message: 'Rate limit of [redacted] exceeded',
      retryAfterMs: 30_000,
    },
  });
});

it('finds a code where Google sent a page in place of an error', async () => {
  google.answer(() => ({ status: 503, body: '<html>' }));
  expect(await ask()).toMatchObject({ failure: { status: 503, code: 'UNAVAILABLE', message: 'Google answered 503' } });
});

async function startSilentBody() {
  let begin = () => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"a":', begin);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...{ begun, url: `http://127.0.0.1:${portOf(server)}` },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
