/** Owns what is known of a socket from its handshake: its token and where it comes from; and that a client that reads nothing is cut. */

import type { Socket } from 'socket.io';
import type { Log } from '../../core/ports.ts';
import { bearerOf } from '../http/envelope.ts';

/** Answers and events together; more than any client that reads falls behind by. */
const MAX_WAITING_PACKETS = 2_000;

/** From the `Authorization` header, else `auth.token`, else `query.token` (contract 2.8). */
export function handshakeToken({ headers, auth, query }: Socket['handshake']): string | undefined {
  const { token }: { token?: unknown } = auth ?? {};
  const candidates: unknown[] = [bearerOf(headers.authorization), token, query['token']];
  return candidates.find((candidate): candidate is string => typeof candidate === 'string' && candidate !== '');
}

/** Packets wait in memory for a client that does not read: at a bound it is let go of. */
export function cutWhenStuck({ conn }: Socket, log: Log): void {
  let waiting = 0;
  conn.on('packetCreate', () => {
    waiting += 1;
    if (waiting !== MAX_WAITING_PACKETS) return;
    log.warn({ address: conn.remoteAddress }, 'cut a Socket.IO client that does not read');
    conn.close(true);
  });
  conn.on('drain', () => {
    waiting = 0;
  });
}
