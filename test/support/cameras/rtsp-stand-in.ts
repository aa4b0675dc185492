/** Owns a camera that a test scripts: it speaks RTSP over TCP or TLS, and answers each request as told. */

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { portOf } from '../free-port.ts';

export interface RtspStandIn {
  readonly port: number;
  /** Whole requests, as they came. */
  readonly requests: readonly string[];
  /** Sends this to everybody, unasked. */
  send(text: string): void;
  close(): Promise<void>;
}

/**
 * @param answer the text that goes back; undefined: nothing does
 * @param port a free one unless given
 */
export async function startRtspStandIn(
  answer: (request: string) => string | undefined,
  tls?: { readonly key: string; readonly cert: string },
  port = 0,
): Promise<RtspStandIn> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const serve = (socket: Socket) => {
    sockets.add(socket);
    let text = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      text += String(chunk);
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const request = text.slice(0, end);
        text = text.slice(end + 4);
        requests.push(request);
        const reply = answer(request);
        if (reply !== undefined) socket.write(reply);
      }
    });
  };
  const server: Server = tls ? createTlsServer(tls, serve) : createServer(serve);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server),
    requests,
    send: (text) => {
      for (const socket of sockets) socket.write(text);
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
