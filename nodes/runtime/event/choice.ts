/** Owns which events a node wants, as its dialog says it, and which events end one another. */

import type { EventFilter } from '../../../src/client/events.ts';
import { canonicalEventName } from '../../../src/protocol/events.ts';
import { NodeError } from '../node-error.ts';
import { SERVICE_DOMAIN } from './service-events.ts';

/** Properties of the dialog. Empty or `+` stands for all. */
export interface EventFields {
  readonly domain: string;
  readonly entity: string;
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
  /** Position among the chosen events, 0 where all are chosen; undefined for an event that is not wanted. */
  positionOf(event: string): number | undefined;
  isWantedCamera(id: number): boolean;
}

/** Events that tell of the same thing: each ends the one before. The others tell of a moment. */
const STATES: Readonly<Record<string, string>> = {
  ready: 'feed',
  notReady: 'feed',
  demand: 'demand',
  unDemand: 'demand',
  authenticated: 'login',
  reauthenticated: 'login',
  unauthenticated: 'login',
  offline: 'reach',
  online: 'reach',
  connected: 'link',
  disconnected: 'link',
};

/** What the event tells the state of; undefined for one that passes. */
export function stateOf(event: string): string | undefined {
  return Object.hasOwn(STATES, event) ? STATES[event] : undefined;
}

/** @throws NodeError `invalid_setting` */
export function eventChoice({ domain, entity, events }: EventFields): EventChoice {
  for (const [field, level] of [['domain', domain], ['entity', entity], ...events.map((event) => ['events', event])]) {
    if (level && /[/#]/.test(level)) throw invalid(field, `“${field}” has to be one level of a topic, not ${level}`);
  }
  if (!/^(\d+|\+|null|)$/.test(entity.trim())) {
    throw invalid(
      'entity',
      `the setting “entity” must be a numeric id, null, +, or nothing for all, not ${entity.trim().slice(0, 20)}`,
    );
  }
  const names = events.map((name) => canonicalEventName(name.trim())).filter((name) => !isAll(name));
  const isEveryEvent = names.length === 0 || names.length < events.length;
  const related = new Set(names.flatMap((name) => [name, ...relativesOf(name)]));
  const common = {
    domain: isAll(domain) ? undefined : domain.trim(),
    entity: isAll(entity) ? undefined : entity.trim() === 'null' ? null : entity.trim(),
  };
  const camera = isAll(entity) ? undefined : Number(entity);
  // Those are not on any topic: `+` means what comes over the wire.
  const isOfService = domain.trim() === SERVICE_DOMAIN;
  const onWire = isEveryEvent ? [common] : [...related].map((event) => ({ ...common, event }));
  return {
    filters: isOfService ? [] : onWire,
    isOfService,
    subject: subjectOf(isEveryEvent ? [] : names),
    hasCameras: isAll(domain) || domain.trim() === 'camera',
    camera,
    isWantedCamera: (id) => camera === undefined || camera === id,
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

function relativesOf(event: string): string[] {
  const state = stateOf(event);
  return state === undefined ? [] : Object.keys(STATES).filter((name) => STATES[name] === state);
}

function isAll(level: string): boolean {
  return level.trim() === '' || level.trim() === '+';
}
