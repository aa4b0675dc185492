/** Pins that the application behaves the same on Node's own server as on the prepared one, which is there for speed only. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expressServer } from '../../../src/transports/http/server/express-server.ts';

function application() {
  const app = express().set('trust proxy', 'loopback');
  app.get(
    '/json',
    (request, response) =>
      void response.vary('X').json({ ip: request.ip, host: request.hostname, query: request.query }),
  );
  app.post('/echo', express.json(), (request, response) => void response.status(201).send(request.body));
  app.get('/redirect', (_request, response) => response.redirect('/json'));
  app.get('/stream', (_request, response) => {
    response.write('a');
    response.end('b');
  });
  app.get('/throw', () => {
    throw new Error('broken');
  });
  app.use((_request, response) => void response.sendStatus(404));
  const answerError: ErrorRequestHandler = (error, _request, response, _next) => {
    response.status(error.status ?? 500).json({ message: error.message });
  };
  return app.use(answerError);
}

const servers: Server[] = [];
const urls: string[] = [];
beforeAll(async () => {
  servers.push(createServer(application()), expressServer(application()));
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    urls.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }
});
afterAll(() => {
  for (const server of servers) server.close();
});

describe.each([
  ['GET', '/json?a=1', undefined],
  ['HEAD', '/json', undefined],
  ['GET', '/redirect', undefined],
  ['GET', '/stream', undefined],
  ['GET', '/nothing', undefined],
  ['POST', '/echo', '{"a":1}'],
  ['POST', '/echo', '{'],
  ['GET', '/throw', undefined],
])('%s %s %s', (method, path, body) => {
  it('is answered alike', async () => {
    const headers = {
      'content-type': 'application/json',
      'x-forwarded-for': '192.0.2.7',
      'x-forwarded-host': 'a.example',
    };
    const answers = urls.map(async (url) => {
      const response = await fetch(url + path, { method, headers, redirect: 'manual', ...(body ? { body } : {}) });
      const { date: _, ...rest } = Object.fromEntries(response.headers);
      return { status: response.status, headers: rest, text: await response.text() };
    });
    const [plain, prepared] = await Promise.all(answers);
    expect(prepared).toEqual(plain);
  });
});

it('requests and responses are Express’ own from birth, so that nothing is swapped', async () => {
  const app = application();
  const server = expressServer(app);
  const seen = new Promise((resolve) => {
    server.prependListener('request', (request, response) => {
      resolve([Object.getPrototypeOf(request) === app.request, Object.getPrototypeOf(response) === app.response]);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/json`);
  expect(await seen).toEqual([true, true]);
  server.close();
});
