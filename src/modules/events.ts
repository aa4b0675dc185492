/** Owns the `events` module, ours: an administrator makes an observation by hand, so that flows can be tried without a camera. */

import type { Cameras } from '../core/cameras/cameras.ts';
import type { Observation } from '../core/cameras/observation.ts';
import { CAMERAS } from '../core/cameras/records.ts';
import type { Clock } from '../core/ports.ts';
import type { Call, Module } from '../core/requests/registry.ts';
import type { Store } from '../core/store.ts';
import { isoZulu } from '../core/wire-time.ts';
import { EMIT, EMITTED, type Emit, type Emitted } from '../protocol/entities/emit.ts';
import { NOTICED_EVENTS, type NoticedEvent } from '../protocol/events.ts';
import { findRow } from './entity.ts';

interface Ports {
  readonly store: Store;
  readonly cameras: Cameras;
  readonly clock: Clock;
}

export function eventsModule({ store, cameras, clock }: Ports): Module {
  async function create({ payload }: Call): Promise<Emitted> {
    const emit = payload as Emit;
    const { id } = findRow(store.collection(CAMERAS), String(emit.entity));
    return cameras.observe(id, observation(emit, isoZulu(clock.now())), true);
  }

  return {
    name: 'events',
    summary: 'Try events by hand',
    operations: {
      create: { summary: 'Inject an observation about a camera', schema: EMIT, result: EMITTED, run: create },
    },
  };
}

function observation({ event, reader = 'manual' }: Emit, at: string): Observation {
  if (isNoticed(event)) return { kind: 'noticed', at, what: event };
  if (event === 'read' || event === 'unread') return { kind: event, at, reader: { type: 'manual', id: reader } };
  if (event === 'offline' || event === 'online') {
    return { kind: 'look', at, finding: event === 'online' ? 'up' : 'unreachable' };
  }
  return { kind: event, at };
}

function isNoticed(event: Emit['event']): event is NoticedEvent {
  return NOTICED_EVENTS.some((name) => name === event);
}
