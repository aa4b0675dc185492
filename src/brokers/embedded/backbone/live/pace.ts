/**
 * Owns who has to wait with more: a broker that has come to have too many messages of a bucket for its readers says so, and where
 * they come from nothing more is read of those who send them.
 */

import type { Exchange } from '../../../../core/cluster/exchange.ts';
import type { Clock } from '../../../../core/ports.ts';
import { QUESTION } from '../answering.ts';
import { read, write } from '../texts.ts';

export interface Pace {
  /** Another broker has said so, and has not taken it back. */
  isHeld(bucket: string): boolean;
  /** Resolves when nobody says so any more, or is heard of. */
  freed(bucket: string): Promise<void>;
  /** There are too many here, or no more. */
  tell(bucket: string, isFull: boolean): void;
  close(): void;
}

/** It is said again as long as it is so. */
const REPEAT_MS = 250;
/** Who does not say it again has died of it, perhaps. */
const FORGET_MS = 1000;

export function createPace(exchange: Exchange, clock: Clock): Pace {
  const full = new Map<string, () => void>();
  const held = new Map<string, Map<string, () => void>>();
  const waiting = new Map<string, (() => void)[]>();

  function say(bucket: string, isFull: boolean): void {
    void exchange.ask(QUESTION.pace, write(exchange.id, bucket, isFull ? 1 : 0), FORGET_MS);
  }

  function repeat(bucket: string): void {
    say(bucket, true);
    full.set(
      bucket,
      clock.after(REPEAT_MS, () => repeat(bucket)),
    );
  }

  function hold(bucket: string, broker: string): void {
    const brokers = held.get(bucket) ?? new Map<string, () => void>();
    held.set(bucket, brokers);
    brokers.get(broker)?.();
    brokers.set(
      broker,
      clock.after(FORGET_MS, () => free(bucket, broker)),
    );
  }

  function free(bucket: string, broker: string): void {
    const brokers = held.get(bucket);
    brokers?.get(broker)?.();
    brokers?.delete(broker);
    if (brokers === undefined || brokers.size > 0) return;
    held.delete(bucket);
    const resolves = waiting.get(bucket) ?? [];
    waiting.delete(bucket);
    for (const resolve of resolves) resolve();
  }

  const stopHearing = exchange.onAsked(QUESTION.pace, async (question) => {
    const fields = read(question);
    const [broker, bucket, isFull] = [fields.text(), fields.text(), fields.integer() === 1];
    if (isFull) hold(bucket, broker);
    else free(bucket, broker);
    return write();
  });

  return {
    isHeld: (bucket) => held.has(bucket),
    freed(bucket) {
      if (!held.has(bucket)) return Promise.resolve();
      return new Promise((resolve) => waiting.set(bucket, [...(waiting.get(bucket) ?? []), resolve]));
    },
    tell(bucket, isFull) {
      full.get(bucket)?.();
      full.delete(bucket);
      if (isFull) repeat(bucket);
      else say(bucket, false);
    },
    close() {
      stopHearing();
      for (const cancel of full.values()) cancel();
      full.clear();
      for (const [bucket, brokers] of [...held]) for (const broker of [...brokers.keys()]) free(bucket, broker);
    },
  };
}
