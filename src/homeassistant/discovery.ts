/**
 * Owns when which device is announced, changed and withdrawn, in the pace that Home Assistant can follow: it drops what comes for a
 * component that it is still at work on. Knows nothing of what a device is.
 */

import type { Clock, Log, MqttLink } from '../core/ports.ts';
import type { Store } from '../core/store.ts';
import { ANNOUNCED, type AnnouncedRecord } from './announced.ts';
import { type Announcement, discoveryPayload } from './devices/device.ts';
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
  /** The content of one of a device's own topics: published when it changes, after the device was announced. */
  show(topic: string, state: object): void;
  /** Publishes it once more. */
  showAgain(topic: string): void;
  /** Resolves when nothing is under way any more. */
  close(): Promise<void>;
}

/** Changes that come together are told together. */
const SETTLE_MS = { least: 2000, spread: 3000 };
/** Home Assistant asks many services at once. */
const JITTER_MS = 5000;
/** Between two messages on one discovery topic. */
const PAUSE_MS = 2000;

interface Due {
  readonly atMs: number;
  /** Also when it reads as before. */
  readonly again: boolean;
}

export function createDiscovery(parts: DiscoveryParts): Discovery {
  const { link, store, clock, log, random, prefix, version } = parts;
  const announced = store.collection(ANNOUNCED);
  const shown = createShown(publish);
  /** All by discovery topic; what is there first is announced first. */
  const wanted = new Map<string, Announcement>();
  const told = new Map<string, string>();
  const due = new Map<string, Due>();
  const notBeforeMs = new Map<string, number>();
  let cancelTimer = () => {};
  let working: Promise<void> | undefined;
  let isClosed = false;

  /** One for all, so that what comes together is told in the order it came. */
  const settleMs = SETTLE_MS.least + random() * SETTLE_MS.spread;

  const topicOf = (objectId: string) => `${prefix}/device/${objectId}/config`;

  /** Resolves with whether the broker may be thought to have it. */
  async function publish(topic: string, payload: string): Promise<boolean> {
    try {
      const wasUp = link.up;
      await link.publish({ topic, payload, retain: true, qos: 1 });
      return wasUp && link.up;
    } catch (error) {
      log.warn({ err: error, topic }, 'could not publish for Home Assistant');
      return false;
    }
  }

  function plan(topic: string, delayMs: number, again: boolean): void {
    const planned = due.get(topic);
    const atMs = clock.now() + delayMs;
    due.set(topic, { atMs: Math.min(planned?.atMs ?? atMs, atMs), again: again || planned?.again === true });
    wait();
  }

  function wait(): void {
    cancelTimer();
    if (isClosed || working !== undefined || due.size === 0) return;
    const nextMs = Math.min(...[...due.keys()].map(dueAtMs));
    cancelTimer = clock.after(Math.max(0, nextMs - clock.now()), work);
  }

  function dueAtMs(topic: string): number {
    return Math.max(due.get(topic)?.atMs ?? Number.POSITIVE_INFINITY, notBeforeMs.get(topic) ?? 0);
  }

  function work(): void {
    if (working !== undefined) return;
    working = tellWhatIsDue().finally(() => {
      working = undefined;
      wait();
    });
  }

  async function tellWhatIsDue(): Promise<void> {
    const order = [...[...due.keys()].filter((topic) => !wanted.has(topic)), ...wanted.keys()];
    for (const topic of order) {
      const planned = due.get(topic);
      if (!planned || dueAtMs(topic) > clock.now() || isClosed) continue;
      due.delete(topic);
      // Everything is told again when the broker is back.
      if (!link.up) continue;
      try {
        await tell(topic, planned.again);
      } catch (error) {
        log.error({ err: error, topic }, 'Home Assistant could not be told of a device');
      }
    }
  }

  async function tell(topic: string, again: boolean): Promise<void> {
    const announcement = wanted.get(topic);
    if (!announcement) {
      await clear(topic);
      return;
    }
    const payload = JSON.stringify(discoveryPayload(announcement, version));
    if (!again && told.get(topic) === payload) return;
    const leftovers = leftoversOf(announced.get(topic), announcement);
    if (Object.keys(leftovers).length === 0) {
      await remember(topic, announcement);
      // Meanwhile it may have changed or gone.
      if (wanted.get(topic) !== announcement) {
        plan(topic, 0, again);
        return;
      }
      await tellNow(topic, payload);
      for (const own of announcement.ownTopics) await shown.publish(own);
      return;
    }
    // Leaving a component out does not remove it: it is named once without anything else.
    const components = { ...announcement.components, ...leftovers };
    const arrived = await tellNow(topic, JSON.stringify(discoveryPayload({ ...announcement, components }, version)));
    if (!arrived) return;
    await remember(topic, announcement);
    plan(topic, PAUSE_MS, true);
  }

  async function tellNow(topic: string, payload: string): Promise<boolean> {
    notBeforeMs.set(topic, clock.now() + PAUSE_MS);
    told.set(topic, payload);
    const arrived = await publish(topic, payload);
    if (!arrived) told.delete(topic);
    return arrived;
  }

  async function clear(topic: string): Promise<void> {
    const record = announced.get(topic);
    if (!record) return;
    const arrived = await tellNow(topic, '');
    told.delete(topic);
    const stillWanted = new Set([...wanted.values()].flatMap((other) => other.ownTopics));
    for (const own of record.ownTopics) if (!stillWanted.has(own)) await shown.clear(own);
    if (arrived && link.up && !wanted.has(topic)) await store.commit((tx) => tx.collection(ANNOUNCED).delete(topic));
  }

  async function remember(topic: string, { components, ownTopics }: Announcement): Promise<void> {
    const platforms = Object.fromEntries(Object.entries(components).map(([key, { p }]) => [key, p]));
    const record: AnnouncedRecord = { id: topic, components: platforms, ownTopics };
    if (JSON.stringify(announced.get(topic)) === JSON.stringify(record)) return;
    await store.commit((tx) => tx.collection(ANNOUNCED).put(record));
  }

  return {
    announce(announcement) {
      const topic = topicOf(announcement.objectId);
      wanted.set(topic, announcement);
      plan(topic, settleMs, false);
    },
    withdraw(objectId) {
      const topic = topicOf(objectId);
      if (!wanted.delete(topic)) return;
      plan(topic, 0, true);
      // At once, so that it is gone before its states are.
      if (dueAtMs(topic) <= clock.now()) work();
    },
    announceAll() {
      const delayMs = random() * JITTER_MS;
      const forgotten = [...announced.values()].map(({ id }) => id).filter((topic) => !wanted.has(topic));
      for (const topic of forgotten) plan(topic, delayMs, true);
      // Some may only have moved: Home Assistant must have let go of them first.
      const atMs = clock.now() + delayMs + (forgotten.length > 0 ? PAUSE_MS : 0);
      for (const topic of wanted.keys()) due.set(topic, { atMs, again: true });
      wait();
    },
    show(topic, state) {
      if (!isClosed) shown.set(topic, JSON.stringify(state));
    },
    showAgain(topic) {
      if (!isClosed) void shown.publish(topic);
    },
    async close() {
      isClosed = true;
      cancelTimer();
      await working;
    },
  };
}

/** What was announced and is no part of the device any longer, in the form that removes it. */
function leftoversOf(before: AnnouncedRecord | undefined, { components }: Announcement): Announcement['components'] {
  const gone = Object.entries(before?.components ?? {}).filter(([key, platform]) => components[key]?.p !== platform);
  return Object.fromEntries(gone.map(([key, platform]) => [key, { p: platform }])) as Announcement['components'];
}
