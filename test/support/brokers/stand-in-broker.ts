/** Owns a broker of a few lines that does what no real broker at hand does; knows just enough MQTT for one client. */

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { generate, type Packet, parser } from 'mqtt-packet';
import { portOf } from '../free-port.ts';

export interface StandInOptions {
  /** What a CONNECT of MQTT 5 gets. Default: CONNACK with return code 1, as brokers of MQTT 3.1.1 send it. */
  readonly onVersion5?: keyof typeof REFUSALS | 'accept';
  readonly refusesSubscriptions?: boolean;
  /** What goes out before the answer to a packet. */
  readonly before?: (packet: Packet) => Packet | undefined;
}

export interface StandInBroker {
  readonly port: number;
  /** All that clients sent, in order. */
  readonly packets: readonly Packet[];
  /** The protocol versions of all CONNECTs, in order. */
  versions(): number[];
  /** To every client. */
  send(packet: Packet): void;
  /** Leaves all further bytes of the present clients in the kernel. */
  stopReading(): void;
  disconnectAll(): void;
  stop(): Promise<void>;
}

const REFUSALS = {
  'connack 1': Buffer.from([0x20, 2, 0, 0x01]),
  'connack 132': Buffer.from([0x20, 3, 0, 0x84, 0]),
  'hang up': Buffer.alloc(0),
};

export async function startStandInBroker(options: StandInOptions = {}): Promise<StandInBroker> {
  const { onVersion5 = 'connack 1', refusesSubscriptions = false, before } = options;
  const sockets = new Set<Socket>();
  const packets: Packet[] = [];
  const encoded = (packet: Packet) => generate(packet, { protocolVersion: onVersion5 === 'accept' ? 5 : 4 });

  const server = createServer((socket) => {
    const incoming = parser();
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => incoming.parse(bytes));
    incoming.on('packet', (packet: Packet) => {
      packets.push(packet);
      if (packet.cmd === 'disconnect') socket.end();
      if (packet.cmd === 'connect' && packet.protocolVersion === 5 && onVersion5 !== 'accept') {
        socket.end(REFUSALS[onVersion5]);
        return;
      }
      for (const answer of [before?.(packet), answerTo(packet, refusesSubscriptions)])
        if (answer) socket.write(encoded(answer));
    });
  }).listen(0, '127.0.0.1');

  function disconnectAll(): void {
    for (const socket of sockets) socket.destroy();
  }

  await once(server, 'listening');
  return {
    port: portOf(server),
    packets,
    versions: () => packets.flatMap((packet) => (packet.cmd === 'connect' ? [packet.protocolVersion ?? 0] : [])),
    send: (packet) => {
      for (const socket of sockets) socket.write(encoded(packet));
    },
    stopReading: () => {
      for (const socket of sockets) socket.pause();
    },
    disconnectAll,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      disconnectAll();
      await closed;
    },
  };
}

function answerTo(packet: Packet, refusesSubscriptions: boolean): Packet | undefined {
  const { messageId = 0 } = packet;
  switch (packet.cmd) {
    case 'connect':
      return { cmd: 'connack', returnCode: 0, reasonCode: 0, sessionPresent: false };
    case 'subscribe':
      return {
        cmd: 'suback',
        messageId,
        granted: packet.subscriptions.map(({ qos }) => (refusesSubscriptions ? 0x80 : qos)),
      };
    case 'unsubscribe':
      return { cmd: 'unsuback', messageId, granted: [] };
    case 'publish':
      return packet.qos === 1 ? { cmd: 'puback', messageId } : undefined;
    case 'pingreq':
      return { cmd: 'pingresp' };
    default:
      return undefined;
  }
}
