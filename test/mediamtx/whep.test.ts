/** Pins how MediaMTX is asked to let somebody watch: as whom, what its answers mean, and that what was opened is ended. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { iceServersIn, openWhep, type Whep } from '../../src/mediamtx/whep.ts';
import { camera } from '../core/outages/setting.ts';
import { eventually } from '../support/eventually.ts';
import { type HttpStandIn, startHttpStandIn } from '../support/http-stand-in.ts';
import { manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';
import { systemClock } from '../support/system-clock.ts';

const OFFER = 'v=0\r\no=offer\r\n';
const DOOR = { ...camera('1'), mtxPath: 'yard/front door' };

let server: HttpStandIn;
let whep: Whep;
let url: string | undefined;

beforeEach(async () => {
  server = await startHttpStandIn();
  url = server.url;
  const login = { username: 'bridge', password: 's3cret' };
  whep = openWhep({ url: () => url, ...login, clock: systemClock, log: recordingLog() });
});
afterEach(async () => {
  whep.close();
  await server.close();
});

const why = (doing: Promise<unknown>) =>
  doing.then(
    () => 'done',
    (error) => error.details[0]?.type,
  );
const asked = () => server.requests.map(({ method, target }) => `${method} ${target}`);

describe('watching at MediaMTX', () => {
  it('offers with our login at the path of the camera, and ends what it opened', async () => {
    const location = '/yard/front%20door/whep/5c2c9b6e-0d6f-4d1c-9c39-5b8e8e0c7b11';
    server.answer(({ method }) =>
      method === 'POST' ? { status: 201, body: 'v=0 answer', headers: { location } } : {},
    );
    const stream = await whep.open(DOOR, OFFER);
    expect(stream.answer).toBe('v=0 answer');
    const [{ body, headers } = { body: '', headers: {} }] = server.requests;
    expect([body, headers['content-type']]).toEqual([OFFER, 'application/sdp']);
    expect(headers['authorization']).toBe(`Basic ${Buffer.from('bridge:s3cret').toString('base64')}`);
    await stream.end();
    expect(asked()).toEqual(['POST /yard/front%20door/whep', `DELETE ${location}`]);
  });

  it('goes nowhere else, whatever place it is told for the end', async () => {
    server.answer(() => ({ status: 201, body: 'v=0', headers: { location: 'http://192.0.2.1/x/..%2f..' } }));
    await (await whep.open(DOOR, OFFER)).end();
    expect(asked()).toHaveLength(1);
  });

  it('ends a stream also where MediaMTX does not answer just then, and tries no more when it is over', async () => {
    const clock = manualClock();
    whep.close();
    whep = openWhep({ url: () => url, clock, log: recordingLog() });
    let status = 500;
    server.answer(({ method }) =>
      method === 'POST' ? { status: 201, body: 'v=0', headers: { location: '/p/whep/abc' } } : { status },
    );
    await (await whep.open(DOOR, OFFER)).end();
    expect(asked()).toHaveLength(2);
    clock.advance(1000);
    await eventually(() => asked().length === 3, 'it is tried again');
    status = 404;
    await eventually(() => {
      clock.advance(1000);
      return asked().length === 4;
    }, 'and again');
    await new Promise((resolve) => setTimeout(resolve, 50));
    clock.advance(600_000);
    expect(clock.waiting).toBe(0);
  });

  it('does not mind that a stream has ended by itself', async () => {
    server.answer(({ method }) =>
      method === 'POST' ? { status: 201, body: 'v=0', headers: { location: '/p/whep/abc' } } : { status: 404 },
    );
    await expect((await whep.open(DOOR, OFFER)).end()).resolves.toBeUndefined();
  });

  it.each([
    [401, 'stream.unauthorised'],
    [404, 'stream.not_ready'],
    [400, 'stream.unplayable'],
    [500, 'stream.unreachable'],
    [302, 'stream.unreachable'],
  ])('HTTP %i is %s', async (status, reason) => {
    server.answer(() => ({ status, body: { error: 's3cret words' } }));
    expect(await why(whep.open(DOOR, OFFER))).toBe(reason);
  });

  it('says that there is no WebRTC where it is switched off, and that nobody answers where that is so', async () => {
    url = undefined;
    expect(await why(whep.open(DOOR, OFFER))).toBe('stream.no_server');
    url = server.url;
    expect(await why(whep.open({ ...DOOR, mtxPath: null }, OFFER))).toBe('stream.no_server');
    await server.close();
    expect(await why(whep.open(DOOR, OFFER))).toBe('stream.unreachable');
    server = await startHttpStandIn();
  });

  it('passes on the ICE servers that MediaMTX names', async () => {
    const link =
      '<stun:stun.example:3478>; rel="ice-server", <turn:turn.example>; rel="ice-server"; username="a, \\"b\\""; credential="c"; credential-type="password"';
    server.answer(() => ({ status: 204, headers: { link } }));
    const turn = { urls: ['turn:turn.example'], username: 'a, "b"', credential: 'c' };
    expect(await whep.iceServers(DOOR)).toEqual([{ urls: ['stun:stun.example:3478'] }, turn]);
    expect(asked()).toEqual(['OPTIONS /yard/front%20door/whep']);
    expect(iceServersIn('<https://evil.example>; rel="ice-server", <stun:x>; rel="other"')).toEqual([]);
    expect(iceServersIn('')).toEqual([]);
  });
});
