/** Sends what the OpenAPI document gives as examples to a running service, and holds every answer against what it promises. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needsEntity } from '../../../src/protocol/verbs.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';
import type { Checker } from '../document.ts';
import { consentAnswer, type StandIn, startStandIn } from '../stand-in.ts';
import { type OpenApi, openApiChecker, operationOf, ROWS, type Row, responseAt } from './document.ts';

const SOMEONE = { username: 'someone', password: 'someones password' };

let service: Service;
/** What a plain service has nothing for. */
const STOOD_IN = [
  ...['htop.update', 'snapshots.read', 'streams.read', 'streams.create', 'streams.delete', 'clients.delete'],
  ...['imports.update', 'operations.list', 'operations.read', 'operations.delete'],
];

/** With a Google to authorise at, a process to restart and a camera that films. */
let standIn: StandIn;
let document: OpenApi;
let check: Checker;
let admin: string;
let user: string;
beforeAll(async () => {
  [service, standIn] = await Promise.all([startService(), startStandIn()]);
  document = JSON.parse(await (await fetch(`${service.httpUrl}/openapi.json`)).text());
  check = openApiChecker(document);
  admin = await logIn(ADMIN);
});
afterAll(() => Promise.all([service.stop(), standIn.stop()]));

/** What the service calls what the examples call otherwise. */
const actualIds = new Map<string, string>();

describe('every example is answered as documented:', () => {
  it.each(ROWS)('$method $path', async (row) => {
    const { url, token, entity } = await placeFor(row);
    const { status, answer, text } = await send(row, { url, token, entity });
    expect(status, text).toBeLessThan(300);
    expectDocumented(row, status, text);
    if (row.command === 'create') noteId(row, answer);
  });
});

describe('what is refused is refused as documented:', () => {
  beforeAll(async () => {
    const body = JSON.stringify({ ...SOMEONE, can_login: true });
    await fetch(`${service.httpUrl}/api/users`, { method: 'POST', body, headers: headers(admin) });
    user = await logIn(SOMEONE);
  });

  it.each(ROWS.filter(({ right }) => right !== 'anyone'))('$method $path without a token', async (row) => {
    const { status, text } = await send(row, { url: service.httpUrl });
    expect(status).toBe(401);
    expectDocumented(row, status, text);
  });

  it.each(ROWS.filter(({ right }) => right === 'admin' || right === 'self'))(
    '$method $path by a user who is no administrator',
    async (row) => {
      const { status, text } = await send(row, { url: service.httpUrl, token: user });
      expect(status).toBe(403);
      expectDocumented(row, status, text);
    },
  );

  it('whatever names a row, with one that is not there', async () => {
    const rows = ROWS.filter((row) => '404' in operationOf(document, row).responses);
    expect(rows.length).toBeGreaterThan(9);
    for (const row of rows) {
      const entity = row.module === 'credentials' && row.command === 'read' ? answerForNobody() : '999999';
      const body = { ...exampleBody(row), ...(needsEntity(row.command) ? {} : { entity }) };
      const { status, text } = await send(row, { url: service.httpUrl, token: admin, entity, body });
      expect([row.method, row.path, status]).toEqual([row.method, row.path, 404]);
      expectDocumented(row, status, text);
    }
  });

  it.each(ROWS.filter((row) => row.method === 'post' || row.method === 'put'))(
    '$method $path with a body that is no object, is too large, or of no known kind',
    async (row) => {
      const large = JSON.stringify({ description: 'x'.repeat(300_000) });
      const statuses: number[] = [];
      for (const [type, body] of [
        ['application/json', '[]'],
        ['application/json', large],
        ['image/png', 'x'],
      ] as const) {
        const sent = { method: row.method.toUpperCase(), body, headers: { ...headers(admin), 'content-type': type } };
        const response = await fetch(service.httpUrl + row.path.replace('{id}', '1'), sent);
        statuses.push(response.status);
        expectDocumented(row, response.status, await response.text());
      }
      expect(statuses).toEqual([400, 413, 415]);
    },
  );

  it('too many attempts to log in', async () => {
    const row = ROWS.find(({ module, command }) => module === 'auth' && command === 'create');
    if (!row) throw new Error('there is no way to log in');
    const statuses = new Set<number>();
    for (let attempt = 0; attempt < 50 && !statuses.has(429); attempt += 1) {
      const { status, text } = await send(row, {
        url: service.httpUrl,
        body: { username: 'nobody', password: 'wrong' },
      });
      statuses.add(status);
      expectDocumented(row, status, text);
    }
    expect([...statuses]).toEqual([400, 429]);
  });

  it('/healthz says that it works', async () => {
    const response = await fetch(`${service.httpUrl}/healthz`);
    const at = ['paths', '/healthz', 'get', 'responses', 200, 'content', 'application/json', 'schema'];
    expect([response.status, check.faults(at, await response.json())]).toEqual([200, '']);
  });
});

