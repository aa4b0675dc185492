/** Owns a lean MQTT 3.1.1 client for load: bytes prepared beforehand, answers counted by their frames. mqtt.js would be the limit. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawClient {
  /** Calls back with the topic of each PUBLISH that arrives. */
  onPublish(listener: (topic: string) => void): void;
  subscribe(filter: string): Promise<void>;
  /** Bytes made by `publishPacket`. */
  send(packet: Buffer): void;
  /** That the network has not taken yet. */
  readonly waitingBytes: number;
  /** Resolves when the connection has ended. */
  readonly closed: Promise<unknown>;
  close(): void;
}

/** @param from another address of this machine */
export async function connectRaw(port: number, username: string, password: string, from?: string): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, ...(from && { localAddress: from }) });
  await once(socket, 'connect');
  // A connection that is ended by force is what some benchmarks wait for.
  socket.on('error', () => socket.destroy());
  let onPublish: (topic: string) => void = () => undefined;
  const waiting: ((packet: Buffer) => void)[] = [];
  readFrames(socket, (packet) => {
    if ((packet[0] ?? 0) >> 4 === 3) onPublish(topicOf(packet));
    else waiting.shift()?.(packet);
  });
  const answer = () => new Promise<Buffer>((resolve) => waiting.push(resolve));
  const connack = answer();
  socket.write(connectPacket(username, password));
  const code = (await connack).at(-1);
  if (code !== 0) throw new Error(`the broker refused the benchmark: code ${code}`);
  return {
    onPublish: (listener) => {
      onPublish = listener;
    },
    async subscribe(filter) {
      const suback = answer();
      socket.write(frame(0x82, [Buffer.from([0, 1]), text(filter), Buffer.from([0])]));
      if ((await suback).at(-1) === 0x80) throw new Error(`the broker refused ${filter}`);
    },
    send: (packet) => void socket.write(packet),
    get waitingBytes() {
      return socket.writableLength;
    },
    closed: once(socket, 'close'),
    close: () => socket.destroy(),
  };
}

/** The code of the CONNACK; undefined where the connection is ended without one. */
export async function knock(port: number, username: string, password: string): Promise<number | undefined> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => socket.destroy());
  const answered = new Promise<number | undefined>((resolve) => {
    readFrames(socket, (packet) => resolve(packet.at(-1)));
    socket.once('close', () => resolve(undefined));
  });
  socket.write(connectPacket(username, password));
  const code = await answered;
  socket.destroy();
  return code;
}

function connectPacket(username: string, password: string): Buffer {
  const clientId = `bench-${process.pid}-${Math.random().toString(36).slice(2)}`;
  return frame(0x10, [text('MQTT'), Buffer.from([4, 0xc2, 0, 0]), text(clientId), text(username), text(password)]);
}

/** A PUBLISH of QoS 0. */
export function publishPacket(topic: string, payload: string): Buffer {
  return frame(0x30, [text(topic), Buffer.from(payload)]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function frame(header: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = [header];
  let rest = body.length;
  do {
    head.push((rest & 127) | (rest > 127 ? 128 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from(head), body]);
}

function readFrames(socket: Socket, onFrame: (packet: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let size = frameSize(rest); size > 0 && rest.length >= size; size = frameSize(rest)) {
      onFrame(rest.subarray(0, size));
      rest = rest.subarray(size);
    }
  });
}

/** 0 while the length is not there yet. */
function frameSize(bytes: Buffer): number {
  let length = 0;
  for (let index = 1; index < Math.min(bytes.length, 5); index += 1) {
    const byte = bytes[index] ?? 0;
    length += (byte & 127) << (7 * (index - 1));
    if (byte < 128) return index + 1 + length;
  }
  return 0;
}

function topicOf(packet: Buffer): string {
  let index = 1;
  while ((packet[index] ?? 0) > 127) index += 1;
  const length = packet.readUInt16BE(index + 1);
  return packet.toString('utf8', index + 3, index + 3 + length);
}
