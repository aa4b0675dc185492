/** Pins the connections that are kept: a question survives the end of one, a change is never sent twice. */

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRoundTrips, type RoundTrips } from '../../src/http-client/round-trips.ts';
import { eventually } from '../support/eventually.ts';
import { portOf } from '../support/free-port.ts';

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';

describe('round trips', () => {
  let server: Server;
  let trips: RoundTrips;
  /** First line of each request, with the number of its connection. */
  let asked: string[];
  let sockets: Socket[];
  let answer: (socket: Socket, requestsOfSocket: number) => void;

  beforeEach(async () => {
    asked = [];
    sockets = [];
    answer = (socket) => socket.write(ANSWER);
    server = createServer((socket) => {
      const connection = sockets.push(socket);
      let requests = 0;
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => {
        requests += 1;
        asked.push(`${connection} ${String(bytes).split(' HTTP')[0]}`);
        answer(socket, requests);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    trips = openRoundTrips({ name: 'It', base: `http://127.0.0.1:${portOf(server)}/v3`, maxBytes: 1000 });
  });
  afterEach(async () => {
    trips.close();
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  const ask = (method: string, path: string, body?: string) => trips.begin({ method, path, body, headers: {} }).answer;

  it('keep their connection for questions', async () => {
    expect(await ask('GET', '/a')).toMatchObject({ status: 200, text: '{}' });
    await ask('GET', '/b');
    expect(asked).toEqual(['1 GET /v3/a', '1 GET /v3/b']);
  });

  it('ask again when the connection that was kept has ended meanwhile', async () => {
    answer = (socket, requests) => (requests === 1 ? socket.write(ANSWER) : socket.destroy());
    await ask('GET', '/a');
    expect((await ask('GET', '/b')).status).toBe(200);
    expect(asked).toEqual(['1 GET /v3/a', '1 GET /v3/b', '2 GET /v3/b']);
  });

  it('break off an answer that has no end', async () => {
    let written = 0;
    answer = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const more = () => {
        while (!socket.destroyed && socket.write('x'.repeat(1024 * 1024))) written += 1;
        written += 1;
      };
      socket.on('drain', more);
      more();
    };
    await expect(ask('GET', '/a')).rejects.toThrow();
    await eventually(() => sockets.every((socket) => socket.destroyed));
    expect(written).toBeLessThan(200);
  });

  it('tell a failure on a fresh connection, and send no change twice', async () => {
    await ask('GET', '/a');
    answer = (socket) => socket.destroy();
    await expect(ask('POST', '/b', '{}')).rejects.toThrow();
    expect(asked).toEqual(['1 GET /v3/a', '2 POST /v3/b']);
    sockets[0]?.destroy();
    await expect(ask('GET', '/c')).rejects.toThrow();
    expect(asked.filter((line) => line.endsWith('/c')).length).toBeLessThanOrEqual(2);
  });

  it('go where they were meant to go, and follow nobody elsewhere', async () => {
    answer = (socket) => socket.write('HTTP/1.1 302 Found\r\nlocation: /v3/b\r\ncontent-length: 0\r\n\r\n');
    expect((await ask('GET', '/a')).status).toBe(302);
    expect(asked).toHaveLength(1);
  });

  it('end when they are closed, and begin no more', async () => {
    answer = () => undefined;
    const pending = ask('GET', '/a');
    const refused = expect(pending).rejects.toThrow();
    await eventually(() => asked.length > 0);
    trips.close();
    await refused;
    await expect(ask('GET', '/b')).rejects.toThrow('broken off');
    expect(asked).toHaveLength(1);
  });
});
