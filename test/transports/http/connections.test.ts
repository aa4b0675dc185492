/** Pins the connections of the HTTP side: WebSockets by their path, a port that is taken, and the end of them all. */

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../../src/core/ports.ts';
import { systemClock } from '../../support/system-clock.ts';
import { httpSetting, openHttp } from './setting.ts';

const opened: Awaited<ReturnType<typeof openHttp>>[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ http }) => http.close()));
});

async function open() {
  const web = await openHttp();
  opened.push(web);
  return web;
}

describe('connections', () => {
  it('a WebSocket at its own path goes to whoever asked for it', async () => {
    const { http, port } = await open();
    const sockets = new WebSocketServer({ noServer: true });
    http.onUpgrade('/mqtt', (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (webSocket) => webSocket.send('hello'));
    });
    const client = new WebSocket(`ws://127.0.0.1:${port}/mqtt?x=1`);
    const [data] = await once(client, 'message');
    expect(String(data)).toBe('hello');
    client.terminate();
  });

  it('a WebSocket at any other path is answered with 404', async () => {
    const { port } = await open();
    const client = new WebSocket(`ws://127.0.0.1:${port}/mqtt/x`);
    const [error] = await once(client, 'error');
    expect(String(error)).toContain('404');
  });

  it('a port that is taken is an error', async () => {
    const { port } = await open();
    const { http } = httpSetting();
    await expect(http.listen('127.0.0.1', port)).rejects.toThrow('EADDRINUSE');
    await http.close();
  });

  it('close lets a request end, then closes connections that are kept alive, and accepts no more', async () => {
    // Nothing is ever cut here: who ends, ends by itself.
    const after: Clock['after'] = (ms, callback) => (ms < 2000 ? systemClock.after(ms, callback) : () => undefined);
    const { http, port, answerWith } = await openHttp({ clock: { ...systemClock, after } });
    let finish: () => void = () => undefined;
    const asked = new Promise<void>((arrived) => {
      answerWith(() => {
        arrived();
        return new Promise((resolve) => {
          finish = () => resolve({ ok: true, value: { late: true } });
        });
      });
    });
    const kept = connect(port, '127.0.0.1');
    kept.write('GET /api/cameras HTTP/1.1\r\nHost: x\r\n\r\n');
    let text = '';
    kept.on('data', (bytes) => {
      text += bytes;
    });
    await asked;
    const closed = http.close();
    finish();
    await Promise.all([closed, once(kept, 'close')]);
    expect(text).toContain('{"late":true}');
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow('fetch failed');
  });

  it('close cuts what does not end by itself', async () => {
    const { http, port, answerWith } = await openHttp();
    const asked = new Promise<void>((arrived) => {
      answerWith(() => {
        arrived();
        return new Promise(() => undefined);
      });
    });
    http.onUpgrade('/stuck', (_request, socket) => void socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    const upgraded = connect(port, '127.0.0.1');
    upgraded.write('GET /stuck HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    await once(upgraded, 'data');
    const hanging = connect(port, '127.0.0.1');
    hanging.write('GET /api/cameras HTTP/1.1\r\nHost: x\r\n\r\n');
    await asked;
    const silent = connect(port, '127.0.0.1');
    await once(silent, 'connect');
    const sockets = [upgraded, hanging, silent];
    await Promise.all([http.close(), ...sockets.map((socket) => once(socket.resume(), 'close'))]);
  });
});
