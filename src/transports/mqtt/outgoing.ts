/**
 * Owns the way of events to the broker: in order, each kept until the broker has it, over outages and restarts. What comes late says so.
 * Of several bridges only the one that leads tells them, and the next one goes on where it was.
 */

import type { Bus, ToldEvent } from '../../core/bus.ts';
import type { Exchange } from '../../core/cluster/exchange.ts';
import type { Leadership } from '../../core/cluster/leadership.ts';
import { keepEvents, OUTBOX, OUTBOX_LIMIT } from '../../core/happened/outbox.ts';
import { isNoted } from '../../core/happened/past-events.ts';
import type { Clock, Log, MqttLink } from '../../core/ports.ts';
import type { Store } from '../../core/store.ts';
import { within } from '../../core/timing/within.ts';
import { type BridgeEvent, encodeEvent } from '../../protocol/events.ts';
import type { Topics } from '../../protocol/topics.ts';
import { toldLate, wordsOf } from './event-words.ts';
import { createForgetting } from './forgetting.ts';
import { type EventEars, listenToEvents } from './said-events.ts';
import { keepTakenMark } from './taken-mark.ts';
import { messageOf, NOWHERE, noteSaid, type WaitingEvent } from './waiting-event.ts';

interface Parts {
  readonly link: MqttLink;
  readonly topics: Topics;
  readonly bus: Bus;
  readonly store: Store;
  readonly leadership: Pick<Leadership, 'leads' | 'whileLeading'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Others are published by somebody else. */
  readonly isOurs: (event: BridgeEvent) => boolean;
  /** To bridges that hear what is said; absent: only the broker knows what it was told. */
  readonly exchange?: Exchange | undefined;
}

/** Where the link is up and the broker took something nevertheless not. */
const AGAIN_MS = 1000;
const CLOSE_MS = 1000;
const KEEP_AGAIN_MS = 5000;

