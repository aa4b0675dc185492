/** Owns TLS in front of an HTTP server: takes connections apart and hands them over, so that there is one server behind both ports. */

import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer, type TLSSocket } from 'node:tls';
import type { Clock } from '../../../core/ports.ts';

interface Pems {
  readonly cert: string;
  readonly key: string;
}

export interface TlsDoor {
  readonly port: number;
  /** For connections from now on. @throws Error for texts that are no certificate and its key */
  renew(pems: Pems): void;
  /** Accepts nothing more, lets requests end, and cuts what is left after two seconds. */
  close(): Promise<void>;
}

const CLOSE_WITHIN_MS = 2000;
const SWEEP_MS = 50;
const HANDSHAKE_MS = 10_000;

/** Rejects when the address cannot be had, or the certificate is none. */
export async function openTlsDoor(
  http: Server,
  {
    host,
    port,
    pems,
    clock,
  }: { readonly host: string; readonly port: number; readonly pems: Pems; readonly clock: Clock },
): Promise<TlsDoor> {
  const sockets = new Set<TLSSocket>();
  const server = createServer({ ...pems, ALPNProtocols: ['http/1.1'], handshakeTimeout: HANDSHAKE_MS }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    http.emit('connection', socket);
  });
  // Whoever speaks no TLS, or does not take our certificate, has ended the connection already.
  server.on('tlsClientError', () => undefined);
  server.listen({ host, port });
  await once(server, 'listening');
  const address = server.address();

  return {
    port: typeof address === 'object' && address ? address.port : port,
    renew: (fresh) => server.setSecureContext({ ...fresh }),
    async close() {
      const closed = once(server, 'close');
      server.close();
      const cancelCut = clock.after(CLOSE_WITHIN_MS, () => {
        for (const socket of sockets) socket.destroy();
      });
      let cancelSweep = (): void => undefined;
      const sweep = (): void => {
        http.closeIdleConnections();
        cancelSweep = clock.after(SWEEP_MS, sweep);
      };
      sweep();
      await closed;
      cancelSweep();
      cancelCut();
    },
  };
}
