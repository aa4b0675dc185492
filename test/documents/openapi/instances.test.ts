/** Pins the instance API in the OpenAPI document: every path is there, every example is sent, every answer is as documented. */

import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, type Service, startService } from '../../support/service.ts';
import type { Checker } from '../document.ts';
import { type OpenApi, openApiChecker } from './document.ts';

type Operation = OpenApi['paths'][string][string];

let service: Service;
let document: OpenApi;
let check: Checker;
let token: string;
beforeAll(async () => {
  service = await startService();
  document = JSON.parse(await (await fetch(`${service.httpUrl}/openapi.json`)).text());
  check = openApiChecker(document);
  token = (await call('post', '/v1/auth/login', { body: { email: ADMIN.username, password: ADMIN.password } })).json()
    .token;
});
afterEach(async () => {
  const { mqtts } = (await call('get', '/v1/mqtt')).json();
  for (const { _id } of mqtts) expect((await call('delete', '/v1/mqtt/{id}', { id: _id })).status).toBe(200);
});
afterAll(() => service.stop());

interface Sent {
  readonly body?: unknown;
  readonly id?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends it, and holds the answer against the document. */
async function call(method: string, path: string, { body, id = '', query = '', headers = {} }: Sent = {}) {
  const response = await fetch(service.httpUrl + path.replace('{id}', id) + query, {
    method: method.toUpperCase(),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
  const documented = document.paths[path]?.[method]?.responses[response.status]?.content?.[type];
  expect(documented, `${method} ${path} ${response.status} ${type} is not documented: ${text}`).toBeDefined();
  const at = ['paths', path, method, 'responses', response.status, 'content', type, 'schema'];
  expect(check.faults(at, type.endsWith('json') ? JSON.parse(text) : text)).toBe('');
  return { status: response.status, type, text, json: () => JSON.parse(text) };
}

function operations(): { path: string; method: string; operation: Operation }[] {
  return Object.entries(document.paths)
    .filter(([path]) => path.startsWith('/v1/'))
    .flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })));
}

async function rent(): Promise<string> {
  return (await call('post', '/v1/mqtt')).json()._id;
}

describe('the instance API in the document', () => {
  it('is valid, with each operation named once', async () => {
    expect(await new Validator().validate({ ...document })).toEqual({ valid: true });
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(12);
  });

  it('has the published texts as constants', () => {
    const schema = (path: string, method: string, status: number) =>
      JSON.stringify(document.paths[path]?.[method]?.responses[status]?.content);
    expect(schema('/v1/mqtt/{id}', 'delete', 200)).toContain(`{"const":"'MQTT instance succesfully removed"}`);
    expect(schema('/v1/mqtt/{id}', 'get', 401)).toContain('"text/plain":{"schema":{"const":"Unauthorized"}');
    expect(schema('/v1/mqtt', 'get', 500)).toContain('{"enum":["Error when getting MQTT instances"]}');
    expect(schema('/v1/mqtt/{id}', 'get', 500)).toContain('{"enum":["Error when getting MQTT instance"]}');
    expect(schema('/v1/mqtt', 'post', 403)).toContain('Maximum number of MQTT instances reached. Please upgrade');
    expect(schema('/v1/auth/login', 'post', 401)).toContain('{"error":{"const":"Login or password is wrong"}}');
  });
});

describe('every example', () => {
  it('is answered as documented', async () => {
    const first = await rent();
    const later = (method: string, path: string) => (path === '/v1/mqtt/{id}' && method === 'delete' ? 1 : 0);
    const all = operations().sort((a, b) => later(a.method, a.path) - later(b.method, b.path));
    for (const { path, method, operation } of all) {
      const query = new URLSearchParams();
      for (const { name, in: place, examples } of operation.parameters ?? []) {
        if (place === 'query' && examples?.['example']) query.set(name, String(examples['example'].value));
      }
      const body = operation.requestBody?.content['application/json']?.examples['example']?.value;
      const { status, text } = await call(method, path, { id: first, query: `?${query}`, body });
      expect(status, `${method} ${path} ${text}`).toBeLessThan(300);
    }
  });
});

describe('what is refused', () => {
  it('without a token, on every path', async () => {
    for (const { path, method } of operations().filter((each) => each.path !== '/v1/auth/login')) {
      for (const accept of ['*/*', 'application/problem+json']) {
        const { status } = await call(method, path, { id: 'x', headers: { authorization: 'Bearer no', accept } });
        expect([method, path, status]).toEqual([method, path, 401]);
      }
    }
  });

  it('for an instance that is not there, in both forms', async () => {
    for (const { path, method } of operations().filter((each) => each.path.includes('{id}'))) {
      for (const accept of ['*/*', 'application/problem+json']) {
        const query = '?topic=x&action=publish';
        const { status } = await call(method, path, { id: 'f'.repeat(24), query, headers: { accept } });
        expect([method, path, status]).toEqual([method, path, 404]);
      }
    }
  });

  it('for a wrong login, a wrong body, another state, a key used twice, and a plan that is full', async () => {
    const id = await rent();
    const seen = [
      await call('post', '/v1/auth/login', { body: { email: 'admin', password: 'wrong' } }),
      await call('put', '/v1/mqtt/{id}', { id, body: { user: 'mine' } }),
      await call('put', '/v1/mqtt/{id}', { id, body: `"${'x'.repeat(300_000)}"` }),
      await call('put', '/v1/mqtt/{id}', { id, body: 'x', headers: { 'content-type': 'image/png' } }),
      await call('put', '/v1/mqtt/{id}', { id, body: {}, headers: { 'if-match': '"x"' } }),
      await call('delete', '/v1/mqtt/{id}', { id, headers: { 'if-match': '"x"' } }),
      await call('get', '/v1/mqtt/{id}/acl-check', { id }),
      await call('get', '/v1/mqtt/{id}/connection', { id, query: '?kind=fax' }),
      await call('post', '/v1/mqtt', { headers: { 'idempotency-key': 'k' } }),
      await call('post', '/v1/mqtt', { headers: { 'idempotency-key': 'k' }, body: '{}' }),
      await call('post', '/v1/mqtt'),
      await call('post', '/v1/mqtt'),
      await call('post', '/v1/mqtt'),
    ];
    const statuses = [401, 400, 413, 415, 412, 412, 400, 400, 201, 422, 201, 201, 403];
    expect(seen.map(({ status }) => status)).toEqual(statuses);
  });

  it('shows every kind of connection as it is documented', async () => {
    const id = await rent();
    const kinds = Object.keys((await call('get', '/v1/mqtt/{id}/connection', { id })).json());
    const { parameters = [] } = document.paths['/v1/mqtt/{id}/connection']?.['get'] ?? {};
    expect(parameters).toContainEqual(expect.objectContaining({ name: 'kind', schema: { enum: kinds } }));
    for (const kind of kinds) {
      await call('get', '/v1/mqtt/{id}/connection', { id, query: `?kind=${kind}` });
    }
  });
});