/** To be called before the link is up for the first time. Returns what ends it: what is under way by then is waited for. */
export function sendEvents(parts: Parts): () => Promise<void> {
  const { link, topics, bus, store, leadership, exchange, clock, log, isOurs } = parts;
  const ears = exchange && listenToEvents({ link, topics, store, exchange });
  const mark = keepTakenMark({ link, topics, log });
  const forgetting = createForgetting({ store, clock, log });
  let waiting: WaitingEvent[] = [];
  /** In the outbox when it became ours to tell. */
  let found = new Set<string>();
  let isTelling = false;
  /** What the bridge that led before has said is not known yet. */
  let asking: Promise<void> | undefined;
  const underway = new Set<Promise<void>>();
  /** All that was told so far is in all queues, and marked so. */
  let isMarked: Promise<void> = Promise.resolve();
  let lastOrder = 0;
  let isMissing = false;
  let isClosed = false;
  let cancelAgain: (() => void) | undefined;
  /** While NATS chooses a leader nothing can be. */
  let unkept: ToldEvent[] = [];
  let cancelKeeping: (() => void) | undefined;

  function outgoing(event: ToldEvent, isLate: boolean): WaitingEvent {
    lastOrder += 1;
    return { order: lastOrder, event, open: wordsOf(topics, event), isLate, said: NOWHERE };
  }

  /** Of what was told by others than cameras, the outbox knows nothing yet. */
  async function keep(event: ToldEvent, isAgain = false): Promise<void> {
    let kept: ToldEvent | undefined = event;
    try {
      [kept] = await store.commit((tx) => (isAgain && isNoted(tx, event) ? [] : keepEvents(tx, [event])));
    } catch (error) {
      log.debug({ err: error }, 'an event could not be kept');
      // Who tells it has to find it.
      if (!isTelling && !isClosed) {
        keepLater(event);
        return;
      }
      // People must be told even when the disk is full.
    }
    if (kept) add(kept);
  }

  function keepLater(event: ToldEvent): void {
    unkept = [...unkept, event].slice(-OUTBOX_LIMIT);
    cancelKeeping ??= clock.after(KEEP_AGAIN_MS, () => {
      cancelKeeping = undefined;
      for (const one of unkept.splice(0)) void keep(one, true);
    });
  }

  function add(event: ToldEvent): void {
    if (isClosed || !isTelling || (event.keptAs !== undefined && found.delete(event.keptAs))) return;
    waiting.push(outgoing(event, !link.up));
    if (waiting.length > OUTBOX_LIMIT) dropOldest();
    sendAll();
  }

  function dropOldest(): void {
    forget(waiting.splice(0, waiting.length - OUTBOX_LIMIT));
    if (!isMissing)
      log.warn({ kept: OUTBOX_LIMIT }, 'the MQTT broker is away for long: it will miss the oldest events');
    isMissing = true;
  }

  function sendAll(): void {
    if (!link.up || isClosed || asking !== undefined || waiting.length === 0) return;
    // It may be another's by now without our knowing.
    if (!leadership.leads) {
      trySoon();
      return;
    }
    isMissing = false;
    for (const entry of waiting.splice(0)) {
      const sent: Promise<void> = send(entry).finally(() => underway.delete(sent));
      underway.add(sent);
    }
  }

  async function send(entry: WaitingEvent): Promise<void> {
    const { event, open, isLate } = entry;
    const told = isLate ? toldLate(event) : event;
    const usual = encodeEvent(told);
    const sent = [...open].map(async ([topic, encode]) => {
      if (await isDone(entry, topic, encode === encodeEvent ? usual : encode(told))) open.delete(topic);
    });
    const isSent = Promise.all(sent);
    // In one go with the event: the broker has both or neither, wherever we crash. Of several bridges one may take over between the two.
    if (ears === undefined) markTaken(event);
    else isMarked = Promise.all([isMarked, isSent]).then(() => markTaken(event));
    await isSent;
    if (open.size === 0) forgetting.add(event.keptAs);
    else sendAgain(entry);
  }

  function markTaken({ keptAs, at }: ToldEvent): void {
    if (keptAs !== undefined) mark.set({ number: Number(keptAs), at });
  }

  async function isDone(entry: WaitingEvent, topic: string, payload: string): Promise<boolean> {
    try {
      ears?.said(topic, payload);
      return await link.publish(messageOf(entry, topic, payload));
    } catch (error) {
      // Nor would it be taken another time.
      log.warn({ err: error, topic }, 'could not publish');
      return true;
    }
  }

  function sendAgain(entry: WaitingEvent): void {
    // It is in the outbox for whoever tells it then.
    if (!isTelling) return;
    entry.isLate = true;
    waiting.push(entry);
    waiting.sort((one, other) => one.order - other.order);
    trySoon();
  }

  function trySoon(): void {
    cancelAgain?.();
    cancelAgain = isClosed || !isTelling ? undefined : clock.after(AGAIN_MS, sendAll);
  }

  /** Whether the broker had it is unknown where we crashed, or lost the connection, before it could say so. */
  function dropTaken(): void {
    const { number, at } = mark.found ?? {};
    const last = waiting.findIndex(({ event }) => Number(event.keptAs) === number && event.at === at);
    forget(waiting.splice(0, last + 1));
  }

  function forget(entries: readonly WaitingEvent[]): void {
    for (const { event } of entries) forgetting.add(event.keptAs);
  }

  function begin(): () => Promise<void> {
    isTelling = true;
    for (const { id, event } of store.collection(OUTBOX).values()) {
      const told = { ...event, keptAs: id };
      found.add(id);
      if (isOurs(told)) waiting.push(outgoing(told, true));
      else forgetting.add(id);
    }
    if (ears !== undefined) askThenGoOn(ears);
    else if (link.up) goOn();
    return end;
  }

  function askThenGoOn({ all }: EventEars): void {
    const own: Promise<void> = all()
      .then(
        (said) => {
          if (asking !== own) return;
          // What the bridge that led before has taken out meanwhile was told.
          const outbox = store.collection(OUTBOX);
          waiting = waiting.filter(({ event: { keptAs } }) => keptAs === undefined || outbox.get(keptAs) !== undefined);
          noteSaid(waiting, said);
        },
        (error: unknown) => log.warn({ err: error }, 'what was told before could not be asked for'),
      )
      .then(() => {
        if (asking !== own) return;
        asking = undefined;
        if (link.up) goOn();
      });
    asking = own;
  }

  /** What is under way by then is waited for. */
  async function end(): Promise<void> {
    isTelling = false;
    asking = undefined;
    cancelAgain?.();
    waiting = [];
    found = new Set();
    await within(clock, CLOSE_MS, Promise.all(underway));
    await forgetting.close();
  }

  function goOn(): void {
    dropTaken();
    sendAll();
  }

  const stop = bus.on('event', (event) => {
    if (!isOurs(event)) forgetting.add(event.keptAs);
    else if (event.keptAs === undefined) void keep(event);
    else add(event);
  });
  link.onUp(goOn);
  const endTelling = leadership.whileLeading(begin);

  return async () => {
    stop();
    ears?.close();
    isClosed = true;
    cancelKeeping?.();
    await endTelling();
    // What was kept and not told by us.
    await forgetting.close();
  };
}
