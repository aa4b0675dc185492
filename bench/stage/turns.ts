/** Owns asking a measured program for its longest turn of the event loop. */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** Since it was last asked, in milliseconds. */
export async function longestTurnMs(port: number): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  const [bytes] = await once(socket, 'data');
  socket.destroy();
  return Number(String(bytes));
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
