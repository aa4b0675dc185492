/** Owns what an event node tells: which events and retained states become messages, at once or when they have lasted, and each once. */

import type { Clock } from '../../../src/client/environment.ts';
import type { ReceivedEvent } from '../../../src/client/events.ts';
import type { CameraState } from '../../../src/protocol/events.ts';
import { createCameraStates, isBlind } from './camera-states.ts';
import type { EventChoice } from './choice.ts';
import { alarmEndedBy, isAlarm, stateOf } from './meanings.ts';
import { afterMsOf, type Rows } from './rows.ts';
import { SERVICE_DOMAIN } from './service-events.ts';
import type { Stay, Stays } from './stays.ts';

/** What becomes a message. */
export interface Told {
  readonly position: number;
  readonly event: {
    readonly domain: string;
    readonly entity: number | null;
    readonly name: string;
    readonly at: string;
  };
  /** Null for events that have to do with no known camera. Its name is undefined in a state: those hold none. */
  readonly camera: {
    readonly id: number;
    readonly name: string | null | undefined;
    readonly path: string | null;
  } | null;
  readonly payload: object;
  readonly topic: string;
  /** It is the past: the broker kept it. */
  readonly isRetained: boolean;
}

/** How things are when it is told, which may be long after it happened. */
export interface Circumstances {
  /** Of the camera, as the retained state and the events after it say; null where there is none. */
  readonly state: CameraState | null;
  /** The moment at which what is down fell, and at which it was there again. */
  readonly outage: { readonly since: string; readonly until: string | null } | null;
  /** Somebody has asked that no alarm rings for now. */
  readonly isQuiet: boolean;
}

export interface EventStreamSetup extends Rows {
  readonly choice: EventChoice;
  readonly stays: Stays;
  readonly clock: Clock;
  readonly ignoreRetained: boolean;
  readonly stateTopic: (cameraId: number) => string;
  readonly tell: (told: Told & Circumstances) => void;
}

export interface EventStream {
  event(event: ReceivedEvent): void;
  state(cameraId: number, state: CameraState | null, isRetained: boolean): void;
}

/** A camera as its retained state shows it. */
interface Seen {
  readonly id: number;
  readonly now: CameraState;
  readonly isRetained: boolean;
  readonly isSwitchedOn: boolean;
}

