/** Pins what sockets are told unasked: events and log, to whom, under which names, and for how long (contract 2.8, N-42, N-51). */

import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BridgeEvent } from '../../../src/protocol/events.ts';
import { connectSocket, requestOverSocketIo } from '../../support/api/socketio.ts';
import { startWeb, type WebSetting } from './web-setting.ts';

type Client = Awaited<ReturnType<typeof connectSocket>>;

const AT = '2026-11-21T16:48:30.698Z';
const READY: BridgeEvent = { domain: 'camera', event: 'ready', entity: 7, details: { name: 'Garage' }, at: AT };

let web: WebSetting;
let lines: { write(line: string): void; listeners: Set<(line: string) => void> };
const clients: Client[] = [];

beforeEach(async () => {
  const kept = [`{"level":"info","time":"${AT}","msg":"earlier"}`];
  const listeners = new Set<(line: string) => void>();
  lines = {
    listeners,
    write: (line) => {
      for (const listener of listeners) listener(line);
    },
  };
  const onLine = (listener: (line: string) => void) => {
    listeners.add(listener);
    for (const line of kept) listener(line);
    return () => void listeners.delete(listener);
  };
  web = await startWeb({ logTail: { onLine } });
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await web.stop();
});

/** A client and everything it is told, from its first moment on. */
async function listener(token?: string) {
  const told: [string, unknown][] = [];
  const client = await connectSocket(web.url, token === undefined ? {} : { auth: { token } }, (name, body) => {
    told.push([name, body]);
  });
  clients.push(client);
  return { client, told, seen: () => settled(client, told) };
}

/** What was told so far: packets keep their order, so the answer to one more request comes after all of it. */
async function settled(client: Client, told: [string, unknown][]): Promise<[string, unknown][]> {
  await requestOverSocketIo(client, { command: 'list', module: 'version' });
  return told.filter(([name]) => !/^[\da-f-]{36}$/.test(name) && name !== 'log');
}

const logged = (told: [string, unknown][]) => told.filter(([name]) => name === 'log').map(([, body]) => body);

describe('events', () => {
  it('go to whoever holds a good token, under four names with one body', async () => {
    const { seen } = await listener(await web.token('user'));
    web.bus.emit('event', READY);
    expect(await seen()).toEqual([
      ['camera:ready', READY],
      ['camera:*', READY],
      ['nestmtx:*', READY],
      ['ready', READY],
    ]);
  });

  it('have an unknown entity as JSON null', async () => {
    const { seen } = await listener(await web.token('user'));
    web.bus.emit('event', { ...READY, entity: null });
    expect(await seen()).toContainEqual(['ready', { ...READY, entity: null }]);
  });

  it('carry nothing but what an event has on the wire', async () => {
    const { seen } = await listener(await web.token('user'));
    web.bus.emit('event', Object.assign({ internal: true }, READY));
    expect(await seen()).toContainEqual(['ready', READY]);
  });

  it.each([undefined, 'wrong'])('do not go to a stranger with the token %s', async (token) => {
    const { seen } = await listener(token);
    web.bus.emit('event', READY);
    expect(await seen()).toEqual([]);
  });

  it('end with the session: after logging out elsewhere nothing more arrives', async () => {
    const token = await web.token('user');
    const [first, second] = [await listener(token), await listener(token)];
    const other = await listener(await web.token('user'));
    const logOut = { command: 'delete', module: 'auth', entity: 'current' } as const;
    expect(await requestOverSocketIo(first.client, logOut)).toHaveProperty('ok', true);
    web.bus.emit('event', READY);
    expect([await first.seen(), await second.seen(), (await other.seen()).length]).toEqual([[], [], 4]);
  });

  it('end when the user is deleted', async () => {
    const { seen } = await listener(await web.token('user'));
    const admin = await listener(await web.token('admin'));
    const remove = { command: 'delete', module: 'users', entity: '2' } as const;
    expect(await requestOverSocketIo(admin.client, remove)).toHaveProperty('ok', true);
    web.bus.emit('event', READY);
    expect([await seen(), (await admin.seen()).length]).toEqual([[], 4]);
  });

  it('end when the user may no longer log in, and go on when it may again', async () => {
    const { seen } = await listener(await web.token('user'));
    const admin = await listener(await web.token('admin'));
    const allow = (can_login: boolean) =>
      requestOverSocketIo(admin.client, { command: 'update', module: 'users', entity: '2', payload: { can_login } });
    await allow(false);
    web.bus.emit('event', READY);
    expect(await seen()).toEqual([]);
    await allow(true);
    web.bus.emit('event', READY);
    expect(await seen()).toHaveLength(4);
  });

  it('end when the token expires, though nobody noticed', async () => {
    const { seen } = await listener(await web.token('user'));
    web.skip(24 * 60 * 60 * 1000);
    web.bus.emit('event', READY);
    expect(await seen()).toEqual([]);
  });
});

describe('the log', () => {
  it('goes to administrators as objects, beginning with the latest lines', async () => {
    const { told, seen } = await listener(await web.token('admin'));
    lines.write('{"level":"warn","msg":"now"}');
    await seen();
    expect(logged(told)).toEqual([
      expect.objectContaining({ level: 30, msg: 'earlier' }),
      expect.objectContaining({ level: 40, msg: 'now' }),
    ]);
  });

  it('has the seven fields that NestMTX documents, and ours beside them', async () => {
    const { told, seen } = await listener(await web.token('admin'));
    lines.write(JSON.stringify({ level: 'error', time: AT, requestId: '42', msg: 'a request failed' }));
    await seen();
    expect(logged(told).at(-1)).toEqual({
      level: 50,
      time: Date.parse(AT),
      timestamp: AT,
      pid: process.pid,
      hostname: hostname(),
      service: 'nestmtx-bridge',
      msg: 'a request failed',
      requestId: '42',
    });
  });

  it('does not go to users and strangers', async () => {
    const [user, stranger] = [await listener(await web.token('user')), await listener()];
    lines.write('{"msg":"now"}');
    await Promise.all([user.seen(), stranger.seen()]);
    expect([logged(user.told), logged(stranger.told)]).toEqual([[], []]);
  });

  it('ends with the session, and is let go with the connection', async () => {
    const { client, told, seen } = await listener(await web.token('admin'));
    const logOut = { command: 'delete', module: 'auth', entity: 'current' } as const;
    await requestOverSocketIo(client, logOut);
    lines.write('{"msg":"after"}');
    await seen();
    expect(logged(told)).not.toContainEqual(expect.objectContaining({ msg: 'after' }));
    client.disconnect();
    await web.stop();
    expect(lines.listeners.size).toBe(0);
  });
});
