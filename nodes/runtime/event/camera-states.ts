/** Owns how each camera is, as its retained state and the events after it say: an event comes before the state that it changes. */

import type { Clock } from '../../../src/client/environment.ts';
import type { ReceivedEvent } from '../../../src/client/events.ts';
import type { CameraState } from '../../../src/protocol/events.ts';

export interface CameraStates {
  shown(id: number, state: CameraState | null): void;
  happened(id: number, event: ReceivedEvent): void;
  /** @param payload of what is told, which may say that it is quiet */
  now(id: number | undefined, payload: object): { readonly state: CameraState | null; readonly isQuiet: boolean };
  isDisabled(id: number | undefined): boolean;
  /** Whether whatever tells of it cannot be asked: then it is not known to be down. */
  isUnknown(id: number | undefined): boolean;
}

interface Known {
  readonly state: CameraState | null;
  readonly isDisabled: boolean;
  readonly isUnknown: boolean;
}

export function createCameraStates(clock: Clock): CameraStates {
  const cameras = new Map<number, Known>();
  const of = (id: number | undefined) => (id === undefined ? undefined : cameras.get(id));

  return {
    shown: (id, state) => {
      if (state === null) cameras.delete(id);
      else cameras.set(id, { state, isDisabled: state.enabled === false, isUnknown: isBlind(state.reason) });
    },
    happened: (id, { event, at, details }) => {
      const known = cameras.get(id);
      const { enabled, reason } = details;
      cameras.set(id, {
        state: known?.state ? { ...known.state, ...changeBy(event, at, reason) } : null,
        isDisabled: typeof enabled === 'boolean' ? !enabled : (known?.isDisabled ?? false),
        isUnknown: event === 'notReady' ? isBlind(reason) : (known?.isUnknown ?? false),
      });
    },
    now: (id, payload) => {
      const state = of(id)?.state ?? null;
      const isMarked = 'quiet' in payload && payload.quiet === true;
      return { state, isQuiet: isMarked || Date.parse(state?.quietUntil ?? '') > clock.now() };
    },
    isDisabled: (id) => of(id)?.isDisabled ?? false,
    isUnknown: (id) => of(id)?.isUnknown ?? false,
  };
}

/** A reason that is not the camera's own: nobody can look at it. */
export function isBlind(reason: unknown): boolean {
  return typeof reason === 'string' && /^starting$|-unreachable$/.test(reason);
}

function changeBy(event: string, at: string, reason: unknown): Partial<CameraState> {
  const why = typeof reason === 'string' ? { reason } : {};
  switch (event) {
    case 'ready':
      return { ready: true, since: at, reason: null };
    case 'notReady':
      return { ready: false, since: at, ...why };
    case 'offline':
      return { online: false, ...why };
    case 'online':
      return { online: true, reason: null };
    case 'demand':
      return { demanded: true };
    case 'unDemand':
      return { demanded: false };
    default:
      return {};
  }
}
