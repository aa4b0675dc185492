/** Owns what one session has not acknowledged yet, oldest first and bounded; aedes keeps its bookkeeping in the packets. */

import { sizeOf } from './packet-size.ts';

/** A PUBLISH, or the PUBREL that took its place (MQTT 5.0, 4.3.3), as aedes hands it over. */
export interface QueuedPacket {
  readonly cmd: string;
  readonly brokerId?: string;
  readonly brokerCounter?: number;
  messageId?: number | undefined;
  dup?: boolean;
  qos?: number;
  readonly topic?: string;
  readonly payload?: string | Uint8Array;
  readonly properties?: object;
}

/** Bytes that the queues of one account hold together. */
export interface QueueBudget {
  bytes: number;
}

export class OutgoingQueue {
  readonly #packets: QueuedPacket[] = [];
  readonly #maxMessages: number;
  readonly #maxBytes: number;
  readonly #budget: QueueBudget;

  constructor(maxMessages: number, maxBytes: number, budget: QueueBudget) {
    this.#maxMessages = maxMessages;
    this.#maxBytes = maxBytes;
    this.#budget = budget;
  }

  get length(): number {
    return this.#packets.length;
  }

  /** Keeps the packet, or drops it when the queue is full: what waits is older and comes first. */
  push(packet: QueuedPacket): void {
    const bytes = sizeOf(packet);
    if (this.#packets.length >= this.#maxMessages || this.#budget.bytes + bytes > this.#maxBytes) return;
    this.#budget.bytes += bytes;
    this.#packets.push(packet);
  }

  /** Notes that a packet was sent under its message id, or that its PUBREC arrived; does nothing for a dropped one. */
  sent(packet: QueuedPacket): void {
    if (packet.cmd === 'publish') {
      const waiting = this.#packets.find((kept) => isSame(kept, packet));
      if (waiting !== undefined) waiting.messageId = packet.messageId;
      return;
    }
    const index = this.#packets.findIndex((kept) => kept.messageId === packet.messageId);
    const published = this.#packets[index];
    if (published === undefined) return;
    this.#budget.bytes -= sizeOf(published);
    this.#packets[index] = packet;
  }

  /** Forgets an acknowledged packet, or one that was never sent because its reader may not have it. */
  clear(packet: QueuedPacket): QueuedPacket | undefined {
    const index = this.#packets.findIndex((kept) =>
      packet.messageId === undefined
        ? kept.messageId === undefined && isSame(kept, packet)
        : kept.messageId === packet.messageId,
    );
    const [cleared] = index < 0 ? [] : this.#packets.splice(index, 1);
    if (cleared !== undefined) this.#budget.bytes -= sizeOf(cleared);
    return cleared;
  }

  /** What a returning client is owed: once per message, and marked as sent before where it was (MQTT 5.0, 3.3.1.1). */
  replay(): QueuedPacket[] {
    const unsent = new Set<number | undefined>();
    for (const packet of [...this.#packets]) {
      if (packet.cmd !== 'publish') continue;
      if (packet.messageId !== undefined) packet.dup = true;
      // Overlapping filters queue a message once each; a client that was away gets it once.
      else if (unsent.has(packet.brokerCounter)) this.clear(packet);
      else unsent.add(packet.brokerCounter);
    }
    return [...this.#packets];
  }

  drop(): void {
    for (const packet of this.#packets.splice(0)) this.#budget.bytes -= sizeOf(packet);
  }
}

function isSame(one: QueuedPacket, other: QueuedPacket): boolean {
  return one.brokerId === other.brokerId && one.brokerCounter === other.brokerCounter && one.cmd === other.cmd;
}
