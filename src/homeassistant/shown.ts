/** Owns the last content of each of our own state topics: said when it changes, and only after whoever shows it was announced. */

export interface Shown {
  /** Publishes a changed content, if this topic was published before; else keeps it. */
  set(topic: string, content: string): void;
  /** Publishes what was set last, changed or not. */
  publish(topic: string): Promise<void>;
  clear(topic: string): Promise<void>;
}

export function createShown(send: (topic: string, payload: string) => Promise<unknown>): Shown {
  const contents = new Map<string, string>();
  const published = new Set<string>();

  return {
    set(topic, content) {
      if (contents.get(topic) === content) return;
      contents.set(topic, content);
      if (published.has(topic)) void send(topic, content);
    },
    async publish(topic) {
      const content = contents.get(topic);
      if (content === undefined) return;
      published.add(topic);
      await send(topic, content);
    },
    async clear(topic) {
      contents.delete(topic);
      published.delete(topic);
      await send(topic, '');
    },
  };
}
