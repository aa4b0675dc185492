/** Owns whether the NATS servers of a cluster are there, by whether they take a connection: one that stands still does. Says nothing to them. */

import { once } from 'node:events';
import { connect } from 'node:net';

/** One that is there takes a connection within a hundredth of it. */
const PATIENCE_MS = 500;

/** @param servers `host:port` of each that is known, our own among them @returns whether most of them are there */
export async function areMostThere(servers: readonly string[]): Promise<boolean> {
  const there = (await Promise.all(servers.map(isThere))).filter(Boolean);
  return 2 * there.length > servers.length;
}

async function isThere(server: string): Promise<boolean> {
  const { hostname, port } = new URL(`nats://${server}`);
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE_MS) });
    return true;
  } catch {
    return false;
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}
