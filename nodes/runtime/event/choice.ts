/** Owns which events a node wants, as its dialog says it: of which domain, of which cameras, and which. */

import type { EventFilter } from '../../../src/client/events.ts';
import { canonicalEventName } from '../../../src/protocol/events.ts';
import { NodeError } from '../node-error.ts';
import { relativesOf, stateOf } from './meanings.ts';
import { SERVICE_DOMAIN } from './service-events.ts';

/** What `entity` names: records, the cameras of a room, or all whatever it says. */
type EntityType = 'record' | 'room' | 'all';

/** Properties of the dialog. Empty or `+` stands for all. */
export interface ChoiceFields {
  readonly domain: string;
  /** One id or several with commas, `null`, or a room. */
  readonly entity: string;
  readonly entityType?: EntityType | undefined;
  readonly events: readonly string[];
}

/** What of a camera the events tell. */
export type Subject = 'feed' | 'demand' | 'reach';

export interface EventChoice {
  /** One for each subscription: what is wanted, and what may end it. */
  readonly filters: readonly EventFilter[];
  /** Whether the states of cameras have to do with this choice. */
  readonly hasCameras: boolean;
  /** Whether the service itself is meant, and the way to it. */
  readonly isOfService: boolean;
  /** What the chosen events have to do with, the feed where they have to do with several things. */
  readonly subject: Subject;
  /** Numeric id, where one camera is chosen. */
  readonly camera: number | undefined;
  /** Whose cameras are wanted, where a room is chosen: then `isWanted` lets all of them pass. */
  readonly room: string | undefined;
  /** Position among the chosen events, 0 where all are chosen; undefined for an event that is not wanted. */
  positionOf(event: string): number | undefined;
  /** Null is an entity that nobody knows. */
  isWanted(entity: number | null): boolean;
}

/** @throws NodeError `invalid_setting` */
export function eventChoice({ domain, entity, entityType = 'record', events }: ChoiceFields): EventChoice {
  const room = entityType === 'room' ? entity.trim() : undefined;
  if (room === '') throw invalid('entity', 'the room is missing');
  const entities = entityType === 'record' ? entitiesOf(entity) : undefined;
  for (const [field, level] of [['domain', domain], ...events.map((event) => ['events', event])]) {
    if (level && /[/#]/.test(level)) throw invalid(field, `“${field}” has to be one level of a topic, not ${level}`);
  }
  const odd = entities?.find((one) => !/^(\d+|null)$/.test(one));
  if (odd !== undefined) {
    const found = odd.slice(0, 20);
    throw invalid('entity', `the setting “entity” must be numeric ids, null, +, or nothing for all, not ${found}`);
  }
  const names = events.map((name) => canonicalEventName(name.trim())).filter((name) => !isAll(name));
  const isEveryEvent = names.length === 0 || names.length < events.length;
  const related = new Set(names.flatMap((name) => [name, ...relativesOf(name)]));
  const [only, ...more] = entities ?? [];
  const common = {
    domain: isAll(domain) ? undefined : domain.trim(),
    // Several are picked from all: a subscription for each of them and each event would be too many.
    entity: more.length > 0 ? undefined : only === 'null' ? null : only,
  };
  // Those are not on any topic: `+` means what comes over the wire.
  const isOfService = domain.trim() === SERVICE_DOMAIN;
  const onWire = isEveryEvent ? [common] : [...related].map((event) => ({ ...common, event }));
  return {
    filters: isOfService ? [] : onWire,
    isOfService,
    subject: subjectOf(isEveryEvent ? [] : names),
    hasCameras: isAll(domain) || domain.trim() === 'camera',
    camera: more.length > 0 || only === undefined ? undefined : Number(only),
    room,
    isWanted: (id) => entities?.includes(String(id)) ?? true,
    positionOf: (event) => {
      const position = names.indexOf(event);
      if (position >= 0) return position;
      return isEveryEvent ? names.length : undefined;
    },
  };
}

function subjectOf(names: readonly string[]): Subject {
  const [first, ...others] = new Set(names.map(stateOf));
  return others.length === 0 && (first === 'demand' || first === 'reach') ? first : 'feed';
}

function invalid(field: string | undefined, message: string): NodeError {
  return new NodeError('invalid_setting', message, { field });
}

/** Undefined for all. */
function entitiesOf(text: string): string[] | undefined {
  const entities = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  return entities.length === 0 || entities.some(isAll) ? undefined : entities;
}

function isAll(level: string): boolean {
  return level.trim() === '' || level.trim() === '+';
}
