/**
 * Owns the door through which a media server reaches the RTSP cameras of Google: it asks for `/cam/<id>/<key>` and is sent on (302)
 * to an address that is good now. Carries no media, sees nobody watch, and lets in nobody without the key.
 */

import { createServer, type Socket } from 'node:net';
import type { Clock, Log } from '../../core/ports.ts';
import type { Address } from './doors.ts';
import type { StreamKeys } from './keys.ts';
import { type Listening, listen } from './listening.ts';
import { formatAnswer, parseRequest, type RtspRequest } from './rtsp-request.ts';
import type { Streams } from './streams.ts';

interface Ports {
  readonly streams: Pick<Streams, 'serves' | 'rtspUrl'>;
  readonly keys: Pick<StreamKeys, 'fits'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly address: Address;
}

const HEAD_END = '\r\n\r\n';
const MAX_HEAD_BYTES = 8192;
const MAX_CONNECTIONS = 128;
/** Who has his address goes at once; anybody else has no business here for longer. */
const MAX_STAY_MS = 60_000;

/** Resolves when it listens. */
export async function startRtspRedirector({ streams, keys, clock, log, address }: Ports): Promise<Listening> {
  const sockets = new Set<Socket>();
  // Who has said all may still wait for the answer.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    const cancel = clock.after(MAX_STAY_MS, () => socket.destroy());
    socket.on('close', () => {
      cancel();
      sockets.delete(socket);
    });
    socket.on('error', () => socket.destroy());
    socket.setNoDelay(true);
    void serve(socket).catch((error: unknown) => {
      // A client that hangs up in the middle is none of our faults.
      if (!socket.destroyed) log.error({ err: error }, 'a request for a stream failed');
      socket.destroy();
    });
  });
  server.maxConnections = MAX_CONNECTIONS;

  /** One request after the other, in the order they came. */
  async function serve(socket: Socket): Promise<void> {
    let waiting = '';
    for await (const chunk of socket.setEncoding('latin1')) {
      waiting += String(chunk);
      for (let end = waiting.indexOf(HEAD_END); end >= 0; end = waiting.indexOf(HEAD_END)) {
        const request = parseRequest(waiting.slice(0, end));
        waiting = waiting.slice(end + HEAD_END.length);
        if (!request) return void socket.end(formatAnswer(400, { Connection: 'close' }));
        socket.write(await answer(request));
      }
      if (waiting.length > MAX_HEAD_BYTES) break;
    }
    socket.end();
  }

  async function answer({ method, url, cseq }: RtspRequest): Promise<string> {
    const own = { CSeq: cseq };
    const allowed = { ...own, Public: 'OPTIONS, DESCRIBE' };
    // No demand: some clients ask this of every server, and clients that follow a 302 follow it on DESCRIBE only.
    if (method === 'OPTIONS') return formatAnswer(200, allowed);
    if (method !== 'DESCRIBE') return formatAnswer(405, allowed);
    const cameraId = cameraIn(url);
    if (cameraId === undefined || !streams.serves(cameraId, 'RTSP')) return formatAnswer(404, own);
    const opened = await streams.rtspUrl(cameraId);
    if (opened.ok) return formatAnswer(302, { ...own, Location: opened.value });
    const { status, retryAfterMs } = opened.failure;
    const patience = retryAfterMs === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) };
    return status === 404 ? formatAnswer(404, own) : formatAnswer(503, { ...own, ...patience });
  }

  /** Who has no key is told what he would be told of a camera that does not exist. */
  function cameraIn(url: string): string | undefined {
    // Clients may add a slash, and a query that their reader asked with.
    const [, cameraId, key] = /^rtsp:\/\/[^/]+\/cam\/(\d{1,15})\/([\w-]{1,64})\/?(?:\?.*)?$/.exec(url) ?? [];
    return cameraId !== undefined && key !== undefined && keys.fits(key, cameraId) ? cameraId : undefined;
  }

  return listen(server, address, () => {
    for (const socket of sockets) socket.destroy();
  });
}
