/** Pins who hears what over Socket.IO when we follow a NestMTX: whoever it accepts hears its events, and only the operator the log. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectSocket, requestOverSocketIo } from '../support/api/socketio.ts';
import { eventually } from '../support/eventually.ts';
import { type Following, startFollowing, UPSTREAM_USER } from './following.ts';

type Socket = Awaited<ReturnType<typeof connectSocket>>;

let following: Following;
const sockets: Socket[] = [];

beforeEach(async () => {
  following = await startFollowing((upstream) => upstream.setCamera({ id: 7, name: 'Door', mtx_path: 'door' }));
  await eventually(() => following.states().has(7), 'the camera is mirrored');
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.disconnect();
  await following.stop();
});

async function hear(token: string) {
  const told: [string, unknown][] = [];
  const socket = await connectSocket(following.service.httpUrl, { auth: { token } }, (name, body) => {
    told.push([name, body]);
  });
  sockets.push(socket);
  // By now NestMTX has been asked about the token, and so it is with each of the socket's requests.
  await requestOverSocketIo(socket, { command: 'list', module: 'cameras', token });
  const named = (name: string) => told.filter(([told]) => told === name).map(([, body]) => body);
  return { socket, named };
}

async function upstreamToken(): Promise<string> {
  const { httpUrl } = following.service;
  const body = JSON.stringify(UPSTREAM_USER);
  const response = await fetch(`${httpUrl}/api/auth`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return JSON.parse(await response.text()).bearer;
}

describe('events of NestMTX', () => {
  it('reach whoever holds a token that NestMTX accepts, under our names', async () => {
    const { named } = await hear(await upstreamToken());
    await following.upstream.emit('camera', 'demand', 7, { name: 'Door', query: 'x=1' });
    await following.upstream.emit('camera', 'undemand', 7);
    await eventually(() => named('camera:unDemand').length === 1, 'camera:unDemand');
    expect(named('camera:demand')).toMatchObject([
      { entity: 7, details: { name: 'Door', path: 'door', query: 'x=1' } },
    ]);
    expect(named('nestmtx:*')).toHaveLength(2);
  });

  it('pass through where they are of no camera of ours, or say nothing of a feed', async () => {
    const { named } = await hear(await upstreamToken());
    const { upstream } = following;
    await upstream.emit('camera', 'ready', null, { path: 'nowhere' });
    await upstream.emit('camera', 'extended', 7, { name: 'Door', expiresAt: '2026-11-21T17:00:00.000Z' });
    await upstream.emit('credentials', 'unauthenticated', 3, { description: 'd', error: 'e' });
    await eventually(() => named('credentials:unauthenticated').length === 1, 'credentials:unauthenticated');
    expect(named('camera:ready')).toMatchObject([{ entity: null, details: { path: 'nowhere' } }]);
    expect(named('camera:extended')).toMatchObject([{ entity: 7, details: { name: 'Door' } }]);
    expect(named('credentials:unauthenticated')).toMatchObject([
      { entity: 3, details: { description: 'd', error: 'e' } },
    ]);
  });

  it('carry no raw error of an HTTP client', async () => {
    const { named } = await hear(await upstreamToken());
    const error = { message: 'gone', code: 'ERR', status: 404, config: { url: 'https://secret', data: 'session' } };
    await following.upstream.emit('camera', 'failed-extension', 7, { name: 'Door', error });
    await eventually(() => named('camera:failed-extension').length === 1, 'camera:failed-extension');
    expect(named('camera:failed-extension')).toMatchObject([
      { details: { name: 'Door', error: { message: 'gone', code: 'ERR', status: 404 } } },
    ]);
    expect(JSON.stringify(named('camera:failed-extension'))).not.toContain('secret');
  });

  it('do not reach a token that NestMTX does not know, nor one that it forgot a minute ago', async () => {
    const stranger = await hear('oat_unknown');
    const token = await upstreamToken();
    const { named } = await hear(token);
    await following.upstream.emit('camera', 'demand', 7);
    await eventually(() => named('camera:demand').length === 1, 'camera:demand');
    following.upstream.dropTokens();
    await following.pass(60_000);
    await following.upstream.emit('camera', 'undemand', 7);
    const { named: later } = await hear(await upstreamToken());
    await following.upstream.emit('camera', 'demand', 7);
    await eventually(() => later('camera:demand').length === 1, 'camera:demand of the other socket');
    expect(named('camera:*')).toHaveLength(1);
    expect(stranger.named('camera:*')).toEqual([]);
  });

  it('reach a socket that came while NestMTX was silent, once it answers', async () => {
    const token = await upstreamToken();
    const { upstream, clock } = following;
    upstream.silence(true);
    const before = upstream.requests.length;
    const told: string[] = [];
    const socket = await connectSocket(following.service.httpUrl, { auth: { token } }, (name) => told.push(name));
    sockets.push(socket);
    await eventually(() => upstream.requests.length > before, 'NestMTX is asked about the token');
    clock.advance(10_000);
    upstream.silence(false);
    await requestOverSocketIo(socket, { command: 'list', module: 'version' });
    await upstream.emit('camera', 'demand', 7);
    await eventually(() => told.includes('camera:demand'), 'camera:demand');
  });
});

describe('the log', () => {
  it('is for the operator, not for users of NestMTX', async () => {
    const operator = await hear(await following.operatorToken());
    const user = await hear(await upstreamToken());
    await eventually(() => operator.named('log').length > 0, 'log');
    expect(user.named('log')).toEqual([]);
  });
});
