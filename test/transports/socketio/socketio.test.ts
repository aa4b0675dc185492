/** Pins the request API over Socket.IO: tokens, answers, faults, and names that no answer may have (contract 2.8, N-51). */

import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connectSocket, nextEvent, requestOverSocketIo } from '../../support/api/socketio.ts';
import { startWeb, type WebSetting } from './web-setting.ts';

type Client = Awaited<ReturnType<typeof connectSocket>>;

let web: WebSetting;
let client: Client;
beforeAll(async () => {
  web = await startWeb();
});
afterAll(() => web.stop());
beforeEach(async () => {
  client = await connectSocket(web.url);
  return () => client.disconnect();
});

const LIST_USERS = { command: 'list', module: 'users' } as const;

/** Everything this client is told until it has seen the answer to one more request. */
async function toldBy(socket: Client, act: () => void): Promise<[string, unknown][]> {
  const told: [string, unknown][] = [];
  socket.onAny((name: string, body: unknown) => told.push([name, body]));
  act();
  await requestOverSocketIo(socket, { command: 'list', module: 'version' });
  socket.offAny();
  return told.slice(0, -1);
}

describe('the token of a connection', () => {
  it.each([
    ['the Authorization header', (token: string) => ({ extraHeaders: { authorization: `Bearer ${token}` } })],
    ['auth', (token: string) => ({ auth: { token } })],
    ['the query', (token: string) => ({ query: { token } })],
  ])('may come from %s', async (_where, options) => {
    const socket = await connectSocket(web.url, options(await web.token('admin')));
    expect(await requestOverSocketIo(socket, LIST_USERS)).toMatchObject({ ok: true, value: { total: 2 } });
    socket.disconnect();
  });

  it('is the header before auth, and auth before the query', async () => {
    const [admin, user] = [await web.token('admin'), await web.token('user')];
    const header = { authorization: `Bearer ${admin}` };
    const first = await connectSocket(web.url, { extraHeaders: header, auth: { token: user }, query: { token: user } });
    expect(await requestOverSocketIo(first, LIST_USERS)).toHaveProperty('ok', true);
    const second = await connectSocket(web.url, { auth: { token: user }, query: { token: admin } });
    expect(await requestOverSocketIo(second, LIST_USERS)).toHaveProperty('error.code', 'forbidden');
    first.disconnect();
    second.disconnect();
  });

  it('gives way to the token of a message', async () => {
    const socket = await connectSocket(web.url, { auth: { token: await web.token('user') } });
    const request = { ...LIST_USERS, token: await web.token('admin') };
    expect(await requestOverSocketIo(socket, request)).toHaveProperty('ok', true);
    socket.disconnect();
  });

  it.each([{}, { token: '' }, { token: 'wrong' }, { token: 7 }, { token: null }])(
    'with auth %j it is a stranger’s: open modules only',
    async (auth) => {
      const socket = await connectSocket(web.url, { auth });
      expect(await requestOverSocketIo(socket, LIST_USERS)).toHaveProperty('error.code', 'unauthorized');
      expect(await requestOverSocketIo(socket, { command: 'list', module: 'health' })).toHaveProperty('ok', true);
      socket.disconnect();
    },
  );
});

describe('an answer', () => {
  it('is the event named by the request id', async () => {
    const answer = nextEvent(client, 'my/id 1');
    client.emit('request', { command: 'list', module: 'version', requestId: 'my/id 1' });
    expect(await answer).toHaveProperty('release', '1.2.3');
  });

  it('to a request that is a JSON text is that of the request in it', async () => {
    const answer = nextEvent(client, 'text');
    client.emit('request', JSON.stringify({ command: 'list', module: 'version', requestId: 'text' }));
    expect(await answer).toHaveProperty('release', '1.2.3');
  });

  it('without a result is null', async () => {
    const answer = nextEvent(client, 'r1');
    const token = await web.token('user');
    client.emit('request', { command: 'delete', module: 'auth', entity: 'current', requestId: 'r1', token });
    expect(await answer).toBeNull();
  });

  it('also goes to a callback, faults included', async () => {
    const answered = nextEvent(client, 'r2');
    const acknowledged = await client.emitWithAck('request', { command: 'list', module: 'version', requestId: 'r2' });
    expect(acknowledged).toEqual(await answered);
    expect(await client.emitWithAck('request')).toMatchObject({ error: { code: 'invalid_envelope' } });
  });

  it('of an error is its body', async () => {
    const answer = nextEvent(client, 'r3');
    client.emit('request', { ...LIST_USERS, requestId: 'r3' });
    const context = { ...LIST_USERS, requestId: 'r3' };
    expect(await answer).toEqual({ error: { message: 'Unauthorized', code: 'unauthorized', details: [], context } });
  });

  it('carries the host the client called', async () => {
    const token = await web.token('admin');
    const payload = { name: 'Garage', mtx_path: 'garage' };
    const camera = await requestOverSocketIo(client, { command: 'create', module: 'cameras', payload, token });
    expect(camera).toHaveProperty('value.url_hls', 'http://127.0.0.1:8888/garage');
  });
});

