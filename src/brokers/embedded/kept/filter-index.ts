/** Owns which kept sessions a message must be queued for: filters of one instance, or of all accounts outside instances. */

import { matches } from '../../../protocol/topic-match.ts';

export interface Subscriber {
  readonly clientId: string;
  readonly topic: string;
  readonly qos: number;
}

type BySession = Map<string, Subscriber>;

export class FilterIndex {
  readonly #exact = new Map<string, BySession>();
  /** Many sessions share few wildcard filters, so walking these is cheap; a trie would have to know empty levels. */
  readonly #wild = new Map<string, BySession>();

  add(subscriber: Subscriber): void {
    const filters = this.#filters(subscriber.topic);
    const sessions = filters.get(subscriber.topic) ?? new Map<string, Subscriber>();
    filters.set(subscriber.topic, sessions.set(subscriber.clientId, subscriber));
  }

  remove(filter: string, clientId: string): void {
    const filters = this.#filters(filter);
    const sessions = filters.get(filter);
    sessions?.delete(clientId);
    if (sessions?.size === 0) filters.delete(filter);
  }

  match(topic: string): Subscriber[] {
    const found = [...(this.#exact.get(topic)?.values() ?? [])];
    for (const [filter, sessions] of this.#wild) {
      if (matches(filter, topic)) found.push(...sessions.values());
    }
    return found;
  }

  get isEmpty(): boolean {
    return this.#exact.size === 0 && this.#wild.size === 0;
  }

  #filters(filter: string): Map<string, BySession> {
    return /[+#]/.test(filter) ? this.#wild : this.#exact;
  }
}
