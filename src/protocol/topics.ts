/** Owns every topic of ours: builds and parses them, and refuses names that would not be legal on the wire. */

import { isPortableTopicName, isTopicName } from './topic-match.ts';

export const EVENT_TOPIC_MODES = ['plain', 'documented', 'both'] as const;

/** Which spellings of an event topic are published: without, with, or both with and without a leading slash (N-40). */
export type EventTopicMode = (typeof EVENT_TOPIC_MODES)[number];

/** Stands for a level in a topic that is shown, not used: `{id}`. */
type Placeholder = `{${string}}`;

/** All topics under one base topic (design, "MQTT topics"). */
export interface Topics {
  readonly base: string;
  readonly requests: string;
  readonly failures: string;
  readonly availability: string;
  /** `<base>/responses/` */
  readonly responsePrefix: string;
  response(requestId: string): string;
  cameraState(cameraId: number | Placeholder): string;
  cameraPicture(cameraId: number | Placeholder): string;
  /** Which event was published last: for the service itself, after a crash. */
  readonly lastEvent: string;
  /** Every topic one event goes to, in the order they are published (contract 1.5, N-40). */
  event(domain: string, entity: number | Placeholder | null, event: string): string[];
  /** Where upstream really sends an event that it documents under another name (N-41); empty for all others. */
  misspelt(domain: string, entity: number | Placeholder | null, event: string): string[];
}

/** What a topic says about an event; `entity` is null for an unknown one. */
export interface EventTopic {
  readonly kind: 'events' | 'stream';
  readonly domain: string;
  readonly entity: string | null;
  readonly event: string;
}

/** @param base may have several levels, for example `home/nestmtx` */
export function topicsOf(base: string, eventTopics: EventTopicMode = 'both'): Topics {
  const responsePrefix = `${base}/responses/`;
  return {
    base,
    requests: `${base}/requests`,
    failures: `${base}/failures`,
    availability: `${base}/availability`,
    responsePrefix,
    response: (requestId) => responsePrefix + requestId,
    cameraState: (cameraId) => `${base}/state/camera/${cameraId}`,
    cameraPicture: (cameraId) => `${base}/snapshot/camera/${cameraId}`,
    misspelt: (domain, entity, event) =>
      eventTopics === 'both' && event === 'unDemand' ? plainTopics(base, domain, entity, 'undemand') : [],
    lastEvent: `${base}/state/last-event`,
    event: (domain, entity, event) => {
      const plain = plainTopics(base, domain, entity, event);
      const documented = plain.map((topic) => `/${topic}`);
      if (eventTopics === 'plain') return plain;
      return eventTopics === 'documented' ? documented : [...plain, ...documented];
    },
  };
}

function plainTopics(base: string, domain: string, entity: number | Placeholder | null, event: string): string[] {
  return [`${base}/events/${domain}/${entity ?? 'null'}/${event}`, `${base}/stream/${domain}/${event}`];
}

/** Whether a base topic is usable: a topic name that neither starts nor ends with `/` nor starts with `$`. */
export function isBaseTopic(base: string): boolean {
  return isTopicName(base) && !/^[/$]|\/$/.test(base);
}

/**
 * N-05: 1-128 characters, no `+`, `#` or NUL, no leading or trailing slash; inner slashes and spaces are legal. Nor any character over
 * which a broker might close our connection (N-07).
 */
export function isRequestId(value: unknown): value is string {
  if (typeof value !== 'string' || value.length === 0 || value.length > 128) return false;
  return isPortableTopicName(value) && !/^\/|\/$/.test(value);
}

/** Reads an event topic of either spelling, with or without the leading slash; undefined for any other topic. */
export function parseEventTopic(base: string, topic: string): EventTopic | undefined {
  const plain = topic.startsWith('/') ? topic.slice(1) : topic;
  if (!plain.startsWith(`${base}/`)) return undefined;
  const [kind, domain, ...rest] = plain.slice(base.length + 1).split('/');
  if (!domain) return undefined;
  if (kind === 'stream' && rest.length === 1 && rest[0]) {
    return { kind, domain, entity: null, event: rest[0] };
  }
  const [entity, event] = rest;
  if (kind !== 'events' || rest.length !== 2 || !entity || !event) return undefined;
  return { kind, domain, entity: entity === 'null' ? null : entity, event };
}
