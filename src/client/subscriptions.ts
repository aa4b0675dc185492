/** Owns which topic filters are wanted and by whom: one SUBSCRIBE per filter however many want it, sent again at each connect. */

import { matches } from '../protocol/topic-match.ts';
import { callAll } from './call-all.ts';
import { ClientError } from './client-error.ts';
import type { Log } from './environment.ts';
import type { Message, Session } from './session.ts';

type MessageHandler = (message: Message) => void;

interface Wanted {
  /** Alternatives: a broker that grants one of them has granted enough. */
  readonly filters: readonly string[];
  readonly handler: MessageHandler;
  /** For retained topics: who joins later is given the last message of each, since the broker sends it only once. */
  readonly keepLast?: boolean;
  /** The broker refuses all of the filters; it is asked again at the next connect. */
  readonly onRefused?: ((error: ClientError) => void) | undefined;
}

export interface Subscription {
  /** Resolves once the broker has granted it; rejects with its refusal, or when the subscription is closed first. */
  active(): Promise<void>;
  close(): void;
}

export interface Subscriptions {
  add(wanted: Wanted): Subscription;
  dispatch(message: Message): void;
  up(session: Session): void;
  down(): void;
  close(): void;
}

interface Entry {
  readonly handlers: Set<MessageHandler>;
  readonly watchers: Set<() => void>;
  outcome: Outcome;
  /** The last message of each topic, where somebody wants them kept. */
  readonly last: Map<string, Message> | undefined;
}

/** Topics whose readers are remembered: more than a house has cameras and events. */
const REMEMBERED_TOPICS = 2000;

/** Undefined while the broker has not answered. */
type Outcome = 'granted' | ClientError | undefined;

export function createSubscriptions(log: Log): Subscriptions {
  const entries = new Map<string, Entry>();
  /** By topic: the same ones come again and again, and to match each filter anew costs more than to read the message. */
  const readers = new Map<string, readonly Entry[]>();
  let session: Session | undefined;
  let closed: ClientError | undefined;

  function settle(entry: Entry, outcome: Outcome): void {
    entry.outcome = outcome;
    callAll(entry.watchers, log);
  }

  function subscribe(filter: string, entry: Entry): void {
    const asked = session;
    asked?.subscribe(filter, 1).then(
      () => asked === session && settle(entry, 'granted'),
      (error: unknown) => {
        // A lost connection is no refusal: the next one asks again.
        if (asked === session && error instanceof ClientError && error.code !== 'not_connected') settle(entry, error);
      },
    );
  }

  function join(filter: string, handler: MessageHandler, keepLast: boolean): Entry {
    const known = entries.get(filter);
    const entry = known ?? newEntry(keepLast, closed);
    entry.handlers.add(handler);
    if (!known) {
      entries.set(filter, entry);
      readers.clear();
      subscribe(filter, entry);
    } else for (const message of known.last?.values() ?? []) callAll([handler], log, { ...message, retained: true });
    return entry;
  }

  function leave(filter: string, entry: Entry, handler: MessageHandler): void {
    entry.handlers.delete(handler);
    if (entry.handlers.size > 0) return;
    entries.delete(filter);
    readers.clear();
    session?.unsubscribe(filter);
  }

  function readersOf(topic: string): readonly Entry[] {
    const known = readers.get(topic);
    if (known) return known;
    const found = [...entries].filter(([filter]) => matches(filter, topic)).map(([, entry]) => entry);
    if (readers.size >= REMEMBERED_TOPICS) readers.clear();
    readers.set(topic, found);
    return found;
  }

  function add({ filters, handler, keepLast = false, onRefused }: Wanted): Subscription {
    // A function of its own: two subscriptions may share a handler, and each must end alone.
    const own: MessageHandler = (message) => handler(message);
    const joined = new Map([...new Set(filters)].map((filter) => [filter, join(filter, own, keepLast)]));
    const waiting = new Set<() => void>();
    let open = true;

    const watcher = () => {
      const outcome = overall([...joined.values()]);
      if (outcome instanceof ClientError && outcome.code !== 'closed') {
        log.warn({ filters }, outcome.message);
        onRefused?.(outcome);
      }
      for (const look of [...waiting]) look();
    };
    for (const entry of joined.values()) entry.watchers.add(watcher);

    return {
      active: () =>
        new Promise((resolve, reject) => {
          const look = () => {
            const outcome = overall([...joined.values()]);
            if (open && outcome === undefined) return;
            waiting.delete(look);
            if (!open) reject(new ClientError('closed', 'the subscription was closed'));
            else if (outcome === 'granted') resolve();
            else reject(outcome);
          };
          waiting.add(look);
          look();
        }),
      close: () => {
        if (!open) return;
        open = false;
        for (const [filter, entry] of joined) {
          entry.watchers.delete(watcher);
          leave(filter, entry, own);
        }
        for (const look of [...waiting]) look();
      },
    };
  }

  return {
    add,
    dispatch: (message) => {
      for (const entry of readersOf(message.topic)) {
        keep(entry.last, message);
        callAll(entry.handlers, log, message);
      }
    },
    up: (next) => {
      session = next;
      for (const [filter, entry] of entries) {
        entry.last?.clear();
        subscribe(filter, entry);
      }
    },
    down: () => {
      session = undefined;
      for (const entry of entries.values()) entry.outcome = undefined;
    },
    close: () => {
      closed = new ClientError('closed', 'the client was closed');
      session = undefined;
      for (const entry of entries.values()) settle(entry, closed);
      entries.clear();
      readers.clear();
    },
  };
}

function newEntry(keepLast: boolean, outcome: Outcome): Entry {
  return { handlers: new Set(), watchers: new Set(), outcome, last: keepLast ? new Map() : undefined };
}

/** Known when every filter is answered: granted when one is, else the first refusal. */
function overall(entries: readonly Entry[]): Outcome {
  const outcomes = entries.map(({ outcome }) => outcome);
  if (outcomes.includes(undefined)) return undefined;
  return outcomes.includes('granted') ? 'granted' : outcomes[0];
}

function keep(last: Entry['last'], message: Message): void {
  // An empty message is how MQTT forgets a topic.
  if (message.payload.length === 0) last?.delete(message.topic);
  else last?.set(message.topic, message);
}
