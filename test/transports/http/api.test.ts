/** Pins the request API over HTTP: how a request becomes an envelope, and an outcome a status and a body (contract 2.8, N-50). */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode } from '../../../src/protocol/errors.ts';
import { errorOf, json, openHttp } from './setting.ts';

let web: Awaited<ReturnType<typeof openHttp>>;
beforeAll(async () => {
  web = await openHttp();
});
afterAll(() => web.http.close());
beforeEach(() => {
  web.asked.length = 0;
  web.succeedWith({ id: 1 });
});

const envelope = () => {
  const { requestId, ...request } = web.asked.at(-1)?.request ?? { requestId: '' };
  return request;
};

describe('a request', () => {
  it.each([
    ['GET', '/api/health', { command: 'list', module: 'health' }],
    ['GET', '/api/cameras', { command: 'list', module: 'cameras', payload: { itemsPerPage: 1000 } }],
    ['GET', '/api/cameras/', { command: 'list', module: 'cameras', payload: { itemsPerPage: 1000 } }],
    ['GET', '/api/cameras?itemsPerPage=5', { command: 'list', module: 'cameras', payload: { itemsPerPage: '5' } }],
    [
      'GET',
      '/api/users?page=1&sortBy[0][key]=name&sortBy[0][order]=desc',
      { command: 'list', module: 'users', payload: { page: '1', sortBy: [{ key: 'name', order: 'desc' }] } },
    ],
    [
      'GET',
      '/api/cameras?page=2&search=a%20b',
      { command: 'list', module: 'cameras', payload: { page: '2', search: 'a b' } },
    ],
    ['GET', '/api/cameras/7', { command: 'read', module: 'cameras', entity: '7' }],
    ['GET', '/api/credentials/a%2Fb%3D', { command: 'read', module: 'credentials', entity: 'a/b=' }],
    ['GET', '/api/cameras/7?search=ignored', { command: 'read', module: 'cameras', entity: '7' }],
    ['POST', '/api/cameras', { command: 'create', module: 'cameras', payload: {} }],
    ['PUT', '/api/cameras/7', { command: 'update', module: 'cameras', entity: '7', payload: {} }],
    ['DELETE', '/api/cameras/7', { command: 'delete', module: 'cameras', entity: '7' }],
  ])('%s %s is the envelope %j', async (method, path, expected) => {
    await web.get(path, { method });
    expect(envelope()).toEqual(expected);
  });

  it('carries a JSON body as its payload', async () => {
    await web.get('/api/cameras', json('POST', { name: 'Garage', is_enabled: true, n: 1 }));
    expect(envelope()).toHaveProperty('payload', { name: 'Garage', is_enabled: true, n: 1 });
  });

  it('carries a form as a payload of texts, as long as nothing says what they stand for', async () => {
    await web.get('/api/cameras', { method: 'POST', body: new URLSearchParams({ name: '7', is_enabled: 'true' }) });
    expect(envelope()).toHaveProperty('payload', { name: '7', is_enabled: 'true' });
  });

  it.each([
    ['Bearer abc', 'abc'],
    ['bearer  abc', 'abc'],
    ['Bearer ', undefined],
    ['Basic YWRtaW46YWRtaW4=', undefined],
  ])('with Authorization %j has the token %s', async (authorization, token) => {
    await web.get('/api/cameras', { headers: { authorization } });
    expect(web.asked.at(-1)?.request.token).toBe(token);
  });

  it('says where it comes from, and the host it was sent to without the port', async () => {
    await web.get('/api/cameras');
    expect(web.asked.at(-1)?.origin).toEqual({ transport: 'http', address: '127.0.0.1', host: '127.0.0.1' });
  });

  it('keeps a usable X-Request-Id, and returns it', async () => {
    const response = await web.get('/api/cameras', { headers: { 'x-request-id': 'a/b c' } });
    expect(web.asked.at(-1)?.request.requestId).toBe('a/b c');
    expect(response.headers.get('x-request-id')).toBe('a/b c');
  });

  it.each(['#', '/x', 'x'.repeat(129), 'h\u00e9'])('gets a fresh id in place of %j', async (given) => {
    const response = await web.get('/api/cameras', { headers: { 'x-request-id': given } });
    const id = response.headers.get('x-request-id');
    expect(id).toMatch(/^[\da-f-]{36}$/);
    expect(web.asked.at(-1)?.request.requestId).toBe(id);
  });
});

