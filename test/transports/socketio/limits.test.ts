/** Pins what a client of Socket.IO cannot do: ask without end, send without end, never read, or break anything but its own connection. */

import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connectSocket, nextEvent, requestOverSocketIo } from '../../support/api/socketio.ts';
import { eventually } from '../../support/eventually.ts';
import { startWeb, type WebSetting } from './web-setting.ts';

let web: WebSetting;
let client: Awaited<ReturnType<typeof connectSocket>>;
beforeAll(async () => {
  web = await startWeb();
});
afterAll(() => web.stop());
beforeEach(async () => {
  client = await connectSocket(web.url);
  return () => client.disconnect();
});

describe('limits', () => {
  it('an account that asks too often is refused, and others are not', async () => {
    const busy = await startWeb({ requestsPerSecond: 1 });
    const socket = await connectSocket(busy.url);
    const version = { command: 'list', module: 'version' } as const;
    for (let count = 0; count < 10; count += 1) await requestOverSocketIo(socket, version);
    expect(await requestOverSocketIo(socket, version)).toMatchObject({
      ok: false,
      error: { code: 'too_many_requests' },
    });
    expect(await requestOverSocketIo(socket, { ...version, token: await busy.token('user') })).toHaveProperty(
      'ok',
      true,
    );
    socket.disconnect();
    await busy.stop();
  });

  it('a message of more than 256 KB ends its connection', async () => {
    client.emit('request', {
      command: 'list',
      module: 'version',
      requestId: 'r5',
      payload: { x: 'x'.repeat(256 * 1024) },
    });
    expect(await nextEvent(client, 'disconnect')).toMatch(/transport/);
  });

  it('a client that asks and never reads is cut', async () => {
    const raw = await rawClient(web.port);
    raw.pause();
    // Refused, and answered by twice four thousand characters of it.
    const message = `42["request",{"requestId":"r8","command":"${'x'.repeat(4000)}"}]`;
    const isCut = () => web.log.visible().includes('warn: cut a Socket.IO client that does not read');
    for (let count = 0; count < 8000 && !isCut(); count += 1) {
      await new Promise((sent) => raw.send(message, sent));
    }
    await eventually(isCut);
    const closed = once(raw, 'close');
    raw.resume();
    await closed;
  });

  it.each(['4', '42', '42[', '42["error"]', '45-["request"]', '9', '42["request",'])(
    'the raw packet %j ends at most its own connection',
    async (packet) => {
      const raw = await rawClient(web.port);
      raw.send(packet);
      expect(await requestOverSocketIo(client, { command: 'list', module: 'version' })).toHaveProperty('ok', true);
      raw.terminate();
    },
  );
});

/** Connected to the default namespace by hand, so that any bytes can be sent. */
async function rawClient(port: number): Promise<WebSocket> {
  const raw = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
  await once(raw, 'message');
  raw.send('40');
  await once(raw, 'message');
  return raw;
}
