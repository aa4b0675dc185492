/** Owns a stand-in for go2rtc's API: its shapes and statuses, what it does with its sources, and the ways it lets one down. Takes no write. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { portOf } from '../free-port.ts';
import { type Go2RtcVersion, listedStream, type Peer } from './go2rtc-shapes.ts';
import { createSilence, endServer, isLetIn, type Login } from './stand-in-server.ts';

export interface Go2RtcStandIn {
  readonly url: string;
  readonly port: number;
  /** `METHOD /path`, in the order they came. */
  readonly requests: readonly string[];
  /** Questions that have no answer yet, and will have one. */
  readonly inFlight: number;
  /** What its file says of a stream; an empty address is one that others publish to. */
  configure(name: string, urls: readonly string[]): void;
  /** Its file has no such stream any more. */
  remove(name: string): void;
  /** Every source is to be had; or none, and why, in its words. What is connected stays shown as it is. */
  source: 'up' | 'frozen' | { readonly cause: string };
  /** Somebody comes to watch. @returns what ends that; undefined where the source could not be had */
  watch(name: string, how?: { readonly format?: string; readonly program?: string }): (() => void) | undefined;
  /** Somebody publishes. @returns what ends that */
  publish(name: string): () => void;
  /** 1.8: says nothing of a stream while it is about to change it. */
  locked: string | undefined;
  /** A new process: nobody is connected, and it counts from one. */
  restart(): void;
  login: Login | undefined;
  /** Takes questions and answers none, until it is set to false. */
  hangs: boolean;
  /** In place of every answer. */
  lie: { readonly status: number; readonly body: string } | undefined;
  /** Runs while a question for one stream is answered, when that has connected it. */
  onLook: () => void | Promise<void>;
  close(): Promise<void>;
}

interface Stream {
  readonly urls: readonly string[];
  connection: Peer | undefined;
  publishers: Peer[];
  consumers: Peer[] | undefined;
}

export async function startGo2Rtc(version: Go2RtcVersion, port = 0): Promise<Go2RtcStandIn> {
  const streams = new Map<string, Stream>();
  const requests: string[] = [];
  const silence = createSilence();
  let inFlight = 0;
  let lastId = 0;
  let lastPort = 40_000;
  let source: Go2RtcStandIn['source'] = 'up';

  const server = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    inFlight += 1;
    response.once('close', () => {
      inFlight -= 1;
    });
    if (silence.isKept) silence.hold(response);
    else if (self.lie) response.writeHead(self.lie.status).end(self.lie.body);
    else await answer(request, response);
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
    if (!isLetIn(request, self.login)) return refuse(response, 401, 'Unauthorized');
    // Whoever writes to it has misunderstood the task.
    if (request.method !== 'GET') return refuse(response, 405, 'no write');
    if (pathname !== '/api/streams') return refuse(response, 404, '404 page not found');
    const name = searchParams.get('src');
    if (name === null) return send(response, Object.fromEntries([...streams.keys()].map((key) => [key, shown(key)])));
    await look(name, request.headers['user-agent'] ?? '', response);
  }

  async function look(name: string, program: string, response: ServerResponse): Promise<void> {
    const stream = streams.get(name);
    if (version === '1.8.5') return send(response, stream ? shown(name) : null);
    if (!stream) return refuse(response, 404, '');
    if (!connect(stream)) return refuse(response, 500, `streams: ${causeOf(stream)}`);
    const probe = join(stream, { format: 'probe', program });
    await self.onLook();
    const body = shown(name);
    leave(stream, probe);
    send(response, body);
  }

  function causeOf({ urls }: Stream): string {
    return typeof source === 'object' && urls.some((url) => url !== '') ? source.cause : 'unknown error';
  }

  /** Media goes on from list to list. A source that was lost and is back is a new connection. */
  function shown(name: string): object | null {
    const stream = streams.get(name);
    if (!stream || self.locked === name) return null;
    if (source === 'up') {
      if (stream.connection) stream.connection = flowing(stream.connection);
      stream.publishers = stream.publishers.map(flowing);
    }
    const { urls, connection, publishers, consumers } = stream;
    const sources = urls.map((url, index) => ({ url, connection: index === 0 ? connection : undefined }));
    return listedStream(version, { sources, publishers, consumers });
  }

  const flowing = (peer: Peer): Peer => ({ ...peer, bytes: peer.bytes + 1000 });

  function newPeer(format: string, program: string, address = `127.0.0.1:${++lastPort}`): Peer {
    // Each track has a number of its own.
    lastId += 2;
    return { id: lastId - 1, address, bytes: 0, format, program };
  }

  function connect(stream: Stream): boolean {
    const [url = ''] = stream.urls;
    if (stream.connection || stream.publishers.length > 0) return true;
    if (url === '' || typeof source === 'object') return false;
    stream.connection = newPeer('rtsp', `go2rtc/${version}`, new URL(url).host);
    return true;
  }

  function join(stream: Stream, { format = 'webrtc', program = 'Mozilla/5.0' }): Peer {
    const peer = newPeer(format, program);
    stream.consumers = [...(stream.consumers ?? []), peer];
    return peer;
  }

  function leave(stream: Stream, peer: Peer): void {
    stream.consumers = (stream.consumers ?? []).filter(({ id }) => id !== peer.id);
    if (stream.consumers.length === 0) stream.connection = undefined;
  }

  const self: Go2RtcStandIn = {
    url: `http://127.0.0.1:${portOf(server)}`,
    port: portOf(server),
    requests,
    login: undefined,
    lie: undefined,
    locked: undefined,
    onLook: () => undefined,
    get inFlight() {
      return inFlight - silence.held;
    },
    configure: (name, urls) =>
      void streams.set(name, { urls, connection: undefined, publishers: [], consumers: undefined }),
    remove: (name) => void streams.delete(name),
    get source() {
      return source;
    },
    set source(to) {
      const isBack = to === 'up' && typeof source === 'object';
      source = to;
      for (const stream of isBack ? streams.values() : []) {
        if (stream.connection) stream.connection = newPeer('rtsp', `go2rtc/${version}`, stream.connection.address);
      }
    },
    watch(name, how = {}) {
      const stream = streams.get(name);
      if (!stream || !connect(stream)) return undefined;
      const peer = join(stream, how);
      return () => leave(stream, peer);
    },
    publish(name) {
      const stream = streams.get(name);
      if (!stream) throw new Error(`no stream ${name}`);
      const peer = newPeer('rtsp', 'Lavf59.27.100');
      stream.publishers = [...stream.publishers, peer];
      return () => {
        stream.publishers = stream.publishers.filter(({ id }) => id !== peer.id);
      };
    },
    restart() {
      lastId = 0;
      for (const stream of streams.values()) {
        Object.assign(stream, { connection: undefined, publishers: [], consumers: undefined });
      }
    },
    get hangs() {
      return silence.isKept;
    },
    set hangs(value) {
      silence.isKept = value;
    },
    close: () => endServer(server),
  };
  return self;
}

function send(response: ServerResponse, body: object | null): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${words}\n`);
}
