/** Owns a port in front of another: passes every byte on, and knows how many connections are open. */

import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { portOf } from '../free-port.ts';

export interface CountingProxy {
  readonly port: number;
  /** Open at the moment. */
  readonly open: number;
  /** Since the start. */
  readonly accepted: number;
  close(): Promise<void>;
}

export async function startCountingProxy(targetPort: number): Promise<CountingProxy> {
  const sockets = new Set<{ destroy(): unknown }>();
  let accepted = 0;
  const server = createServer((socket) => {
    accepted += 1;
    const onward = connect(targetPort, '127.0.0.1').setNoDelay(true);
    sockets.add(socket.setNoDelay(true));
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
    socket.on('close', () => sockets.delete(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server),
    get open() {
      return sockets.size;
    },
    get accepted() {
      return accepted;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