describe('a fault', () => {
  it('goes to failure, and to the event named by a safe request id', async () => {
    const told = await toldBy(client, () => client.emit('request', { module: 'users', requestId: 'r4' }));
    const fault = {
      message: 'Invalid Request',
      code: 'invalid_envelope',
      details: [
        {
          message: '"command" is required',
          path: ['command'],
          type: 'any.required',
          context: { label: 'command', key: 'command' },
        },
      ],
      context: { requestId: 'r4' },
    };
    expect(told).toEqual([
      ['failure', fault],
      ['r4', { error: fault }],
    ]);
  });

  it.each([undefined, null, 7, [], 'text', { requestId: 'a+b' }, { requestId: 9 }, Buffer.from('x')])(
    'such as %j goes to failure alone',
    async (message) => {
      const told = await toldBy(client, () => client.emit('request', message));
      expect(told).toEqual([['failure', expect.objectContaining({ message: 'Invalid Request', context: {} })]]);
    },
  );

  it('does not echo a request that was encoded twice', async () => {
    const [[, fault] = []] = await toldBy(client, () => client.emit('request', '{"password":"hunter2"'));
    expect(JSON.stringify(fault)).not.toContain('hunter2');
  });

  it.each([
    ...['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener', 'error'],
    ...['failure', 'log', 'request', 'ready', 'unDemand', 'undemand', 'failed-extension', 'authenticated', 'shutdown'],
    ...['camera:*', 'camera:ready', 'camera:anything', 'credentials:*', 'nestmtx:*', 'application:booted'],
  ])('is the request id %s, which is the name of an event', async (requestId) => {
    const told = await toldBy(client, () => client.emit('request', { command: 'list', module: 'version', requestId }));
    expect(told).toEqual([['failure', expect.objectContaining({ code: 'invalid_request_id', context: {} })]]);
  });
});

describe('surroundings', () => {
  it('clients that poll are served too, and the library serves no files', async () => {
    const socket = await connectSocket(web.url, { transports: ['polling'] });
    expect(await requestOverSocketIo(socket, { command: 'list', module: 'version' })).toHaveProperty('ok', true);
    socket.disconnect();
    expect((await fetch(`${web.url}/socket.io/socket.io.js`)).status).toBe(400);
  });

  it('pages of other origins may poll only where they are listed', async () => {
    const origin = 'https://page.example';
    const listed = await startWeb({ corsOrigins: [origin] });
    const allowed = async (url: string) => {
      const response = await fetch(`${url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } });
      return response.headers.get('access-control-allow-origin');
    };
    expect([await allowed(web.url), await allowed(listed.url)]).toEqual([null, origin]);
    await listed.stop();
  });

  it('a WebSocket of another kind on the same port is not disturbed', async () => {
    const raw = new WebSocket(`ws://127.0.0.1:${web.port}/elsewhere`);
    const [error] = await once(raw, 'error');
    expect(String(error)).toContain('404');
  });

  it('close answers what is in flight, then disconnects', async () => {
    let finish: () => void = () => undefined;
    let arrived: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const execute = () => {
      arrived();
      return new Promise<{ ok: true; value: string }>((resolve) => {
        finish = () => resolve({ ok: true, value: 'late' });
      });
    };
    const own = await startWeb({ registry: { modules: [], execute } });
    const socket = await connectSocket(own.url);
    const [answer, ended] = [nextEvent(socket, 'r6'), nextEvent(socket, 'disconnect')];
    socket.emit('request', { command: 'list', module: 'version', requestId: 'r6' });
    await asked;
    const stopped = own.stop();
    const refused = nextEvent(socket, 'r7');
    socket.emit('request', { command: 'list', module: 'version', requestId: 'r7' });
    expect(await refused).toHaveProperty('error.code', 'unavailable');
    finish();
    expect(await answer).toBe('late');
    await Promise.all([ended, stopped]);
  });
});
