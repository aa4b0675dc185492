/**
 * Owns what stands in for something that is to be taken back: Home Assistant removes only what it knows, and after its own start
 * it knows nothing that is not announced. Enough for it to find the entries of its registry, and never available. Pure.
 */

import type { Announcement, Component, Platform } from './device.ts';

/** What a platform must have; the topic is one that nobody uses. */
const NEEDS: Readonly<Record<Exclude<Platform, 'device_automation'>, (topic: string) => object>> = {
  binary_sensor: (topic) => ({ state_topic: topic }),
  sensor: (topic) => ({ state_topic: topic }),
  event: (topic) => ({ state_topic: topic, event_types: ['gone'] }),
  image: (topic) => ({ image_topic: topic }),
  switch: (topic) => ({ command_topic: topic, state_topic: topic }),
  select: (topic) => ({ command_topic: topic, state_topic: topic, options: ['gone'] }),
  button: (topic) => ({ command_topic: topic }),
};

/**
 * @param topic of the discovery message
 * @param platforms of what was announced there
 */
export function standInDevice(topic: string, platforms: Readonly<Record<string, Platform>>): Announcement {
  const objectId = objectIdOf(topic);
  return {
    objectId,
    device: { ids: [objectId] },
    components: standIns(topic, platforms),
    availability: [{ topic: silentTopic(topic) }],
    ownTopics: [],
  };
}

/** Without triggers: nothing is kept of them. */
export function standIns(topic: string, platforms: Readonly<Record<string, Platform>>): Announcement['components'] {
  const silent = silentTopic(topic);
  const components = Object.entries(platforms).flatMap(([key, p]): [string, Component][] => {
    if (p === 'device_automation') return [];
    const unique_id = `${objectIdOf(topic)}_${key}`;
    return [[key, { p, unique_id, availability: [{ topic: silent }], ...NEEDS[p](silent) }]];
  });
  return Object.fromEntries(components);
}

/** Named without anything else: removed. */
export function removals(platforms: Readonly<Record<string, Platform>>): Announcement['components'] {
  return Object.fromEntries(Object.entries(platforms).map(([key, p]) => [key, { p }]));
}

function objectIdOf(topic: string): string {
  return topic.split('/').at(-2) ?? '';
}

/** Below the discovery prefix, where Home Assistant may listen, and none of discovery's own. */
function silentTopic(topic: string): string {
  return topic.replace(/\/config$/, '/gone');
}
