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
export function eventChoice(fields: ChoiceFields): EventChoice {
  const { domain, events } = fields;
  for (const [field, level] of [['domain', domain], ...events.map((event) => ['events', event])]) {
    if (level && /[/#]/.test(level)) throw invalid(field, `“${field}” has to be one level of a topic, not ${level}`);
  }
  // Those are not on any topic: `+` means what comes over the wire.
  const isOfService = domain.trim() === SERVICE_DOMAIN;
  const { entities, room } = isOfService ? ALL : whoseOf(fields);
  const names = events.map((name) => canonicalEventName(name.trim())).filter((name) => !isAll(name));
  const isEveryEvent = names.length === 0 || names.length < events.length;
  const related = new Set(names.flatMap((name) => [name, ...relativesOf(name)]));
  const [only, ...more] = entities ?? [];
  const common = {
    domain: isAll(domain) ? undefined : domain.trim(),
    // Several are picked from all: a subscription for each of them and each event would be too many.
    entity: more.length > 0 ? undefined : only === 'null' ? null : only,
  };
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

/** Undefined is no bound. */
interface Whose {
  readonly entities: readonly string[] | undefined;
  readonly room: string | undefined;
}

const ALL: Whose = { entities: undefined, room: undefined };

function whoseOf({ entity, entityType = 'record' }: ChoiceFields): Whose {
  if (entityType === 'all') return ALL;
  if (entityType === 'record') return { ...ALL, entities: entitiesOf(entity) };
  const room = entity.trim();
  if (room === '') throw invalid('entity', 'the setting “entity” must be the name of a room, not empty');
  return { ...ALL, room };
}

/** Undefined for all. */
function entitiesOf(text: string): string[] | undefined {
  const entities = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  const wrong = entities.find((one) => !/^(\d+|\+|null)$/.test(one));
  if (wrong !== undefined) {
    throw invalid(
      'entity',
      `the setting “entity” must be numeric ids with commas, null, +, or nothing for all, not ${wrong.slice(0, 20)}`,
    );
  }
  return entities.length === 0 || entities.some(isAll) ? undefined : entities;
}

function subjectOf(names: readonly string[]): Subject {
  const [first, ...others] = new Set(names.map(stateOf));
  return others.length === 0 && (first === 'demand' || first === 'reach') ? first : 'feed';
}

function invalid(field: string | undefined, message: string): NodeError {
  return new NodeError('invalid_setting', message, { field });
}

function isAll(level: string): boolean {
  return level.trim() === '' || level.trim() === '+';
}
