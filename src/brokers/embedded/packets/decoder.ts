/**
 * Owns the way from the bytes of one connection to its packets, however the bytes are split (MQTT 5.0, 2.1 and 4.13).
 * It reads when it is asked, so that whoever asks may stop between two packets. It answers nothing.
 */

import { readConnect, readProtocol } from './connect.ts';
import { judge, judgeFirst, readFromBroker, readFromClient } from './dispatch.ts';
import type { BrokerPacket, ClientPacket, Level, Side } from './packet.ts';
import { malformed, PacketError } from './packet-error.ts';
import { REASON } from './reason-codes.ts';
import { Backlog } from './wire/backlog.ts';
import { Reader } from './wire/reader.ts';

export interface Decoder<Sent> {
  /** Takes the bytes over: they must not be changed afterwards, since packets are slices of them. */
  push(chunk: Buffer): void;
  /**
   * The next packet, or undefined until more was pushed.
   * @throws PacketError for bytes that no packet begins with; from then on always the same one, since where the next packet begins is unknown
   */
  next(): Sent | undefined;
  /** In which version to read, and to answer: undefined until a client's CONNECT has told it, also if there is something wrong with that. */
  readonly level: Level | undefined;
  setLevel(level: Level): void;
  /** For all packets that were not read yet. */
  setMaxPacketBytes(bytes: number): void;
  /** Bytes that were pushed and belong to no packet yet. */
  readonly buffered: number;
}

export interface DecoderSetup<From extends Side> {
  readonly from: From;
  /** The largest packet that is read, fixed header included. A client's first packet should not need much. */
  readonly maxPacketBytes: number;
  /** Without it a client must begin with CONNECT, which tells the version, and a broker is read as one of MQTT 5. */
  readonly level?: Level;
}

export function createDecoder(setup: DecoderSetup<'client'>): Decoder<ClientPacket>;
export function createDecoder(setup: DecoderSetup<'broker'>): Decoder<BrokerPacket>;
export function createDecoder({
  from,
  maxPacketBytes,
  level,
}: DecoderSetup<Side>): Decoder<ClientPacket | BrokerPacket> {
  if (from === 'client') return new PacketDecoder(CLIENT, maxPacketBytes, level);
  return new PacketDecoder(BROKER, maxPacketBytes, level ?? 5);
}

/** The side that sends. */
interface Peer<Sent> {
  readonly side: Side;
  /** Where it says how large a packet the other side takes. */
  readonly sizeClause: string;
  /** Reads the packet with which a connection begins; `tell` is called as soon as the version is known. */
  begin(reader: Reader, first: number, tell: (level: Level) => void): Sent;
  readonly read: (reader: Reader, first: number, level: Level) => Sent;
}

const CLIENT: Peer<ClientPacket> = {
  side: 'client',
  sizeClause: '3.2.2-15',
  begin(reader, first, tell) {
    const protocol = readProtocol(reader);
    tell(protocol.level);
    return readConnect(reader, first & 0xf, protocol);
  },
  read: readFromClient,
};

const BROKER: Peer<BrokerPacket> = {
  side: 'broker',
  sizeClause: '3.1.2-24',
  // Not needed: how to read a broker is known from the start.
  begin: (reader, first) => readFromBroker(reader, first, 5),
  read: readFromBroker,
};

class PacketDecoder<Sent> implements Decoder<Sent> {
  readonly #peer: Peer<Sent>;
  readonly #backlog = new Backlog();
  readonly #reader = new Reader();
  #maxPacketBytes: number;
  #level: Level | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(peer: Peer<Sent>, maxPacketBytes: number, level: Level | undefined) {
    this.#peer = peer;
    this.#maxPacketBytes = maxPacketBytes;
    this.#level = level;
  }

  get level(): Level | undefined {
    return this.#level;
  }

  get buffered(): number {
    return this.#backlog.length;
  }

  setLevel(level: Level): void {
    this.#level = level;
  }

  setMaxPacketBytes(bytes: number): void {
    this.#maxPacketBytes = bytes;
  }

  push(chunk: Buffer): void {
    if (this.#failure === undefined) this.#backlog.push(chunk);
  }

  next(): Sent | undefined {
    if (this.#failure !== undefined) throw this.#failure.error;
    try {
      const first = this.#findPacket();
      if (first !== undefined) return this.#readPacket(first);
      this.#backlog.settle();
      this.#reader.end();
      return undefined;
    } catch (error) {
      this.#failure = { error };
      this.#backlog.clear();
      throw error;
    }
  }

  /**
   * Goes to the body of the next packet, if all of it is there. What the fixed header shows is judged before the rest is waited for.
   * @returns the first byte
   */
  #findPacket(): number | undefined {
    const backlog = this.#backlog;
    if (backlog.length === 0) return undefined;
    const { first } = backlog;
    if (this.#level === undefined) judgeFirst(first);
    else judge(first, this.#level, this.#peer.side);
    if (!backlog.findHeader()) return undefined;
    const bytes = backlog.headerBytes + backlog.bodyBytes;
    if (bytes > this.#maxPacketBytes) throw isTooLarge(this.#peer, bytes, this.#maxPacketBytes);
    return backlog.take(this.#reader) ? first : undefined;
  }

  #readPacket(first: number): Sent {
    const level = this.#level;
    const packet = level === undefined ? this.#begin(first) : this.#peer.read(this.#reader, first, level);
    this.#reader.finish();
    // Versions before 5 do not ask for the shortest form of a length.
    if (this.#backlog.isPadded && this.#level === 5) {
      throw malformed('1.5.5-1', 'the remaining length takes more bytes than it needs');
    }
    return packet;
  }

  #begin(first: number): Sent {
    return this.#peer.begin(this.#reader, first, (level) => {
      this.#level = level;
    });
  }
}

function isTooLarge({ sizeClause }: Peer<unknown>, bytes: number, maxBytes: number): PacketError {
  return new PacketError(REASON.packetTooLarge, sizeClause, `a packet of ${bytes} bytes, where ${maxBytes} are taken`);
}
