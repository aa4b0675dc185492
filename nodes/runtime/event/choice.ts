/** Owns which events a node wants, as its dialog says it, and which events end one another. */

import type { EventFilter } from '../../../src/client/events.ts';
import { canonicalEventName } from '../../../src/protocol/events.ts';

/** Properties of the dialog. Empty or `+` stands for all. */
export interface EventFields {
  readonly domain: string;
  readonly entity: string;
  readonly events: readonly string[];
}

export interface EventChoice {
  /** One for each subscription: what is wanted, and what may end it. */
  readonly filters: readonly EventFilter[];
  /** Whether the states of cameras have to do with this choice. */
  readonly hasCameras: boolean;
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
};

/** What the event tells the state of; undefined for one that passes. */
export function stateOf(event: string): string | undefined {
  return Object.hasOwn(STATES, event) ? STATES[event] : undefined;
}

/** @throws Error in words for the user */
export function eventChoice({ domain, entity, events }: EventFields): EventChoice {
  for (const level of [domain, entity, ...events]) {
    if (/[/#]/.test(level)) throw new Error(`domain, entity and event are one level of a topic, not ${level}`);
  }
  const names = events.map((name) => canonicalEventName(name.trim())).filter((name) => !isAll(name));
  const isEveryEvent = names.length === 0 || names.length < events.length;
  const related = new Set(names.flatMap((name) => [name, ...relativesOf(name)]));
  const common = {
    domain: isAll(domain) ? undefined : domain.trim(),
    entity: isAll(entity) ? undefined : entity.trim() === 'null' ? null : entity.trim(),
  };
  const camera = isAll(entity) ? undefined : Number(entity);
  return {
    filters: isEveryEvent ? [common] : [...related].map((event) => ({ ...common, event })),
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

function relativesOf(event: string): string[] {
  const state = stateOf(event);
  return state === undefined ? [] : Object.keys(STATES).filter((name) => STATES[name] === state);
}

function isAll(level: string): boolean {
  return level.trim() === '' || level.trim() === '+';
}
