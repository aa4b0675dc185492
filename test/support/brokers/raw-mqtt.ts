/** Owns an MQTT connection packet by packet, for what no well-behaved client would send or leave out. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { generate, type IConnectPacket, type Packet, parser } from 'mqtt-packet';

export type RawConnect = Partial<Omit<IConnectPacket, 'cmd' | 'password' | 'protocolVersion'>> & {
  readonly password?: string;
  readonly version: 4 | 5;
};

export interface RawMqtt {
  readonly socket: Socket;
  /** Everything the broker has sent. */
  readonly received: readonly Packet[];
  send(...packets: Packet[]): void;
  sendBytes(bytes: Uint8Array): void;
  /** The first packet of this kind that was not returned before. */
  next<Cmd extends Packet['cmd']>(cmd: Cmd): Promise<Extract<Packet, { cmd: Cmd }>>;
  /** Resolves when the broker has ended the connection. */
  readonly closed: Promise<void>;
  destroy(): void;
}

/** Opens a socket and says nothing. */
export async function openRaw(port: number, version: 4 | 5): Promise<RawMqtt> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined);
  const received: Packet[] = [];
  const unread: Packet[] = [];
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const look of [...waiting]) look();
  };
  const parsing = parser({ protocolVersion: version });
  parsing.on('packet', (packet) => {
    received.push(packet);
    unread.push(packet);
    wake();
  });
  socket.on('data', (bytes) => parsing.parse(bytes));
  void closed.then(wake);
  await once(socket, 'connect');

  return {
    socket,
    received,
    closed,
    send: (...packets) =>
      void socket.write(Buffer.concat(packets.map((packet) => generate(packet, { protocolVersion: version })))),
    sendBytes: (bytes) => void socket.write(bytes),
    next: (cmd) =>
      new Promise((resolve, reject) => {
        const isWanted = (packet: Packet): packet is Extract<Packet, { cmd: typeof cmd }> => packet.cmd === cmd;
        const look = () => {
          const found = unread.find(isWanted);
          if (found === undefined && !socket.closed) return;
          waiting.delete(look);
          if (found === undefined) {
            reject(new Error(`closed without ${cmd}`));
            return;
          }
          unread.splice(unread.indexOf(found), 1);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    destroy: () => socket.destroy(),
  };
}

/** Sends CONNECT; the CONNACK is for the test to read. The user name is also the password unless given. */
export async function connectRaw(port: number, { version, password, ...connectFields }: RawConnect): Promise<RawMqtt> {
  const raw = await openRaw(port, version);
  const secret = password ?? connectFields.username;
  raw.send({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: version,
    clientId: '',
    clean: true,
    keepalive: 0,
    ...connectFields,
    ...(secret !== undefined && { password: Buffer.from(secret) }),
  });
  return raw;
}
