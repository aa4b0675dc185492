/** Owns how many NATS servers of a cluster are there, by whether they take a connection: one that stands still does. Says nothing to them. */

import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * `down`: their machines answer, and nothing listens there: nobody at all has a majority of them. `out of reach`: nothing answers, and others may
 * have a majority.
 */
export type Most = 'there' | 'down' | 'out of reach';

/** One that is there takes a connection within a hundredth of it. */
const PATIENCE_MS = 500;

/** @param servers `host:port` of each that is known, our own among them @returns how it is with most of them, as far as they are needed for a majority */
export async function lookAtMost(servers: readonly string[]): Promise<Most> {
  const seen = await Promise.all(servers.map(lookAt));
  const isMajority = (count: number) => 2 * count > servers.length;
  if (isMajority(seen.filter((how) => how === 'there').length)) return 'there';
  return isMajority(seen.filter((how) => how !== 'down').length) ? 'out of reach' : 'down';
}

async function lookAt(server: string): Promise<Most> {
  const { hostname, port } = new URL(`nats://${server}`);
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE_MS) });
    return 'there';
  } catch (error) {
    return isRefusal(error) ? 'down' : 'out of reach';
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
}
