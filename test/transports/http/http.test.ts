/** Pins what surrounds every route of the HTTP side: unknown paths, security headers, cross origin, limits, health, log. */

import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { Router } from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { errorOf, json, openHttp } from './setting.ts';

const opened: Awaited<ReturnType<typeof openHttp>>[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ http }) => http.close()));
});

async function open(options?: Parameters<typeof openHttp>[0]) {
  const web = await openHttp(options);
  opened.push(web);
  return web;
}

describe('paths', () => {
  it.each([
    ['GET', '/foo', 'Cannot GET:/foo'],
    ['POST', '/foo?a=b', 'Cannot POST:/foo'],
    ['GET', '/api', 'Cannot GET:/api'],
    ['DELETE', '/api/a/b/c', 'Cannot DELETE:/api/a/b/c'],
  ])('%s %s is unknown: 404 in upstream’s words', async (method, path, message) => {
    const { get } = await open();
    const response = await get(path, { method });
    expect([response.status, await response.json()]).toEqual([404, { message }]);
  });

  it('other parts mount theirs at any time, and read bodies themselves', async () => {
    const { http, get } = await open();
    const router = Router();
    router.post('/x', (request, response) => void response.json({ body: request.body ?? null }));
    http.mount('/hooks', router);
    const response = await get('/hooks/x', json('POST', {}));
    expect([response.status, await response.json()]).toEqual([200, { body: null }]);
    expect((await get('/hooks/y')).status).toBe(404);
  });

  it('a mounted route that throws answers 500 with an error body', async () => {
    const { http, get } = await open();
    http.mount('/broken', () => {
      throw new Error('secret driver text');
    });
    const response = await get('/broken');
    expect(response.status).toBe(500);
    expect(await errorOf(response)).toMatchObject({ code: 'internal', message: 'Internal error' });
  });
});

