/** Owns the ports of the embedded broker, plain and TLS; knows no MQTT. */

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { AcceptSocket, Balancers } from './balancers.ts';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** In PEM. */
export interface Certificate {
  /** With its chain. */
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
  /** Of the authority whose certificates clients may show; absent: they are not asked for one. */
  readonly clientCa?: string | Buffer | undefined;
}

export interface TlsAddress extends ListenAddress, Certificate {
  /** Whoever shows none is not let in. */
  readonly clientCertificateRequired?: boolean | undefined;
}

export interface Listener {
  readonly port: number;
  /** Stops listening; resolves when every connection is gone. */
  close(): Promise<void>;
}

export interface TlsListener extends Listener {
  /** For connections from now on. @throws when it is not usable; the former one stays then */
  renew(certificate: Certificate): void;
}

/** MQTT's small packets must not wait for Nagle's algorithm; a peer that vanished without keep-alive must be noticed. */
const SOCKET_OPTIONS = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 };

const FROM_ANYBODY: Balancers = (socket, accept) => accept(socket, socket.remoteAddress);

/** Rejects when the address cannot be listened on. */
export async function listen(
  address: ListenAddress,
  accept: AcceptSocket,
  balancers: Balancers = FROM_ANYBODY,
): Promise<Listener> {
  return await startListening(
    createServer(SOCKET_OPTIONS, (socket) => balancers(socket, accept)),
    address,
  );
}

/** TLS 1.2 or newer. Rejects when the address cannot be listened on or the certificate is not usable. */
export async function listenTls(
  address: TlsAddress,
  accept: AcceptSocket,
  balancers: Balancers = FROM_ANYBODY,
): Promise<TlsListener> {
  const { clientCa, clientCertificateRequired = false } = address;
  const context = ({ cert, key, clientCa: ca }: Certificate) => ({
    cert,
    key,
    minVersion: 'TLSv1.2' as const,
    ...(ca !== undefined && { ca }),
  });
  /** By what both ends of the connection are called, which a TLS socket has from the one below it. */
  const clients = new Map<string, string | undefined>();
  const server = createTlsServer(
    {
      ...context(address),
      handshakeTimeout: 5000,
      requestCert: clientCa !== undefined,
      rejectUnauthorized: clientCertificateRequired,
    },
    (socket) => accept(socket, clients.get(nameOf(socket))),
  );
  // What a balancer says stands in front of the handshake.
  const front = createServer(SOCKET_OPTIONS, (socket) =>
    balancers(socket, (_, client) => {
      const name = nameOf(socket);
      clients.set(name, client);
      socket.once('close', () => clients.delete(name));
      server.emit('connection', socket);
    }),
  );
  return {
    ...(await startListening(front, address)),
    renew: (certificate) => server.setSecureContext(context(certificate)),
  };
}

function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
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
