/** Owns how the notes of a broker become what all brokers keep together: under keys with the account first, where each of them finds them. */

import type { Keeper } from '../kept/keeper.ts';
import type { Message } from '../message.ts';
import type { Shelves } from './buckets.ts';
import { writeMessage } from './live-message.ts';
import type { Outgoing } from './outgoing.ts';

const ignore = () => undefined;
const GONE = Buffer.alloc(0);
/** A NATS server takes no longer subject. */
const LONGEST_TOPIC = 1000;

export function nameOf(shelf: keyof Shelves, ...key: readonly string[]): string {
  return [shelf, ...key].join('\n');
}

export function createSharedKeeper(shelves: Shelves, outgoing: Outgoing): Keeper {
  function retain(bucket: string, topic: string, bytes: Uint8Array): void {
    outgoing.write(nameOf('retained', bucket, topic), shelves.retained, [bucket, topic], bytes);
  }

  return {
    get notes() {
      return outgoing.noted;
    },
    get isBehind() {
      return outgoing.isBehind;
    },
    get fault() {
      return outgoing.fault;
    },
    opened: ignore,
    ended: ignore,
    subscribed: ignore,
    unsubscribed: ignore,
    owe: () => 0,
    advanced: ignore,
    settled: ignore,
    received: ignore,
    forgotten: ignore,
    mayRetain: ({ topic }: Message) => Buffer.byteLength(topic) <= LONGEST_TOPIC,
    retained: (message, bucket) => retain(bucket, message.topic, writeMessage(message)),
    cleared: (topic, bucket) => retain(bucket, topic, GONE),
    // All of it is taken away at once, by whoever removes the instance.
    dropped: (bucket) => outgoing.drop(([ofBucket]) => ofBucket === bucket),
    willPending: ignore,
    willGone: ignore,
    durable: (callback) => outgoing.durable(callback),
    tried: (callback) => outgoing.tried(callback),
    close: () => new Promise((resolve) => outgoing.tried(resolve)),
  };
}
