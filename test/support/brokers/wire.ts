/** Owns a TCP connection to a broker that a test can cut, and that can make the broker look like one of MQTT 3.1.1. */

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { portOf } from '../free-port.ts';

export interface Wire {
  readonly port: number;
  /** Breaks every connection at once; new ones are let through. */
  cut(): void;
  stop(): Promise<void>;
}

export interface WireOptions {
  /** Answers a CONNECT of MQTT 5 with CONNACK 1, as brokers of MQTT 3.1.1 do. */
  readonly refuseVersion5?: boolean;
}

export async function startWire(targetPort: number, { refuseVersion5 = false }: WireOptions = {}): Promise<Wire> {
  const sockets = new Set<Socket>();

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  }

  const server = createServer((near) => {
    keep(near);
    near.once('data', (connectPacket) => {
      if (refuseVersion5 && protocolLevel(connectPacket) === 5) return near.end(Buffer.from([0x20, 2, 0, 0x01]));
      const far = connect(targetPort, '127.0.0.1');
      keep(far);
      far.on('close', () => near.destroy());
      near.on('close', () => far.destroy());
      far.write(connectPacket);
      return near.pipe(far).pipe(near);
    });
  }).listen(0, '127.0.0.1');

  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: portOf(server),
    cut,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
}

/** The byte after the protocol name (MQTT 5.0, 3.1.2.2). */
function protocolLevel(connectPacket: Buffer): number | undefined {
  return connectPacket[connectPacket.indexOf('MQTT') + 'MQTT'.length];
}
