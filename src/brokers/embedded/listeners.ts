/** Owns the sockets of the embedded broker: plain, TLS and WebSocket; knows no MQTT. */

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import { createWebSocketStream, type WebSocket } from 'ws';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export interface TlsAddress extends ListenAddress {
  /** PEM, with the chain. */
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

export interface Listener {
  readonly port: number;
  /** Stops listening; resolves when every connection is gone. */
  close(): Promise<void>;
}

export type Accept = (connection: Duplex, address: string | undefined) => void;

/** MQTT's small packets must not wait for Nagle's algorithm; a peer that vanished without keep-alive must be noticed. */
const SOCKET_OPTIONS = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 };

/** Rejects when the address cannot be listened on. */
export async function listen(address: ListenAddress, accept: Accept): Promise<Listener> {
  return await startListening(createServer(SOCKET_OPTIONS, acceptSocket(accept)), address);
}

/** TLS 1.2 or newer. Rejects when the address cannot be listened on or the certificate is not usable. */
export async function listenTls({ host, port, cert, key }: TlsAddress, accept: Accept): Promise<Listener> {
  const options = { ...SOCKET_OPTIONS, cert, key, minVersion: 'TLSv1.2' as const, handshakeTimeout: 5000 };
  const server = createTlsServer(options, acceptSocket(accept));
  return await startListening(server, { host, port });
}

/** Accepts an opened WebSocket; closes it when it does not speak MQTT (MQTT 5.0, 6.0). */
export function acceptWebSocket(webSocket: WebSocket, address: string | undefined, accept: Accept): void {
  if (webSocket.protocol !== 'mqtt' && webSocket.protocol !== 'mqttv3.1') {
    webSocket.close(1002, 'the subprotocol must be mqtt');
    return;
  }
  accept(createWebSocketStream(webSocket), address);
}

function acceptSocket(accept: Accept): (socket: Socket) => void {
  return (socket) => accept(socket, socket.remoteAddress);
}

async function startListening(server: Server, { host, port }: ListenAddress): Promise<Listener> {
  server.listen(port, host);
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error(`cannot listen on ${host}:${port}`);
  return {
    port: bound.port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
