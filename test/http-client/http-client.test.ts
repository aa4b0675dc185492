/** Pins what holds for whoever asks another program: an answer has bounds in bytes and time, a login goes to nobody else, no secret is told. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type HttpClient, openHttpClient } from '../../src/http-client/http-client.ts';
import { eventually } from '../support/eventually.ts';
import { portOf } from '../support/free-port.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';

let server: Server;
let clock: ManualClock;
let client: HttpClient;
let asked: { readonly request: IncomingMessage; readonly body: string }[];
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  asked = [];
  answer = (response) => response.end('{}');
  server = createServer(async (request, response) => {
    asked.push({ request, body: await text(request) });
    answer(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  clock = manualClock();
  const url = `http://127.0.0.1:${portOf(server)}/`;
  const bounds = { timeoutMs: 5000, maxBytes: 1000 };
  client = openHttpClient({ name: 'It', url, username: 'u', password: 's3cret', clock, ...bounds });
});

afterEach(async () => {
  client.close();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const failed = (message: string) => ({ code: 'upstream_failed', message });

it('a question has the login, and a body is JSON', async () => {
  expect(await client.ask('/a', { method: 'POST', body: { b: 1 } })).toMatchObject({ status: 200, text: '{}' });
  const [{ request, body } = { request: undefined, body: '' }] = asked;
  expect([request?.method, request?.url, body]).toEqual(['POST', '/a', '{"b":1}']);
  expect(request?.headers).toMatchObject({ authorization: 'Basic dTpzM2NyZXQ=', 'content-type': 'application/json' });
  expect(clock.waiting).toBe(0);
});

it('an answer is as long as it may be, and not a byte longer', async () => {
  answer = (response) => response.end('ä'.repeat(500));
  expect((await client.ask('/')).text).toHaveLength(500);
  answer = (response) => response.end(`${'ä'.repeat(500)}.`);
  await expect(client.ask('/')).rejects.toMatchObject(failed('It answers more than can be true'));
  expect(asked).toHaveLength(2);
});

it('an answer that comes too slowly is broken off, and who asks may give it more time', async () => {
  const ends: ServerResponse[] = [];
  answer = (response) => {
    response.write('{');
    ends.push(response);
  };
  const [usual, patient] = [client.ask('/'), client.ask('/', { timeoutMs: 12_000 })];
  await eventually(() => ends.length === 2);
  const late = expect(usual).rejects.toMatchObject(failed('It does not answer in time'));
  clock.advance(5000);
  await late;
  for (const response of ends) response.end('}');
  expect((await patient).text).toBe('{}');
});

it('is led nowhere else, and its words name neither password nor address', async () => {
  answer = (response) => response.writeHead(302, { location: '/elsewhere' }).end();
  await expect(client.ask('/')).rejects.toMatchObject(failed('It answers with a redirection'));
  expect(asked).toHaveLength(1);
  answer = (response) => response.destroy();
  await expect(client.ask('/')).rejects.toMatchObject(failed('It cannot be reached'));
});
