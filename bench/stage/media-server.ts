/** Owns as much of MediaMTX as a benchmark needs: paths whose feeds it switches, in the shapes of 1.20, answered from memory. */

import { once } from 'node:events';
import { createServer } from 'node:http';

export interface MediaServer {
  readonly url: string;
  /** How often the whole list was asked for. */
  readonly polls: number;
  switchFeed(path: string, isReady: boolean): void;
  close(): Promise<void>;
}

export async function startMediaServer(paths: readonly string[]): Promise<MediaServer> {
  const since = new Map<string, string>();
  let polls = 0;
  let bytes = 0;
  const shown = (name: string) => {
    const time = since.get(name) ?? null;
    const isReady = time !== null;
    bytes += 1;
    return {
      name,
      confName: name,
      source: isReady ? { type: 'rtspSession', id: 'a' } : null,
      available: isReady,
      availableTime: time,
      online: isReady,
      onlineTime: time,
      tracks2: isReady ? [{ codec: 'H264' }] : [],
      inboundBytes: bytes,
      outboundBytes: 0,
      readers: [],
    };
  };
  const answer = (url: string): object | undefined => {
    const { pathname } = new URL(url, 'http://127.0.0.1');
    if (pathname === '/v3/info') return { version: 'v1.20.1', started: '2026-11-21T10:00:00Z' };
    if (pathname === '/v3/config/paths/list') return page(paths.map((name) => ({ name, source: 'publisher' })));
    if (pathname.startsWith('/v3/paths/get/')) return shown(pathname.slice('/v3/paths/get/'.length));
    if (pathname !== '/v3/paths/list') return undefined;
    polls += 1;
    return page(paths.map(shown));
  };
  const server = createServer((request, response) => {
    const body = answer(request.url ?? '');
    response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    get polls() {
      return polls;
    },
    switchFeed(path, isReady) {
      if (isReady) since.set(path, new Date().toISOString());
      else since.delete(path);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function page(items: readonly object[]): object {
  return { itemCount: items.length, pageCount: 1, items };
}
