/** Owns who a request came from, and the host it was sent to, seen through the proxies that are trusted. */

import type { IncomingMessage } from 'node:http';
import type { Express, Request } from 'express';

export interface Peer {
  /** IP address. */
  readonly address?: string;
  /** Without the port. */
  readonly host?: string;
}

export function peerOf({ ip, hostname }: Request): Peer {
  return { ...(ip === undefined ? {} : { address: ip }), ...(hostname ? { host: hostname } : {}) };
}

/** The same for a request that Express does not get to see: a WebSocket's, or one of Socket.IO. */
export function peerReader(app: Express): (request: IncomingMessage) => Peer {
  return ({ headers, socket }) => {
    const seen: Request = Object.create(app.request, { headers: { value: headers }, socket: { value: socket } });
    return peerOf(seen);
  };
}
