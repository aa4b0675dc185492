/** Owns a volley of messages from one publisher to many readers, by bytes prepared beforehand: what a broker does, not what clients can. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { cpuMsOf } from './child.ts';

export interface Target {
  readonly port: number;
  /** Where readers connect; absent: there, too. */
  readonly readerPort?: number;
  readonly pid: number;
  readonly username: string;
  readonly password: string;
  /** Below which the account may do anything. */
  readonly root: string;
}

export interface Outcome {
  /** Deliveries. */
  readonly perSecond: number;
  readonly cpuUsPerDelivery: number;
  /** Of what should have come; 1 when nothing was lost. */
  readonly share: number;
}

const BATCH = 50;
const STALL_MS = 5000;
/** QoS 1 messages of the publisher that are not acknowledged yet. */
const WINDOW = 100;

/**
 * @param qos of the messages and of the subscriptions
 * @param isKept whether the readers' sessions outlive their connections, as far as the broker goes; they end with the volley
 * @param pace how many may be under way: sent, and not at all readers yet
 */
export async function fireVolley(
  target: Target,
  readers: number,
  messages: number,
  qos: 0 | 1,
  isKept = false,
  pace = Number.POSITIVE_INFINITY,
): Promise<Outcome> {
  const topic = `${target.root}/f`;
  const sockets: Socket[] = [];
  let received = 0;
  const size = publish(topic, qos, 1).length;
  for (let index = 0; index < readers; index += 1) {
    const socket = await open({ ...target, port: target.readerPort ?? target.port }, readerId(index), !isKept);
    socket.write(frame(0x82, [Buffer.from([0, 1]), text(topic), Buffer.from([qos])]));
    await once(socket, 'data');
    readFrames(socket, size, (first, id) => {
      if (first >> 4 !== 3) return;
      received += 1;
      if (qos === 1) socket.write(Buffer.from([0x40, 2, id >> 8, id & 0xff]));
    });
    sockets.push(socket);
  }
  const publisher = await open(target, 'publisher');
  sockets.push(publisher);
  const before = cpuMsOf(target.pid);
  const begin = performance.now();
  const isFree = (sent: number) => sent - received / readers < pace;
  await (qos === 0 ? sendAll(publisher, topic, messages, isFree) : sendInWindow(publisher, topic, messages, isFree));
  const wanted = readers * messages;
  let [last, lastAt] = [received, performance.now()];
  while (received < wanted && performance.now() - lastAt < STALL_MS) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    if (received !== last) [last, lastAt] = [received, performance.now()];
  }
  const seconds = (lastAt - begin) / 1000;
  const cpuMs = cpuMsOf(target.pid) - before;
  for (const socket of sockets) socket.destroy();
  for (let index = 0; isKept && index < readers; index += 1) (await open(target, readerId(index))).destroy();
  return { perSecond: received / seconds, cpuUsPerDelivery: (cpuMs * 1000) / received, share: received / wanted };
}

/** From publish to acknowledgement, one after another, while a kept session of somebody who is away has to have them all. @returns microseconds */
export async function acknowledgeOneByOne(target: Target, messages: number): Promise<number[]> {
  const topic = `${target.root}/away`;
  const away = await open(target, 'away', false);
  away.write(frame(0x82, [Buffer.from([0, 1]), text(topic), Buffer.from([1])]));
  await once(away, 'data');
  away.destroy();
  const publisher = await open(target, 'publisher');
  const times: number[] = [];
  for (let id = 1; id <= messages; id += 1) {
    const begin = performance.now();
    publisher.write(publish(topic, 1, id));
    await once(publisher, 'data');
    times.push((performance.now() - begin) * 1000);
  }
  publisher.destroy();
  (await open(target, 'away')).destroy();
  return times;
}

/** As many connections, one after another in `atOnce` rows, each with a login. @returns logins per second */
export async function logInRepeatedly(target: Target, count: number, atOnce: number): Promise<number> {
  let begun = 0;
  const begin = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (begun < count) {
        begun += 1;
        (await open(target, `login-${begun}`)).destroy();
      }
    }),
  );
  return (count / (performance.now() - begin)) * 1000;
}

/** Connections that say nothing more. */
export async function openIdle(target: Target, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const part = Array.from({ length: 50 }, (_, index) => open(target, `idle-${sockets.length + index}`));
    sockets.push(...(await Promise.all(part)));
  }
  return sockets;
}

async function open({ port, username, password }: Target, clientId: string, clean = true): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  socket.write(
    frame(0x10, [
      text('MQTT'),
      Buffer.from([4, clean ? 0xc2 : 0xc0, 0, 0]),
      text(clientId),
      text(username),
      text(password),
    ]),
  );
  const [connack] = await once(socket, 'data');
  if (connack[3] !== 0) throw new Error(`the broker refused the benchmark: code ${connack[3]}`);
  return socket;
}

function readerId(index: number): string {
  return `reader-${index}`;
}

/** Whether one more may be under way when so many are sent. */
type IsFree = (sent: number) => boolean;

/** Until there is room; what is lost makes none, and is not waited for for ever. */
async function room(isFree: () => boolean): Promise<void> {
  const untilMs = performance.now() + STALL_MS;
  while (!isFree() && performance.now() < untilMs) await new Promise((resolve) => setImmediate(resolve));
}

async function sendAll(publisher: Socket, topic: string, messages: number, isFree: IsFree): Promise<void> {
  const batch = Buffer.concat(Array<Buffer>(BATCH).fill(publish(topic, 0, 0)));
  for (let sent = 0; sent < messages; sent += BATCH) {
    if (!isFree(sent)) await room(() => isFree(sent));
    if (!publisher.write(batch)) await once(publisher, 'drain');
  }
}

function sendInWindow(publisher: Socket, topic: string, messages: number, isFree: IsFree): Promise<void> {
  return new Promise((resolve) => {
    let [sent, acknowledged] = [0, 0];
    const fill = async () => {
      if (!isFree(sent)) await room(() => isFree(sent));
      const packets: Buffer[] = [];
      while (sent < messages && sent - acknowledged < WINDOW) {
        sent += 1;
        packets.push(publish(topic, 1, (sent % 65_535) + 1));
      }
      if (packets.length > 0) publisher.write(Buffer.concat(packets));
    };
    readFrames(publisher, 4, () => {
      acknowledged += 1;
      if (acknowledged === messages) resolve();
      if (sent - acknowledged < WINDOW / 2) void fill();
    });
    void fill();
  });
}

/** Frames that all have one size; the packet id is told where there is one. */
function readFrames(socket: Socket, size: number, onFrame: (first: number, id: number) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (; at + size <= rest.length; at += size) {
      const first = rest[at] ?? 0;
      const idAt = first >> 4 === 3 ? at + size - 3 : at + 2;
      onFrame(first, ((rest[idAt] ?? 0) << 8) | (rest[idAt + 1] ?? 0));
    }
    rest = rest.subarray(at);
  });
}

/** One byte of payload. */
function publish(topic: string, qos: 0 | 1, id: number): Buffer {
  const idBytes = qos === 0 ? [] : [Buffer.from([id >> 8, id & 0xff])];
  return frame(0x30 | (qos << 1), [text(topic), ...idBytes, Buffer.from('x')]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

/** Of less than 128 bytes. */
function frame(first: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([first, body.length]), body]);
}