export function createEventStream(setup: EventStreamSetup): EventStream {
  const { choice, stays, clock, tell, rows } = setup;
  const cameras = createCameraStates(clock);
  const delays = rows.map(afterMsOf);
  const afterMs = (position: number) => delays[position] ?? 0;
  /** Those whose end is told only after them: then an alarm is not told again before its end. */
  const ended = new Set(rows.filter(({ afterAlarm }) => afterAlarm).map(({ name }) => alarmEndedBy(name)));

  function tellNow(told: Told, thing?: string): void {
    const stay = thing === undefined ? undefined : stays.of(thing);
    if (thing !== undefined) stays.told(thing);
    const { camera, payload } = told;
    const { state, isQuiet } = cameras.now(camera?.id, payload);
    tell({ ...told, state, outage: stay ? outageOf(stay) : null, isQuiet });
  }

  /** Whether it is an alarm that nobody wants, or that was told already, or the end of one that was not. */
  function isSilent(name: string, position: number, stay: Stay, cameraId: number | undefined): boolean {
    if (rows[position]?.afterAlarm && !stay.isAlarmed) return true;
    if (!isAlarm(name)) return false;
    if (ended.has(name) && stay.isAlarmed) return true;
    if (!setup.disabledToo && cameras.isDisabled(cameraId)) return true;
    return afterMs(position) > 0 && cameras.isUnknown(cameraId);
  }

  function event(received: ReceivedEvent): void {
    const { domain, event: name, entity, at, details, topic, retained: isRetained } = received;
    // Of the service nobody has anything retained: its own is what is found at the start.
    const isFound = isRetained && domain === SERVICE_DOMAIN;
    if ((isRetained && setup.ignoreRetained && !isFound) || !choice.isWanted(entity)) return;
    const kind = stateOf(name);
    // Sources have no numbers.
    const thing = `${domain} ${entity ?? details['source'] ?? null} ${kind}`;
    const camera = domain === 'camera' && entity !== null ? { id: entity, ...nameAndPath(details) } : null;
    if (camera) cameras.happened(camera.id, received);
    const before = stays.of(thing);
    // Nobody knows since when it has been found so.
    const since = isFound && before?.state === name ? before.since : at;
    const stay = kind === undefined ? undefined : stays.enter(thing, name, since);
    const position = choice.positionOf(name);
    if (position === undefined) return;
    const told = { position, event: { domain, entity, name, at }, camera, payload: details, topic, isRetained };
    if (stay === undefined) tellNow(told);
    else if (isFound) {
      if (isToBeTold(stay, position, before)) tellWhenItLasts(told, thing, stay, lastedMs(stay.since, clock.now()));
      // It was told when it had lasted, perhaps before a deploy.
    } else if (stay.telling !== 'told' || afterMs(position) === 0) tellWhenItLasts(told, thing, stay, 0);
  }

  /** @param lastedMs how long it has been so already; an alarm that was not wanted is dropped */
  function tellWhenItLasts(told: Told, thing: string, stay: Stay, lastedMs: number): void {
    const { position, event, camera, isRetained } = told;
    const delayMs = afterMs(position) - lastedMs;
    if (isSilent(event.name, position, stay, camera?.id)) stays.drop(thing);
    else if (afterMs(position) === 0 && !isRetained) tellNow(told, thing);
    else stays.wait(thing, delayMs, () => tellNow(told, thing));
  }

  function state(id: number, now: CameraState | null, isRetained: boolean): void {
    if (!choice.isWanted(id)) return;
    const wasDisabled = cameras.isDisabled(id);
    cameras.shown(id, now);
    const isSwitchedOn = wasDisabled && !cameras.isDisabled(id);
    for (const [kind, name] of statesIn(now)) {
      const thing = `camera ${id} ${kind}`;
      if (now === null) stays.forget(thing);
      // What nobody knows at the moment may still be what it was.
      else if (name !== undefined) enter(thing, name, { id, now, isRetained, isSwitchedOn });
    }
  }

  function enter(thing: string, name: string, { id, now, isRetained, isSwitchedOn }: Seen): void {
    const wasRemembered = stays.isRemembered(thing);
    const before = stays.of(thing);
    const stay = stays.enter(thing, name, thing.endsWith('feed') ? (now.since ?? '') : '');
    const position = choice.positionOf(name);
    if (position === undefined) return;
    if (isSilent(name, position, stay, id)) stays.drop(thing);
    const isStart = isRetained && (wasRemembered || stay !== before);
    const isBegun = isSwitchedOn && isAlarm(name) && stay.telling !== 'told' && afterMs(position) > 0;
    if (!isBegun && !(isStart && isToBeTold(stay, position, before))) return;
    const event = { domain: 'camera', entity: id, name, at: stay.since };
    const camera = { id, name: undefined, path: now.path };
    const told = { position, event, camera, payload: now, topic: setup.stateTopic(id), isRetained };
    tellWhenItLasts(told, thing, stay, isBegun ? 0 : lastedMs(stay.since, clock.now()));
  }

  /** @param before what was known of the thing, by this node or an earlier one */
  function isToBeTold(stay: Stay, position: number, before: Stay | undefined): boolean {
    if (setup.atStart === 'always') return true;
    if (setup.atStart === 'news') return stay.telling !== 'told';
    // What was waiting goes on waiting, and an alarm that was told ends for whoever asked for its end.
    return before !== undefined && (stay.telling === 'due' || (rows[position]?.afterAlarm ?? false));
  }

  return { event, state };
}

function outageOf({ state, since, downSince }: Stay): Circumstances['outage'] {
  if (downSince === '') return null;
  return { since: downSince, until: isAlarm(state) ? null : since };
}

function statesIn(state: CameraState | null): [kind: string, event: string | undefined][] {
  const isFeedUnknown = state !== null && !state.ready && isBlind(state.reason);
  return [
    ['feed', state === null || isFeedUnknown ? undefined : state.ready ? 'ready' : 'notReady'],
    ['demand', state === null ? undefined : state.demanded ? 'demand' : 'unDemand'],
    // Older services, and those who do not know, say nothing of it.
    ['reach', typeof state?.online === 'boolean' ? (state.online ? 'online' : 'offline') : undefined],
  ];
}

/** How long it has been so already, as far as is known. */
function lastedMs(since: string, nowMs: number): number {
  const sinceMs = Date.parse(since);
  return Number.isNaN(sinceMs) ? 0 : Math.max(0, nowMs - sinceMs);
}

function nameAndPath(details: Readonly<Record<string, unknown>>): { name: string | null; path: string | null } {
  const { name, path } = details;
  return { name: typeof name === 'string' ? name : null, path: typeof path === 'string' ? path : null };
}
