/** Owns the retained messages: one bucket per instance and one for everything else, each with its own limit. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { matches } from '../../../protocol/topic-match.ts';
import { type Sizeable, sizeOf } from './packet-size.ts';

export interface RetainedPacket extends Sizeable {
  readonly topic: string;
  readonly payload: string | Uint8Array;
}

export interface RetainedSetup {
  /** The root of the instance that a name or filter belongs to; '' for none. */
  readonly bucketOf: (topic: string) => string;
  readonly maxMessages: number;
  readonly maxBytes: number;
}

interface Bucket<Packet> {
  readonly messages: Map<string, Packet>;
  bytes: number;
}

/** How many names are compared before others get their turn. */
const NAMES_PER_TURN = 1000;

export class RetainedMessages<Packet extends RetainedPacket> {
  readonly #buckets = new Map<string, Bucket<Packet>>();
  readonly #setup: RetainedSetup;

  constructor(setup: RetainedSetup) {
    this.#setup = setup;
  }

  /** Whether the bucket of this message may still take it. */
  hasRoomFor(packet: RetainedPacket): boolean {
    if (packet.payload.length === 0) return true;
    const bucket = this.#buckets.get(this.#setup.bucketOf(packet.topic));
    const replaced = bucket?.messages.get(packet.topic);
    const messages = (bucket?.messages.size ?? 0) + (replaced === undefined ? 1 : 0);
    const bytes = (bucket?.bytes ?? 0) + sizeOf(packet) - (replaced === undefined ? 0 : sizeOf(replaced));
    return messages <= this.#setup.maxMessages && bytes <= this.#setup.maxBytes;
  }

  /** An empty payload clears the topic (MQTT 5.0, 3.3.1.3). */
  store(packet: Packet): void {
    const name = this.#setup.bucketOf(packet.topic);
    const bucket = this.#buckets.get(name) ?? { messages: new Map<string, Packet>(), bytes: 0 };
    const replaced = bucket.messages.get(packet.topic);
    if (replaced !== undefined) bucket.bytes -= sizeOf(replaced);
    bucket.messages.delete(packet.topic);
    if (packet.payload.length > 0) {
      bucket.messages.set(packet.topic, packet);
      bucket.bytes += sizeOf(packet);
    }
    if (bucket.messages.size === 0) this.#buckets.delete(name);
    else this.#buckets.set(name, bucket);
  }

  /** Retained messages per filter. A filter outside all instances, however broad, never looks into their buckets. */
  async *select(filters: readonly string[]): AsyncGenerator<Packet> {
    let compared = 0;
    for (const filter of filters) {
      const messages = this.#buckets.get(this.#setup.bucketOf(filter))?.messages;
      if (messages === undefined) continue;
      if (!/[+#]/.test(filter)) {
        const exact = messages.get(filter);
        if (exact !== undefined) yield exact;
        continue;
      }
      for (const [topic, packet] of messages) {
        compared += 1;
        if (compared % NAMES_PER_TURN === 0) await nextTurn();
        if (matches(filter, topic)) yield packet;
      }
    }
  }

  /** Returns how many there were. */
  drop(bucket: string): number {
    const dropped = this.#buckets.get(bucket)?.messages.size ?? 0;
    this.#buckets.delete(bucket);
    return dropped;
  }
}
