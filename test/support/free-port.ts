/** Owns the ports of tests: of our own servers, which listen on port 0, and of programs that cannot choose one themselves. */

import { createServer, type Server } from 'node:net';

/** Where a server listens. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  return address.port;
}

/** Below those that systems give away: one of them may be somebody's before the program listens on it, or while it is restarted. */
const FIRST = 10_000;
const COUNT = 20_000;

/** Each process of a test run begins elsewhere: no two are given the same. */
let given = process.pid * 7919;

/** A port that is free, and stays so. */
export async function freePort(): Promise<number> {
  for (;;) {
    given += 1;
    const port = FIRST + (given % COUNT);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.once('listening', () => server.close(() => resolve(true)));
  });
}
