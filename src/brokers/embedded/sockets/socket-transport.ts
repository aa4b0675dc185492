/** Owns how a TCP or TLS socket carries MQTT. */

import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Connection } from '../connection/connection.ts';
import type { Transport } from '../connection/transport.ts';

type Accept = (transport: Transport) => Connection | undefined;

/** @param address the client's */
export function carryOverSocket(socket: Socket, address: string | undefined, accept: Accept): void {
  // A peer that breaks off is no news: what follows is the close.
  socket.on('error', () => undefined);
  const connection = accept({
    address,
    certificateName: certificateNameOf(socket),
    get waitingBytes() {
      return socket.writableLength;
    },
    write: (bytes, taken) =>
      void socket.write(bytes, () => {
        taken();
        if (socket.writableLength === 0) connection?.drained();
      }),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  });
  if (connection === undefined) return;
  socket.on('data', (chunk) => connection.receive(chunk));
  socket.once('close', () => connection.closed());
}

function certificateNameOf(socket: Socket): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const name: unknown = socket.getPeerCertificate().subject?.CN;
  return typeof name === 'string' ? name : undefined;
}
