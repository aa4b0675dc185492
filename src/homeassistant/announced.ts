/** Owns the memory of what was announced where: whatever is not wanted any more must be found and taken back, also after years. */

import type { CollectionSpec, Store, StoredRecord } from '../core/store.ts';
import type { Announcement, Platform } from './devices/device.ts';

/** The platform of each component: one that is left out must be taken back by name. */
export type Platforms = Readonly<Record<string, Platform>>;

/**
 * By discovery topic. Kept before the first announcement is published, and until Home Assistant has been there to hear that it is
 * taken back: what is cleared while it is away stays in its registry for ever.
 */
export interface AnnouncedRecord extends StoredRecord {
  readonly components: Platforms;
  /** Left out since, but perhaps unheard. */
  readonly gone?: Platforms;
  /** Retained topics to be cleared with it. */
  readonly ownTopics: readonly string[];
}

export const ANNOUNCED: CollectionSpec<AnnouncedRecord> = { name: 'home_assistant_announced', unique: {} };

export interface Book {
  get(topic: string): AnnouncedRecord | undefined;
  all(): readonly AnnouncedRecord[];
  remember(topic: string, announcement: Announcement, gone: Platforms): Promise<void>;
  forget(topic: string): Promise<void>;
}

export function openBook(store: Store): Book {
  const announced = store.collection(ANNOUNCED);
  return {
    get: (topic) => announced.get(topic),
    all: () => [...announced.values()],
    async remember(topic, { components, ownTopics }, gone) {
      const platforms = Object.fromEntries(Object.entries(components).map(([key, { p }]) => [key, p]));
      const record = { id: topic, components: platforms, ...(isAny(gone) && { gone }), ownTopics };
      if (JSON.stringify(announced.get(topic)) === JSON.stringify(record)) return;
      await store.commit((tx) => tx.collection(ANNOUNCED).put(record));
    },
    async forget(topic) {
      await store.commit((tx) => tx.collection(ANNOUNCED).delete(topic));
    },
  };
}

/** Below which something was announced that is still remembered: a topic is `<prefix>/device/<id>/config`. */
export function prefixesOf(store: Store): ReadonlySet<string> {
  return new Set([...store.collection(ANNOUNCED).values()].map(({ id }) => id.split('/').slice(0, -3).join('/')));
}

/** Of those that were there, the ones that the device has no longer, or has as something else. */
export function without(before: Platforms | undefined, { components }: Announcement): Platforms {
  return Object.fromEntries(Object.entries(before ?? {}).filter(([key, platform]) => components[key]?.p !== platform));
}

export function isAny(platforms: Platforms | undefined): boolean {
  return Object.keys(platforms ?? {}).length > 0;
}
