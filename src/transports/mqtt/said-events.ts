/**
 * Owns which of the events that wait to be told were said already: every bridge of a cluster hears what the one that leads says, and whoever
 * leads next asks all of them. What was said is known by its words, so that nothing else has to arrive together with it.
 */

import type { Exchange } from '../../core/cluster/exchange.ts';
import { OUTBOX } from '../../core/happened/outbox.ts';
import type { MqttLink } from '../../core/ports.ts';
import type { Store } from '../../core/store.ts';
import type { Topics } from '../../protocol/topics.ts';
import { toldLate, wordsOf } from './event-words.ts';

interface Parts {
  readonly link: Pick<MqttLink, 'listen'>;
  readonly topics: Topics;
  readonly store: Store;
  readonly exchange: Exchange;
}

/** Topics by the number of an event in the outbox. */
export type SaidEvents = ReadonlyMap<string, ReadonlySet<string>>;

type Said = [id: string, topics: string[]];

export interface EventEars {
  /** By this bridge: it does not hear itself. */
  said(topic: string, payload: string): void;
  /** All that any bridge has heard, and that is in the outbox still; soon at any rate. */
  all(): Promise<SaidEvents>;
  close(): void;
}

const QUESTION = 'said-events';
const PATIENCE_MS = 500;
/** More than are told while an outbox is emptied. */
const MOST = 1000;
const NOTHING = new Uint8Array();

export function listenToEvents({ link, topics, store, exchange }: Parts): EventEars {
  const heard = new Set<string>();
  const nameOf = (topic: string, payload: string) => `${topic}\n${payload}`;

  function said(topic: string, payload: string): void {
    heard.add(nameOf(topic, payload));
    const [oldest] = heard.size > MOST ? heard : [];
    if (oldest !== undefined) heard.delete(oldest);
  }

  function here(): Said[] {
    if (heard.size === 0) return [];
    return [...store.collection(OUTBOX).values()].flatMap(({ id, event }) => {
      const spoken = [...wordsOf(topics, event)].flatMap(([topic, encode]) =>
        [event, toldLate(event)].some((told) => heard.has(nameOf(topic, encode(told)))) ? [topic] : [],
      );
      const one: Said = [id, spoken];
      return spoken.length === 0 ? [] : [one];
    });
  }

  const filters = ['', '/'].flatMap((slash) => ['events', 'stream'].map((kind) => `${slash}${topics.base}/${kind}/#`));
  const stops = filters.map((filter) =>
    link.listen(filter, ({ topic, payload }) => said(topic, Buffer.from(payload).toString())),
  );
  stops.push(exchange.onAsked(QUESTION, async () => Buffer.from(JSON.stringify(here()))));

  return {
    said,
    async all() {
      const { answers } = await exchange.askPresent(QUESTION, NOTHING, PATIENCE_MS);
      const all = new Map<string, Set<string>>();
      for (const [id, spoken] of [here(), ...answers.map(read)].flat()) {
        all.set(id, new Set([...(all.get(id) ?? []), ...spoken]));
      }
      return all;
    },
    close() {
      for (const stop of stops) stop();
    },
  };
}

function read(answer: Uint8Array): Said[] {
  return JSON.parse(Buffer.from(answer).toString());
}