interface Sending {
  readonly url: string;
  readonly token?: string | undefined;
  readonly entity?: string | undefined;
  readonly body?: unknown;
}

async function placeFor(row: Row): Promise<Sending> {
  const operation = `${row.module}.${row.command}`;
  if (operation === 'credentials.read')
    return { url: standIn.url, token: 'admin', entity: await consentAnswer(standIn) };
  if (STOOD_IN.includes(operation)) return { url: standIn.url, token: 'admin' };
  if (row.right === 'anyone') return { url: service.httpUrl };
  // Logging out must not end the session of the others.
  const token = operation === 'auth.delete' ? await logIn(ADMIN) : admin;
  const example = exampleEntity(row);
  return { url: service.httpUrl, token, entity: example && (actualIds.get(`${row.module} ${example}`) ?? example) };
}

async function send(row: Row, { url, token, entity = exampleEntity(row), body = exampleBody(row) }: Sending) {
  const target = new URL(url + row.path.replace('{id}', encodeURIComponent(entity ?? '')));
  for (const { name, in: place, examples } of operationOf(document, row).parameters) {
    if (place === 'query' && examples) target.searchParams.set(name, String(examples['example']?.value));
  }
  const response = await fetch(target, {
    method: row.method.toUpperCase(),
    headers: headers(token),
    ...(body === undefined || row.method === 'get' || row.method === 'delete' ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return { status: response.status, text, answer: isJson ? JSON.parse(text) : text };
}

/** A text answer is a number where the schema wants one: HTTP does not tell 7 from "7". */
function expectDocumented(row: Row, status: number, text: string): void {
  const { response, at } = responseAt(document, row, status);
  const [type] = Object.keys(response.content ?? {});
  if (type === undefined) {
    expect(text).toBe('');
    return;
  }
  const value = type === 'application/json' || /^\d+$/.test(text) ? JSON.parse(text) : text;
  expect(check.faults([...at, 'content', type, 'schema'], value)).toBe('');
}

function exampleEntity(row: Row): string | undefined {
  const parameter = operationOf(document, row).parameters.find((one) => one.in === 'path');
  return parameter && String(parameter.examples?.['example']?.value);
}

function exampleBody(row: Row): object | undefined {
  const value = operationOf(document, row).requestBody?.content['application/json']?.examples['example']?.value;
  return value === undefined ? undefined : Object(value);
}

/** Remembers how the service named what the example of a create made. */
function noteId(row: Row, answer: unknown): void {
  const { response } = responseAt(document, row, 201);
  const [documented] = Object.values(response.content ?? {}).map(({ examples }) => examples['example']?.value);
  actualIds.set(`${row.module} ${idIn(documented)}`, idIn(answer));
}

function idIn(answer: unknown): string {
  const { id, _id = id } = Object(answer);
  return String(_id ?? answer);
}

function headers(token: string | undefined): Record<string, string> {
  return { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
}

async function logIn(login: { username: string; password: string }): Promise<string> {
  const sent = { method: 'POST', body: JSON.stringify(login), headers: headers(undefined) };
  const { bearer } = JSON.parse(await (await fetch(`${service.httpUrl}/api/auth`, sent)).text());
  return bearer;
}

/** What Google's page could have said about credentials that are gone. */
function answerForNobody(): string {
  const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64');
  const state = base64({ id: 999_999, nonce: 'x' });
  return base64({ state, code: 'x', scope: 'x', origin: 'https://nest.example' });
}
