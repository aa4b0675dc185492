/** Owns where Socket.IO is found, and that it is loaded by the first who asks for it: most never do, and it is a fifth of the program. */

import type { Parts, SocketIoServer } from './server.ts';

const PATH = '/socket.io/';

export interface SocketIoTransport {
  /** Takes no further requests, lets those in flight be answered, then disconnects everybody. */
  close(): Promise<void>;
}

export function createSocketIo(parts: Parts): SocketIoTransport {
  let opened: Promise<SocketIoServer> | undefined;
  let closed = false;

  async function open(): Promise<SocketIoServer> {
    if (closed) throw new Error('Socket.IO is closed');
    opened ??= import('./server.ts').then(({ openServer }) => openServer(parts));
    return opened;
  }

  parts.http.onRequest(PATH, (request, response) => {
    open().then(
      (server) => server.handleRequest(request, response),
      () => response.writeHead(503, { Connection: 'close' }).end(),
    );
  });
  parts.http.onUpgrade(PATH, (request, socket, head) => {
    open().then(
      (server) => server.handleUpgrade(request, socket, head),
      () => socket.destroy(),
    );
  });

  return {
    async close() {
      const server = await opened;
      await server?.close();
      closed = true;
    },
  };
}
