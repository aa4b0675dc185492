/** Owns the beginning and the end of a server: to listen on an address, and to stop in bounded time. */

import type { Server } from 'node:http';
import type { Clock } from '../../../core/ports.ts';

const CLOSE_WITHIN_MS = 2_000;
const SWEEP_MS = 50;

/** Resolves with the port in use. Rejects when the address cannot be had. */
export function listen(server: Server, host: string, port: number): Promise<{ port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve({ port: typeof address === 'object' && address ? address.port : port });
    });
  });
}

/**
 * Accepts nothing more, lets requests end, and cuts what is left after two seconds.
 * @param cutOthers destroys connections the server does not count as its own
 */
export async function close(server: Server, clock: Clock, cutOthers: () => void): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  const cancelCut = clock.after(CLOSE_WITHIN_MS, () => {
    server.closeAllConnections();
    cutOthers();
  });
  // A connection kept alive closes as soon as its request is answered, not at the end of its own timeout.
  let cancelSweep = clock.after(SWEEP_MS, sweep);
  function sweep(): void {
    server.closeIdleConnections();
    cancelSweep = clock.after(SWEEP_MS, sweep);
  }
  await closed;
  cancelSweep();
  cancelCut();
}
