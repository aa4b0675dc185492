/** Pins what a probe tells apart, how it logs in, and that it never waits longer than it may. */

import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { PROBE_TIMEOUT_MS, probe } from '../../src/rtsp/probe.ts';
import { type RtspStandIn, startRtspStandIn } from '../support/cameras/rtsp-stand-in.ts';
import { selfSignedCertificate } from '../support/certificate.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { manualClock } from '../support/manual-clock.ts';

const SDP = 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nm=video 0 RTP/AVP 96\r\n';
const OK = reply(200, [], SDP);
const stopped = new AbortController().signal;

let camera: RtspStandIn | undefined;
afterEach(async () => {
  await camera?.close();
  camera = undefined;
});

async function look(answer: (request: string) => string | undefined, credentials = '', path = '/stream?channel=1') {
  camera = await startRtspStandIn(answer);
  return probe(`rtsp://${credentials}127.0.0.1:${camera.port}${path}`, { clock: manualClock(), stopped });
}

function reply(status: number, headers: readonly string[] = [], body = ''): string {
  const lines = [
    `RTSP/1.0 ${status} Whatever`,
    'CSeq: 1',
    ...headers,
    ...(body ? [`Content-Length: ${body.length}`] : []),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

const describeWith = (response: string) => (request: string) =>
  request.startsWith('DESCRIBE') ? response : reply(200);

describe('a probe finds', () => {
  it.each([
    ['up', 'a description', OK],
    ['wrong-path', 'no such stream', reply(404)],
    ['unauthorised', 'a login it was not given', reply(401, ['WWW-Authenticate: Basic realm="cam"'])],
    ['unauthorised', 'that it may not', reply(403)],
    ['broken', 'a pipeline that does not start', reply(503)],
    ['broken', 'no description in the answer', reply(200, [], 'hello')],
    ['broken', 'a web server', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['broken', 'nonsense without an end', 'x'.repeat(70_000)],
    ['broken', 'an answer that never ends', `RTSP/1.0 200 OK\r\nX: ${'x'.repeat(70_000)}`],
    ['broken', 'a length that is none', `RTSP/1.0 200 OK\r\nContent-Length: -5\r\n\r\n`],
  ])('%s where there is %s', async (finding, _what, response) => {
    expect(await look(describeWith(response))).toBe(finding);
  });

  it('up though OPTIONS is not known, or wants a login', async () => {
    expect(await look((request) => (request.startsWith('OPTIONS') ? reply(501) : OK))).toBe('up');
  });

  it('the same by its description alone, where a full look was a moment ago', async () => {
    camera = await startRtspStandIn(() => OK);
    const url = `rtsp://127.0.0.1:${camera.port}/`;
    expect(await probe(url, { clock: manualClock(), stopped, isBrief: true })).toBe('up');
    expect(camera.requests.map((request) => request.split(' ')[0])).toEqual(['DESCRIBE']);
  });

  it('up though the answer comes in pieces', async () => {
    let step = 0;
    camera = await startRtspStandIn((request) => {
      if (!request.startsWith('DESCRIBE')) return reply(200);
      step += 1;
      return OK.slice(0, 30);
    });
    const found = probe(`rtsp://127.0.0.1:${camera.port}/`, { clock: manualClock(), stopped });
    await eventually(() => step === 1);
    camera.send(OK.slice(30));
    expect(await found).toBe('up');
  });

  it('refused where nothing listens, unreachable where there is no such name', async () => {
    expect(await probe(`rtsp://127.0.0.1:${await freePort()}/`, { clock: manualClock(), stopped })).toBe('refused');
    expect(await probe('rtsp://camera.invalid/', { clock: manualClock(), stopped })).toBe('unreachable');
  });

  it('silent where nobody says anything for 3 seconds, and not a millisecond sooner', async () => {
    const clock = manualClock();
    camera = await startRtspStandIn(() => undefined);
    const found = probe(`rtsp://127.0.0.1:${camera.port}/`, { clock, stopped });
    await eventually(() => camera?.requests.length === 1);
    clock.advance(PROBE_TIMEOUT_MS - 1);
    expect(clock.waiting).toBe(1);
    clock.advance(1);
    expect(await found).toBe('silent');
    expect(clock.waiting).toBe(0);
  });

  it('broken where the peer hangs up', async () => {
    camera = await startRtspStandIn(() => undefined);
    const found = probe(`rtsp://127.0.0.1:${camera.port}/`, { clock: manualClock(), stopped });
    await eventually(() => camera?.requests.length === 1);
    await camera.close();
    camera = undefined;
    expect(await found).toBe('broken');
  });
});

describe('a login', () => {
  const nonce = 'dcd98b7102dd2f0e8b11d0f600bfb0c093';

  /** RFC 7616, 3.4.1, from the other side. */
  function takes(request: string, algorithm: 'md5' | 'sha256', password: string): boolean {
    const [, scheme] = /Authorization: (Digest .*)/.exec(request) ?? [];
    const part = (name: string) => new RegExp(`[ ,]${name}="?([^",]*)`).exec(scheme ?? '')?.[1] ?? '';
    const hash = (text: string) => createHash(algorithm).update(text).digest('hex');
    const [a1, a2] = [hash(`admin:IP Cam:${password}`), hash(`DESCRIBE:${part('uri')}`)];
    const middle = part('qop') ? `${part('nc')}:${part('cnonce')}:auth:` : '';
    return scheme !== undefined && part('response') === hash(`${a1}:${nonce}:${middle}${a2}`);
  }

  it.each([
    ['MD5 as cameras do it', 'md5', `Digest realm="IP Cam", nonce="${nonce}"`],
    ['MD5 with qop', 'md5', `Digest realm="IP Cam", qop="auth,auth-int", nonce="${nonce}", opaque="x"`],
    ['SHA-256', 'sha256', `Digest realm="IP Cam", qop="auth", algorithm=SHA-256, nonce="${nonce}"`],
  ] as const)('by Digest, %s, is taken, and refused with another password', async (_how, algorithm, challenge) => {
    const answer = (password: string) => (request: string) => {
      if (!request.startsWith('DESCRIBE')) return reply(200);
      return takes(request, algorithm, password) ? OK : reply(401, [`WWW-Authenticate: ${challenge}`]);
    };
    expect(await look(answer('p@ss:w/rd'), 'admin:p%40ss%3Aw%2Frd@')).toBe('up');
    const request = camera?.requests.at(-1) ?? '';
    expect(request).toContain(`uri="rtsp://127.0.0.1:${camera?.port}/stream?channel=1"`);
    expect(camera?.requests.join()).not.toContain('p@ss');
    await camera?.close();
    expect(await look(answer('another'), 'admin:p%40ss@')).toBe('unauthorised');
  });

  it('by Basic is taken, and the strongest scheme is chosen where there are several', async () => {
    const login = `Basic ${Buffer.from('admin:secret').toString('base64')}`;
    const basic = (request: string) =>
      request.includes(`Authorization: ${login}`) ? OK : reply(401, ['WWW-Authenticate: Basic realm="cam"']);
    expect(await look(basic, 'admin:secret@')).toBe('up');
    await camera?.close();
    const both = [
      'WWW-Authenticate: Basic realm="IP Cam"',
      `WWW-Authenticate: Digest realm="IP Cam", nonce="${nonce}"`,
    ];
    expect(await look((request) => (takes(request, 'md5', 'secret') ? OK : reply(401, both)), 'admin:secret@')).toBe(
      'up',
    );
  });

  it('over TLS finds a camera with its own certificate up, and sends it no password in clear unless it is known', async () => {
    const { keyFile, pem: cert, remove } = await selfSignedCertificate();
    const tls = { key: await readFile(keyFile, 'utf8'), cert };
    await remove();
    const seen = async (answer: (request: string) => string, trust: Partial<Parameters<typeof probe>[1]> = {}) => {
      await camera?.close();
      camera = await startRtspStandIn(answer, tls);
      const url = `rtsps://admin:secret@127.0.0.1:${camera.port}/`;
      return probe(url, { clock: manualClock(), stopped, ...trust });
    };
    expect(await seen(() => OK)).toBe('up');
    const digest = `WWW-Authenticate: Digest realm="IP Cam", nonce="${nonce}"`;
    expect(await seen((request) => (takes(request, 'md5', 'secret') ? OK : reply(401, [digest])))).toBe('up');
    const basic = reply(401, ['WWW-Authenticate: Basic realm="cam"']);
    expect(await seen(() => basic)).toBe('unverified');
    expect(camera?.requests.join()).not.toContain('Authorization');
    const { fingerprint256: fingerprint } = new X509Certificate(cert);
    const plain = (request: string) => (request.includes('Authorization: Basic') ? OK : basic);
    expect(await seen(plain, { fingerprint: fingerprint.replaceAll(':', '').toLowerCase() })).toBe('up');
    expect(await seen(plain, { fingerprint: 'ab'.repeat(32) })).toBe('unverified');
    // Who pulls the camera would not even ask it.
    expect(await seen(() => OK, { mustVerify: true })).toBe('unverified');
    expect(await seen(() => OK, { mustVerify: true, fingerprint })).toBe('up');
  });
});