describe('headers', () => {
  it('guard every answer, and do not say what made it', async () => {
    const { get } = await open();
    const { headers } = await get('/foo');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    // Over plain HTTP in a home there is nothing to upgrade to.
    expect(headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
    expect(headers.get('strict-transport-security')).toBeNull();
  });

  it('JSON of more than 1 KB is compressed for who takes it, and only then', async () => {
    const { get, succeedWith, port } = await open();
    const value = { text: 'x'.repeat(5000) };
    succeedWith(value);
    const big = await get('/api/cameras');
    expect([big.headers.get('content-encoding'), await big.json()]).toEqual([
      expect.stringMatching(/^(gzip|br)$/),
      value,
    ]);
    const plain = await rawGet(port, '/api/cameras');
    expect([plain.headers['content-encoding'], JSON.parse(plain.text)]).toEqual([undefined, value]);
    succeedWith({ text: 'x' });
    expect((await get('/api/cameras')).headers.get('content-encoding')).toBeNull();
  });
});

describe('cross origin', () => {
  const origin = 'https://page.example';

  it('is off unless configured', async () => {
    const { get } = await open();
    const { headers } = await get('/api/cameras', { headers: { origin } });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('lets a listed page in, and tells it what it may read', async () => {
    const { get } = await open({ corsOrigins: [origin] });
    const { headers } = await get('/api/cameras', { headers: { origin } });
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    const exposed = headers.get('access-control-expose-headers')?.split(', ');
    expect(exposed).toEqual(expect.arrayContaining(['X-Request-Id', 'ETag', 'Link', 'Location', 'X-Receipt-Kicked']));
    expect(headers.get('vary')).toContain('Origin');
  });

  it('answers the question before the request without running it', async () => {
    const { get, asked } = await open({ corsOrigins: [origin] });
    const headers = {
      origin,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'authorization',
    };
    const response = await get('/api/cameras/1', { method: 'OPTIONS', headers });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-methods')).toContain('PUT');
    const allowed = response.headers.get('access-control-allow-headers')?.split(', ');
    expect(allowed).toEqual(expect.arrayContaining(['Authorization', 'Idempotency-Key', 'If-Match']));
    expect(asked).toEqual([]);
  });

  it.each(['https://other.example', 'null', 'https://page.example.evil.example'])('keeps %s out', async (other) => {
    const { get } = await open({ corsOrigins: [origin] });
    const { headers } = await get('/api/cameras', { headers: { origin: other } });
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('vary')).toContain('Origin');
  });
});

describe('the rate of requests', () => {
  it('is counted per address, told in standard fields, and refused with an error body', async () => {
    const { get, asked } = await open({ rate: { requests: 2, windowMs: 60_000 } });
    const first = await get('/api/cameras');
    expect(first.headers.get('ratelimit-policy')).toMatch(/^"2-in-1min"; q=2; w=60/);
    expect(first.headers.get('ratelimit')).toMatch(/^"2-in-1min"; r=1; t=\d+$/);
    await get('/foo');
    const refused = await get('/api/cameras', { headers: { 'x-request-id': 'r3' } });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await errorOf(refused)).toMatchObject({ code: 'too_many_requests', context: { requestId: 'r3' } });
    expect(asked).toHaveLength(1);
    expect((await get('/healthz')).status).toBe(200);
  });

  it('is refused in the two forms of the instance API where that was asked', async () => {
    const { get } = await open({ rate: { requests: 0, windowMs: 60_000 } });
    const plain = await get('/v1/mqtt');
    expect([plain.status, await plain.text()]).toEqual([429, '{"message":"Too many requests"}']);
    expect(Number(plain.headers.get('retry-after'))).toBeGreaterThan(0);
    const problem = await get('/v1/mqtt', { headers: { accept: 'application/problem+json' } });
    expect(problem.headers.get('content-type')).toContain('application/problem+json');
    expect(await problem.json()).toMatchObject({ status: 429, title: 'Too Many Requests' });
    expect(await errorOf(await get('/v10/mqtt'))).toMatchObject({ code: 'too_many_requests' });
  });

  it('does not believe X-Forwarded-For of just anybody', async () => {
    const { get, asked } = await open({ rate: { requests: 1, windowMs: 60_000 } });
    const from = (address: string) => get('/api/cameras', { headers: { 'x-forwarded-for': address } });
    expect([(await from('192.0.2.1')).status, (await from('192.0.2.2')).status]).toEqual([200, 429]);
    expect(asked.map(({ origin }) => origin.address)).toEqual(['127.0.0.1']);
  });

  it('counts the client of a trusted proxy', async () => {
    const { get, asked } = await open({ rate: { requests: 1, windowMs: 60_000 }, trustProxy: ['loopback'] });
    const from = (address: string) =>
      get('/api/cameras', { headers: { 'x-forwarded-for': address, 'x-forwarded-host': 'home.example:8443' } });
    expect([(await from('192.0.2.1')).status, (await from('192.0.2.2')).status]).toEqual([200, 200]);
    expect(asked.map(({ origin }) => [origin.address, origin.host])).toEqual([
      ['192.0.2.1', 'home.example'],
      ['192.0.2.2', 'home.example'],
    ]);
  });
});

describe('health and log', () => {
  it('healthz says ok, or 503 with what is wrong', async () => {
    let status = 'ok';
    const { get } = await open({ status: () => status });
    const well = await get('/healthz');
    expect([well.status, await well.json()]).toEqual([200, { status: 'ok' }]);
    status = 'the store refuses writes';
    const ill = await get('/healthz');
    expect([ill.status, await ill.json()]).toEqual([503, { status }]);
  });

  it('each request is one line that names the route and not the path, and health checks are none', async () => {
    const { get, log } = await open();
    await get('/healthz');
    await get('/api/credentials/a-secret-code?token=abc', { headers: { 'x-request-id': 'r4' } });
    const lines = await eventually(() => log.lines.length > 0 && log.lines);
    const route = '/api/:module{/:id}';
    const fields = { method: 'GET', route, status: 200, ms: expect.any(Number), requestId: 'r4' };
    expect(lines).toEqual([{ level: 'debug', message: 'http request', fields }]);
  });
});

/** Without the Accept-Encoding that fetch always sends. */
async function rawGet(port: number, path: string) {
  const request = httpRequest({ port, path, host: '127.0.0.1', agent: false }).end();
  const [response] = await once(request, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  return { headers: response.headers, text };
}
