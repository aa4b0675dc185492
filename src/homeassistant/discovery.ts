/**
 * Owns when which device is announced, changed and withdrawn, in the pace that Home Assistant can follow: it drops what comes for a
 * component that it is still at work on, and does not hear what is said while it is away. Knows nothing of what a device is.
 */

import type { Clock, Log, MqttLink } from '../core/ports.ts';
import type { Store } from '../core/store.ts';
import { type AnnouncedRecord, isAny, openBook, type Platforms, without } from './announced.ts';
import { type Announcement, discoveryPayload } from './devices/device.ts';
import { removals, standInDevice, standIns } from './devices/stand-in.ts';
import { createPace } from './pace.ts';
import { createShown } from './shown.ts';

export interface DiscoveryParts {
  readonly link: Pick<MqttLink, 'publish' | 'up'>;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** 0 up to 1. */
  readonly random: () => number;
  readonly prefix: string;
  readonly version: string;
}

export interface Discovery {
  /** What is wanted from now on; announced within seconds, if it is new or reads differently. */
  announce(announcement: Announcement): void;
  /** The device is gone. */
  withdraw(objectId: string): void;
  /** Says everything again after a random pause, and clears what was announced once and is not wanted. */
  announceAll(): void;
  /**
   * The same for a Home Assistant that may not have been there before: it is taught what was taken back, to let go of it.
   * @param isThere whether it has just said that it listens: what it lets go of then is forgotten
   */
  welcome(isThere: boolean): void;
  /** The content of one of a device's own topics: published when it changes, after the device was announced. */
  show(topic: string, state: object): void;
  /** Publishes it once more. */
  showAgain(topic: string): void;
  /** The same for all devices that were announced before: of the states that the broker remembers some are old. */
  showAllAgain(): Promise<void>;
  /** Resolves when nothing is under way any more. */
  close(): Promise<void>;
}

/** Changes that come together are told together. */
const SETTLE_MS = { least: 2000, spread: 3000 };
/** Home Assistant asks many services at once. */
const JITTER_MS = 5000;
/** Between two messages on one discovery topic. */
const PAUSE_MS = 2000;
/** What was announced must have become entries of the registry, before it can be taken back. */
const LEARN_MS = 4000;
/** After our start, until a Home Assistant that lost its connection by it is there again. */
const RETURN_MS = 30_000;
/** After something could not be noted. */
const AGAIN_MS = 10_000;

interface Lesson {
  readonly step: 'due' | 'taught';
  /** Somebody is there to hear it. */
  readonly isHeard: boolean;
}

