/** Owns who gets a connection that asks to become something else (a WebSocket), by its path; nobody's are closed with 404. */

import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { atPath } from './at-path.ts';

export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface Upgrades {
  on(path: string, handler: UpgradeHandler): void;
  /** Ends what is still open: the server itself does not count these connections as its own. */
  destroyAll(): void;
}

export function dispatchUpgrades(server: Server): Upgrades {
  const handlers = new Map<string, UpgradeHandler>();
  const open = new Set<Duplex>();

  server.on('upgrade', (request, socket, head) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    // A peer that resets its connection before anybody listens must not end the process.
    socket.on('error', () => socket.destroy());
    const handler = atPath(handlers, request);
    if (handler) handler(request, socket, head);
    else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });

  return {
    on: (path, handler) => void handlers.set(path, handler),
    destroyAll: () => {
      for (const socket of open) socket.destroy();
    },
  };
}