describe('an answer', () => {
  it.each([
    ['GET', '/api/cameras', 200],
    ['GET', '/api/cameras/1', 200],
    ['POST', '/api/cameras', 201],
    ['PUT', '/api/cameras/1', 201],
  ])('to %s %s has status %i, and must not be kept', async (method, path, status) => {
    const response = await web.get(path, { method });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({ id: 1 });
  });

  it('to DELETE is 204 and empty', async () => {
    const response = await web.get('/api/cameras/1', { method: 'DELETE' });
    expect([response.status, await response.text()]).toEqual([204, '']);
  });

  it('without a result is empty', async () => {
    web.succeedWith(undefined);
    const response = await web.get('/api/cameras/1', { method: 'PUT' });
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([201, null, '']);
  });

  it.each([
    [7, '7'],
    ['https://a.example/?b=<c>', 'https://a.example/?b=<c>'],
  ])('%j is plain text', async (value, text) => {
    web.succeedWith(value);
    const response = await web.get('/api/credentials', { method: 'POST' });
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect([response.status, await response.text()]).toEqual([201, text]);
  });

  it('to HEAD has the headers of GET and no body', async () => {
    const response = await web.get('/api/cameras', { method: 'HEAD' });
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'application/json; charset=utf-8',
      '',
    ]);
  });

  it.each(Object.entries(ERRORS))('%s has the status of the catalogue', async (code, { status }) => {
    web.failWith(code as ErrorCode, 'words');
    const response = await web.get('/api/cameras', { headers: { 'x-request-id': 'r1' } });
    expect(response.status).toBe(status);
    expect(response.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const context = { command: 'list', module: 'cameras', requestId: 'r1', payload: { itemsPerPage: 1000 } };
    expect(await response.json()).toEqual({ error: { message: 'words', code, details: [], context } });
  });
});

describe('a request that cannot be carried out', () => {
  it.each(['PUT', 'DELETE'])('%s without an id: Invalid Context, with the fault in the details', async (method) => {
    const response = await web.get('/api/cameras', { method, headers: { 'x-request-id': 'r1' } });
    const label = { label: 'entity', key: 'entity' };
    const details = [{ message: '"entity" is required', path: ['entity'], type: 'any.required', context: label }];
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toEqual({
      message: 'Invalid Context',
      code: 'invalid_envelope',
      details,
      context: { requestId: 'r1' },
    });
    expect(web.asked).toEqual([]);
  });

  it('POST with an id: Invalid Context', async () => {
    const response = await web.get('/api/cameras/1', json('POST', {}));
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({ message: 'Invalid Context', details: [{ type: 'any.unknown' }] });
  });

  it.each([
    ['PATCH', '/api/cameras', 'GET, HEAD, POST'],
    ['PATCH', '/api/cameras/1', 'GET, HEAD, PUT, DELETE'],
    ['PROPFIND', '/api/cameras/1', 'GET, HEAD, PUT, DELETE'],
  ])('%s %s: 405, allowed are %s', async (method, path, allow) => {
    const response = await web.get(path, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
    expect(await errorOf(response)).toMatchObject({
      message: 'Invalid Context',
      code: 'invalid_envelope',
      details: [{ message: '"command" must be one of [list, read, create, update, delete]' }],
    });
  });

  it('OPTIONS tells what is allowed', async () => {
    const response = await web.get('/api/cameras', { method: 'OPTIONS' });
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'GET, HEAD, POST']);
  });

  it.each(['{', '{"a":}', '\ufeff{]'])('the body %j is no JSON: 400, and nothing of it comes back', async (body) => {
    const response = await web.get('/api/auth', json('POST', `${body} "password":"hunter2"`));
    const text = await response.text();
    expect(response.status).toBe(400);
    expect(JSON.parse(text).error).toMatchObject({ code: 'malformed_json', details: [] });
    expect(text).not.toContain('hunter2');
  });

  it.each(['[]', '"text"', 'null', '7'])('the body %s is JSON but no object', async (body) => {
    const response = await web.get('/api/cameras', json('POST', body));
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({
      code: 'invalid_envelope',
      details: [{ path: ['payload'], type: 'object.base' }],
    });
  });

  it('a body of more than 256 KB: 413', async () => {
    const response = await web.get('/api/cameras', json('POST', { name: 'x'.repeat(256 * 1024) }));
    expect(response.status).toBe(413);
    expect(await errorOf(response)).toMatchObject({
      code: 'invalid_payload',
      message: 'The request body is too large',
    });
  });

  it.each([
    [{ 'content-type': 'text/plain' }],
    [{ 'content-type': 'application/json; charset=latin1' }],
    [{ 'content-type': 'application/json', 'content-encoding': 'rot13' }],
  ])('a body sent as %j: 415', async (headers) => {
    const response = await web.get('/api/cameras', { method: 'POST', headers, body: '{}' });
    expect(response.status).toBe(415);
    expect(await errorOf(response)).toHaveProperty('code', 'invalid_payload');
  });

  it('an id that is not percent-encoded UTF-8: 400', async () => {
    const response = await web.get('/api/cameras/%ff');
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toHaveProperty('code', 'invalid_envelope');
  });

  it('a fault of ours: 500, which says nothing but the request id, and is logged', async () => {
    web.answerWith(() => {
      throw new Error('secret driver text');
    });
    const response = await web.get('/api/cameras', { headers: { 'x-request-id': 'r2' } });
    expect(response.status).toBe(500);
    const error = { message: 'Internal error', code: 'internal', details: [], context: { requestId: 'r2' } };
    expect(await response.json()).toEqual({ error });
    expect(web.log.visible()).toEqual(['error: a request failed']);
  });
});
