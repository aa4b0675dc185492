/** Owns a client of a broker that is killed again and again: it remembers what MQTT wants a client to remember, and comes back with it. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { generate, type IPublishPacket, type Packet, parser } from 'mqtt-packet';

interface Sent {
  readonly packet: IPublishPacket;
  /** QoS 2: the broker has it, and waits for PUBREL. */
  isTaken: boolean;
}

const WINDOW = 20;

export const STORM_LOGIN = { username: 'root', password: 'in the eye of it' };

export class StormClient {
  /** What the broker has acknowledged, in that order. */
  readonly acknowledged: string[] = [];
  /** What has come, in that order, and of QoS 2 once each. */
  readonly received: string[] = [];
  isPresent = false;
  /** Called at each acknowledgement and each message. */
  onProgress: () => void = () => undefined;
  readonly #clientId: string;
  readonly #version: 4 | 5;
  readonly #unfinished = new Map<number, Sent>();
  readonly #taken = new Set<number>();
  #waiting: IPublishPacket[] = [];
  #lastId = 0;
  #socket: Socket | undefined;
  #tellConnected: () => void = () => undefined;
  #tellSubscribed: () => void = () => undefined;

  constructor(clientId: string, version: 4 | 5) {
    this.#clientId = clientId;
    this.#version = version;
  }

  /** All that it was asked to publish is at its end. */
  get isIdle(): boolean {
    return this.#unfinished.size + this.#waiting.length === 0;
  }

  /** Goes on where it was. */
  async connect(port: number): Promise<void> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket = socket;
    socket.on('error', () => undefined);
    const parsing = parser({ protocolVersion: this.#version });
    parsing.on('packet', (packet) => this.#take(packet));
    socket.on('data', (bytes) => parsing.parse(bytes));
    await once(socket, 'connect');
    const connected = new Promise<void>((resolve) => {
      this.#tellConnected = resolve;
    });
    this.#send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: this.#version,
      clientId: this.#clientId,
      username: STORM_LOGIN.username,
      password: Buffer.from(STORM_LOGIN.password),
      clean: false,
      keepalive: 0,
      ...(this.#version === 5 && { properties: { sessionExpiryInterval: 3600 } }),
    });
    await connected;
    for (const [messageId, { packet, isTaken }] of this.#unfinished) {
      this.#send(isTaken ? { cmd: 'pubrel', messageId } : { ...packet, dup: true });
    }
    this.#pump();
  }

  async subscribe(topic: string, qos: 0 | 1 | 2): Promise<void> {
    const subscribed = new Promise<void>((resolve) => {
      this.#tellSubscribed = resolve;
    });
    this.#send({ cmd: 'subscribe', messageId: 65_535, subscriptions: [{ topic, qos }] });
    await subscribed;
  }

  /** As soon as fewer than twenty are unfinished. */
  publish(topic: string, text: string, qos: 1 | 2, retain = false): void {
    this.#waiting.push({ cmd: 'publish', topic, payload: Buffer.from(text), qos, retain, dup: false });
    this.#pump();
  }

  async leave(): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#socket = undefined;
    const closed = socket.closed ? undefined : once(socket, 'close');
    socket.destroy();
    await closed;
  }

  #pump(): void {
    if (this.#socket === undefined) return;
    while (this.#unfinished.size < WINDOW) {
      const [packet] = this.#waiting;
      if (packet === undefined) return;
      this.#waiting = this.#waiting.slice(1);
      do this.#lastId = (this.#lastId % 60_000) + 1;
      while (this.#unfinished.has(this.#lastId));
      const numbered = { ...packet, messageId: this.#lastId };
      this.#unfinished.set(this.#lastId, { packet: numbered, isTaken: false });
      this.#send(numbered);
    }
  }

  #take(packet: Packet): void {
    const messageId = packet.messageId ?? 0;
    if (packet.cmd === 'connack') {
      this.isPresent = packet.sessionPresent;
      this.#tellConnected();
    } else if (packet.cmd === 'suback') this.#tellSubscribed();
    else if (packet.cmd === 'publish') this.#receive(packet, messageId);
    else if (packet.cmd === 'pubrel') {
      this.#taken.delete(messageId);
      this.#send({ cmd: 'pubcomp', messageId });
    } else if (packet.cmd === 'puback' || packet.cmd === 'pubcomp') {
      this.#acknowledge(messageId);
      this.#unfinished.delete(messageId);
      this.#pump();
    } else if (packet.cmd === 'pubrec') {
      this.#acknowledge(messageId);
      this.#send({ cmd: 'pubrel', messageId });
    }
  }

  #receive({ payload, qos }: IPublishPacket, messageId: number): void {
    if (qos !== 2 || !this.#taken.has(messageId)) this.received.push(payload.toString());
    if (qos === 2) this.#taken.add(messageId);
    if (qos > 0) this.#send({ cmd: qos === 2 ? 'pubrec' : 'puback', messageId });
    this.onProgress();
  }

  #acknowledge(messageId: number): void {
    const sent = this.#unfinished.get(messageId);
    if (sent === undefined || sent.isTaken) return;
    sent.isTaken = true;
    this.acknowledged.push(sent.packet.payload.toString());
    this.onProgress();
  }

  #send(packet: Packet): void {
    this.#socket?.write(generate(packet, { protocolVersion: this.#version }));
  }
}