export function createDiscovery(parts: DiscoveryParts): Discovery {
  const { link, store, clock, log, random, prefix, version } = parts;
  const book = openBook(store);
  const shown = createShown((topic, payload) => publish(topic, payload, true));
  /** All by discovery topic; what is there first is announced first. */
  const wanted = new Map<string, Announcement>();
  const told = new Map<string, string>();
  /** By topics of what was taken back and is to be taught, or was. */
  const lessons = new Map<string, Lesson>();
  const returnedMs = clock.monotonicMs() + RETURN_MS;
  const pace = createPace({ clock, order, notBeforeMs, tell });
  let isClosed = false;

  /** One for all, so that what comes together is told in the order it came. */
  const settleMs = SETTLE_MS.least + random() * SETTLE_MS.spread;

  const topicOf = (objectId: string) => `${prefix}/device/${objectId}/config`;
  const textOf = (announcement: Announcement) => JSON.stringify(discoveryPayload(announcement, version));
  const isUnwanted = ({ id }: AnnouncedRecord) => !wanted.has(id);

  /** Resolves with whether the broker may be thought to have it. */
  async function publish(topic: string, payload: string, retain: boolean): Promise<boolean> {
    try {
      const wasUp = link.up;
      await link.publish({ topic, payload, retain, qos: 1 });
      return wasUp && link.up;
    } catch (error) {
      log.warn({ err: error, topic }, 'could not publish for Home Assistant');
      return false;
    }
  }

  function order(planned: readonly string[]): readonly string[] {
    return [...planned.filter((topic) => !wanted.has(topic)), ...wanted.keys()];
  }

  /** What is new may be called like something that Home Assistant has not let go of yet, and would get another entity id. */
  function notBeforeMs(topic: string): number {
    const isHeld =
      wanted.has(topic) && !book.get(topic) && clock.monotonicMs() < returnedMs && book.all().some(isUnwanted);
    return isHeld ? returnedMs : 0;
  }

  async function tell(topic: string, again: boolean): Promise<void> {
    // Everything is told again when the broker is back.
    if (!link.up) return;
    const announcement = wanted.get(topic);
    const record = book.get(topic);
    try {
      if (announcement) await tellOf(topic, announcement, record, again);
      else if (record) await takeBack(record);
    } catch (error) {
      log.error({ err: error, topic }, 'Home Assistant could not be told of a device; trying again');
      pace.plan(topic, AGAIN_MS, again);
    }
  }

  async function tellOf(
    topic: string,
    announcement: Announcement,
    record: AnnouncedRecord | undefined,
    again: boolean,
  ): Promise<void> {
    const payload = textOf(announcement);
    if (!again && told.get(topic) === payload) return;
    const dropped = without(record?.components, announcement);
    const gone = { ...without(record?.gone, announcement), ...dropped };
    if (isAny(dropped) || (isAny(gone) && lessons.has(topic))) {
      await takeBackParts(topic, announcement, gone);
      return;
    }
    lessons.delete(topic);
    await book.remember(topic, announcement, gone);
    // Meanwhile it may have changed or gone.
    if (wanted.get(topic) !== announcement) {
      pace.plan(topic, 0, again);
      return;
    }
    await tellNow(topic, payload, true);
    for (const own of announcement.ownTopics) await shown.publish(own);
  }

  /** Leaving a component out does not remove it: it is named once without anything else. */
  async function takeBackParts(topic: string, announcement: Announcement, gone: Platforms): Promise<void> {
    const { components } = announcement;
    if (lessons.get(topic)?.step === 'due') {
      const lesson = { ...announcement, components: { ...components, ...standIns(topic, gone) } };
      await teach(topic, lesson);
      return;
    }
    const isHeard = endLesson(topic);
    const removal = { ...announcement, components: { ...components, ...removals(gone) } };
    if (!(await tellNow(topic, textOf(removal), true))) return;
    await book.remember(topic, announcement, isHeard ? {} : gone);
    pace.plan(topic, PAUSE_MS, true);
  }

  async function takeBack({ id: topic, components, ownTopics }: AnnouncedRecord): Promise<void> {
    if (lessons.get(topic)?.step === 'due') {
      await teach(topic, standInDevice(topic, components));
      return;
    }
    // A birth that comes from now on finds it still remembered.
    const isHeard = endLesson(topic);
    const hasArrived = await tellNow(topic, '', true);
    told.delete(topic);
    const stillWanted = new Set([...wanted.values()].flatMap((other) => other.ownTopics));
    for (const own of ownTopics) if (!stillWanted.has(own)) await shown.clear(own);
    if (isHeard && hasArrived && link.up && !wanted.has(topic) && !lessons.has(topic)) await book.forget(topic);
  }

  /** @returns whether it was heard */
  function endLesson(topic: string): boolean {
    const isHeard = lessons.get(topic)?.isHeard === true;
    lessons.delete(topic);
    return isHeard;
  }

  /** Not retained: what is taken back shall not come again by itself. */
  async function teach(topic: string, lesson: Announcement): Promise<void> {
    const isHeard = lessons.get(topic)?.isHeard === true;
    if (await tellNow(topic, textOf(lesson), false)) lessons.set(topic, { step: 'taught', isHeard });
    pace.rest(topic, LEARN_MS);
    pace.plan(topic, LEARN_MS, true);
  }

  async function tellNow(topic: string, payload: string, retain: boolean): Promise<boolean> {
    pace.rest(topic, PAUSE_MS);
    told.set(topic, payload);
    const hasArrived = await publish(topic, payload, retain);
    if (!hasArrived) told.delete(topic);
    return hasArrived;
  }

  function sayAll(goodbyeMs: number): void {
    const delayMs = random() * JITTER_MS;
    const goodbyes = book.all().filter(isUnwanted);
    for (const { id } of goodbyes) pace.plan(id, delayMs, true);
    // Some may only have moved: Home Assistant must have let go of them first.
    pace.planAnew(wanted.keys(), delayMs + (goodbyes.length > 0 ? goodbyeMs : 0));
  }

  return {
    announce(announcement) {
      const topic = topicOf(announcement.objectId);
      wanted.set(topic, announcement);
      pace.plan(topic, settleMs, false);
    },
    withdraw(objectId) {
      const topic = topicOf(objectId);
      if (!wanted.delete(topic)) return;
      pace.plan(topic, 0, true);
      // At once, so that it is gone before its states are.
      pace.hurry(topic);
    },
    announceAll: () => sayAll(PAUSE_MS),
    welcome(isThere) {
      for (const { id, gone } of book.all()) {
        const isHeard = isThere || lessons.get(id)?.isHeard === true;
        if (!wanted.has(id) || isAny(gone)) lessons.set(id, { step: 'due', isHeard });
      }
      sayAll(LEARN_MS + PAUSE_MS);
    },
    show(topic, state) {
      if (!isClosed) shown.set(topic, JSON.stringify(state));
    },
    showAgain(topic) {
      if (!isClosed) void shown.publish(topic);
    },
    async showAllAgain() {
      const topics = book.all().flatMap(({ id, ownTopics }) => (wanted.has(id) && !isClosed ? ownTopics : []));
      await Promise.all(topics.map((topic) => shown.publish(topic)));
    },
    async close() {
      isClosed = true;
      await pace.close();
    },
  };
}
