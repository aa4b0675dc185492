/**
 * Owns the retained messages: a tree for each instance and one for everything else, each with its own limits; and what the broker
 * says of itself, which outlives nothing.
 */

import type { Keeper } from './kept/keeper.ts';
import type { AccountLimits } from './limits.ts';
import type { Message } from './message.ts';
import { TopicTree } from './topics/topic-tree.ts';

export interface RetainedSetup {
  /** The root of the instance that a name or filter belongs to; '' for none. */
  readonly bucketOf: (topic: string) => string;
  readonly limitsOf: (bucket: string) => Pick<AccountLimits, 'retainedMessages' | 'retainedBytes'>;
  readonly keeper: Keeper;
}

interface Bucket {
  readonly messages: TopicTree<Message>;
  bytes: number;
}

export class RetainedMessages {
  readonly #buckets = new Map<string, Bucket>();
  readonly #figures = new TopicTree<Message>();
  readonly #setup: RetainedSetup;

  constructor(setup: RetainedSetup) {
    this.#setup = setup;
  }

  get size(): number {
    let size = 0;
    for (const { messages } of this.#buckets.values()) size += messages.size;
    return size;
  }

  /** An empty payload clears the topic (MQTT 5.0, 3.3.1-6). @returns false when there is no room for it */
  store(message: Message): boolean {
    if (isSystemTopic(message.topic)) {
      this.#figures.set(message.topic, message);
      return true;
    }
    const name = this.#setup.bucketOf(message.topic);
    if (message.payload.length === 0) {
      this.clear(message.topic);
      return true;
    }
    const bucket = this.#buckets.get(name) ?? { messages: new TopicTree(), bytes: 0 };
    const replaced = bucket.messages.get(message.topic);
    const size = bucket.messages.size + (replaced === undefined ? 1 : 0);
    const bytes = bucket.bytes + message.keptBytes - (replaced?.keptBytes ?? 0);
    const { retainedMessages, retainedBytes } = this.#setup.limitsOf(name);
    const { keeper } = this.#setup;
    if (size > retainedMessages || bytes > retainedBytes || !keeper.mayRetain(message)) return false;
    this.#put(name, bucket, message, bytes);
    keeper.retained(message, name);
    return true;
  }

  clear(topic: string): void {
    const name = this.#setup.bucketOf(topic);
    const { keeper } = this.#setup;
    if (this.#take(name, topic) || keeper.isShared) keeper.cleared(topic, name);
  }

  /** Another broker has retained it, and keeps it. Undefined: it was cleared. */
  learn(name: string, topic: string, message: Message | undefined): void {
    if (this.#setup.bucketOf(topic) !== name) return;
    const bucket = this.#buckets.get(name) ?? { messages: new TopicTree(), bytes: 0 };
    if (message === undefined) this.#take(name, topic);
    else
      this.#put(name, bucket, message, bucket.bytes + message.keptBytes - (bucket.messages.get(topic)?.keptBytes ?? 0));
  }

  /** It is not known here any more; whoever keeps it goes on doing so. */
  forget(name: string): void {
    this.#buckets.delete(name);
  }

  /** Undefined now and then, so that others get their turn. A filter outside all instances, however broad, never looks into their trees. */
  select(filter: string): Iterator<Message | undefined> {
    if (isSystemTopic(filter)) return this.#figures.select(filter);
    const bucket = this.#buckets.get(this.#setup.bucketOf(filter));
    return bucket?.messages.select(filter) ?? [][Symbol.iterator]();
  }

  /** Which instances have something here. */
  instances(): string[] {
    return [...this.#buckets.keys()].filter((bucket) => bucket !== '');
  }

  *all(): Iterable<Message> {
    for (const { messages } of this.#buckets.values()) yield* messages.values();
  }

  /** All of an instance. @returns how many there were */
  drop(bucket: string): number {
    const messages = this.#buckets.get(bucket)?.messages;
    if (messages === undefined) return 0;
    this.#buckets.delete(bucket);
    this.#setup.keeper.dropped(
      bucket,
      [...messages.values()].map(({ topic }) => topic),
    );
    return messages.size;
  }

  #put(name: string, bucket: Bucket, message: Message, bytes: number): void {
    this.#buckets.set(name, bucket);
    message.keep();
    bucket.messages.set(message.topic, message);
    bucket.bytes = bytes;
  }

  #take(name: string, topic: string): boolean {
    const bucket = this.#buckets.get(name);
    const replaced = bucket?.messages.get(topic);
    if (bucket === undefined || replaced === undefined) return false;
    bucket.messages.delete(topic);
    bucket.bytes -= replaced.keptBytes;
    if (bucket.messages.size === 0) this.#buckets.delete(name);
    return true;
  }
}

/** No other topic begins so, and no filter that does selects any other (MQTT 5.0, 4.7.2). */
function isSystemTopic(topic: string): boolean {
  return topic.startsWith('$SYS/');
}
