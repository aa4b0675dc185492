/** Owns what an event node tells: which events and retained states become messages, at once or when they have lasted, and each once. */

import type { Clock } from '../../../src/client/environment.ts';
import type { ReceivedEvent } from '../../../src/client/events.ts';
import type { CameraState } from '../../../src/protocol/events.ts';
import { type EventChoice, stateOf } from './choice.ts';
import type { Hold } from './hold.ts';
import { SERVICE_DOMAIN } from './service-events.ts';

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

export interface EventStreamSetup {
  readonly choice: EventChoice;
  readonly hold: Hold;
  readonly clock: Clock;
  /** 0 tells events at once. */
  readonly holdMs: number;
  readonly ignoreRetained: boolean;
  /** Whether a retained state is told where it is news, as at the start. */
  readonly tellsState: boolean;
  readonly stateTopic: (cameraId: number) => string;
  readonly tell: (told: Told) => void;
}

export interface EventStream {
  event(event: ReceivedEvent): void;
  state(cameraId: number, state: CameraState | null, isRetained: boolean): void;
}

export function createEventStream(setup: EventStreamSetup): EventStream {
  const { choice, hold, clock, holdMs, tell } = setup;

  return {
    event: (received) => {
      const { domain, event: name, entity, at, details, topic, retained: isRetained } = received;
      // Of the service nobody has anything retained: its own is the state at the start.
      if (isRetained && setup.ignoreRetained && domain !== SERVICE_DOMAIN) return;
      const state = stateOf(name);
      // Sources have no numbers.
      const thing = `${domain} ${entity ?? details['source'] ?? null} ${state}`;
      const camera = domain === 'camera' && entity !== null ? { id: entity, ...nameAndPath(details) } : null;
      if (state !== undefined) hold.enter(thing, name);
      const position = choice.positionOf(name);
      if (position === undefined) return;
      const event = { domain, entity, name, at };
      const told = { position, event, camera, payload: details, topic, isRetained };
      if (state === undefined || holdMs === 0) tell(told);
      else hold.wait(thing, holdMs, () => tell(told));
    },

    state: (id, state, isRetained) => {
      if (!choice.isWantedCamera(id)) return;
      for (const [kind, name] of statesIn(state)) {
        const thing = `camera ${id} ${kind}`;
        if (state === null || name === undefined) {
          hold.forget(thing);
          continue;
        }
        const isNews = hold.enter(thing, name);
        const position = choice.positionOf(name);
        if (!isNews || !isRetained || !setup.tellsState || position === undefined) continue;
        const at = kind === 'feed' ? (state.since ?? '') : '';
        const event = { domain: 'camera', entity: id, name, at };
        const camera = { id, name: undefined, path: state.path };
        const told = { position, event, camera, payload: state, topic: setup.stateTopic(id), isRetained };
        hold.wait(thing, holdMs - lastedMs(at, clock.now()), () => tell(told));
      }
    },
  };
}

function statesIn(state: CameraState | null): [kind: string, event: string | undefined][] {
  return [
    ['feed', state === null ? undefined : state.ready ? 'ready' : 'notReady'],
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
