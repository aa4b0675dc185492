/** Owns a seat at no broker: everything published is kept, and the test plays whoever else is there. */

import type { InboundMessage, MqttLink, OutboundMessage } from '../../../src/core/ports.ts';
import { matches } from '../../../src/protocol/topic-match.ts';

export interface RecordingLink extends MqttLink {
  readonly sent: readonly OutboundMessage[];
  /** What was published since it was asked last, as `topic payload`. */
  news(): string[];
  /** What a broker would remember. */
  retained(): Map<string, string>;
  /** Somebody publishes; delivered to whoever listens. */
  say(topic: string, payload: string, flags?: Partial<InboundMessage>): void;
  /** The connection is there again, or gone. */
  turn(isUp: boolean): void;
}

export function recordingLink(): RecordingLink {
  const sent: OutboundMessage[] = [];
  const listeners = new Set<{ readonly filter: string; readonly handler: (message: InboundMessage) => void }>();
  const beforeUpHandlers = new Set<() => Promise<unknown>>();
  const upHandlers = new Set<() => void>();
  const addTo = <T>(all: Set<T>, one: T) => {
    all.add(one);
    return () => void all.delete(one);
  };
  let told = 0;
  let up = true;
  return {
    sent,
    get up() {
      return up;
    },
    publish: async (message) => {
      if (up) sent.push(message);
      return up;
    },
    onRequest: () => () => undefined,
    listen: (filter, handler) => addTo(listeners, { filter, handler }),
    beforeUp: (handler) => addTo(beforeUpHandlers, handler),
    onUp: (handler) => {
      const stop = addTo(upHandlers, handler);
      if (up) handler();
      return stop;
    },
    stopRequests: async () => undefined,
    close: async () => undefined,
    news() {
      const fresh = sent.slice(told).map(({ topic, payload }) => `${topic} ${String(payload)}`);
      told = sent.length;
      return fresh;
    },
    retained() {
      const kept = new Map<string, string>();
      for (const { topic, payload, retain } of sent) {
        if (!retain) continue;
        if (payload.length === 0) kept.delete(topic);
        else kept.set(topic, String(payload));
      }
      return kept;
    },
    say(topic, payload, flags = {}) {
      const message = { topic, payload: Buffer.from(payload), retained: false, dup: false, ...flags };
      for (const { filter, handler } of listeners) if (matches(filter, topic)) handler(message);
    },
    turn(isUp) {
      up = isUp;
      if (!up) return;
      for (const handler of beforeUpHandlers) void handler();
      for (const handler of upHandlers) handler();
    },
  };
}
