/** Owns a client that watches an RTSP stream as media servers do: it follows redirections, plays over one TCP connection, counts packets. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { comesTrue, PATIENCE_MS } from '../patience.ts';

export interface RtspReader {
  /** Where it ended up. */
  readonly url: string;
  /** Packets of media so far. */
  readonly packets: number;
  /** Resolves when the other side has ended it, or `close` has. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

const MAX_REDIRECTIONS = 3;

/** Resolves when it plays. Rejects with the status where it may not, and when nothing comes. */
export async function readRtsp(url: string): Promise<RtspReader> {
  let at = url;
  for (let hops = 0; hops <= MAX_REDIRECTIONS; hops++) {
    const line = await openLine(at);
    const described = await line.ask('DESCRIBE', at, { Accept: 'application/sdp' });
    const location = described.headers.get('location');
    if (described.status === 302 && location !== undefined) {
      line.socket.destroy();
      at = location;
      continue;
    }
    if (described.status !== 200) {
      line.socket.destroy();
      throw new Error(`RTSP ${described.status}`);
    }
    return play(line, at, described);
  }
  throw new Error('redirected too often');
}

/**
 * Tries until it plays, since whoever carries it may still be about to get it.
 * @param isWanted undefined is the result once it says no
 */
export async function readWhenThere(url: string, isWanted = () => true): Promise<RtspReader | undefined> {
  let reader: RtspReader | undefined;
  await comesTrue(async () => {
    if (isWanted()) reader = await readRtsp(url);
  });
  return reader;
}

type Line = Awaited<ReturnType<typeof openLine>>;

async function play(line: Line, url: string, { headers, body }: Answer): Promise<RtspReader> {
  const control = /^m=video.*?^a=control:(\S+)/ms.exec(body)?.[1] ?? '';
  const base = (headers.get('content-base') ?? url).replace(/\/?$/, '/');
  const track = control.includes('://') ? control : `${base}${control}`;
  const setUp = await line.ask('SETUP', track, { Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1' });
  const session = setUp.headers.get('session')?.split(';')[0] ?? '';
  const played = await line.ask('PLAY', base, { Session: session, Range: 'npt=0-' });
  if (played.status !== 200) throw new Error(`RTSP ${setUp.status}, ${played.status}`);
  return {
    url,
    get packets() {
      return line.packets();
    },
    closed: line.closed,
    async close() {
      line.socket.destroy();
      await line.closed;
    },
  };
}

async function openLine(url: string) {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await once(socket, 'connect');
  let received = '';
  let packets = 0;
  let cSeq = 0;
  let take: ((answer: Answer) => void) | undefined;
  socket.on('error', () => undefined);
  socket.setEncoding('latin1').on('data', (chunk) => {
    received += String(chunk);
    for (let rest = pass(received); rest !== undefined; rest = pass(received)) received = rest;
  });

  /** Takes one packet or answer off the front; undefined while none is there whole. */
  function pass(text: string): string | undefined {
    if (text.startsWith('$')) {
      const end = 4 + text.charCodeAt(2) * 256 + text.charCodeAt(3);
      if (text.length < 4 || text.length < end) return undefined;
      packets += 1;
      return text.slice(end);
    }
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const [first = '', ...lines] = text.slice(0, end).split('\r\n');
    const headers = new Map(
      lines.map((line) => [line.split(':', 1).join().toLowerCase(), line.replace(/^.*?:\s*/, '')]),
    );
    const length = Number(headers.get('content-length') ?? 0);
    if (text.length < end + 4 + length) return undefined;
    take?.({ status: Number(first.split(' ')[1]), headers, body: text.slice(end + 4, end + 4 + length) });
    return text.slice(end + 4 + length);
  }

  function ask(method: string, uri: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
    cSeq += 1;
    const lines = Object.entries({ CSeq: cSeq, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => socket.destroy(), PATIENCE_MS);
      take = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      void closed.then(() => {
        clearTimeout(timer);
        reject(new Error(`no answer to ${method}`));
      });
      socket.write(`${method} ${uri} RTSP/1.0\r\n${lines.join('')}\r\n`);
    });
  }

  return { socket, ask, closed, packets: () => packets };
}
