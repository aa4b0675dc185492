/** Owns the `events` module, ours: the latest events, and one made by hand, so that flows can be tried without a camera. */

import type { Cameras } from '../../core/cameras/cameras.ts';
import type { Observation } from '../../core/cameras/observation.ts';
import { CAMERAS } from '../../core/cameras/records.ts';
import { PAST_EVENTS, type PastEventRecord } from '../../core/happened/past-events.ts';
import { listPage, type Page } from '../../core/paging.ts';
import type { Clock } from '../../core/ports.ts';
import type { Call, Module } from '../../core/requests/registry.ts';
import type { Store } from '../../core/store.ts';
import { isoZulu } from '../../core/wire-time.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { EMIT, EMITTED, type Emit, type Emitted } from '../../protocol/entities/emit.ts';
import { pageOf } from '../../protocol/entities/page.ts';
import { PAST_EVENT, type PastEvent } from '../../protocol/entities/past-event.ts';
import type { JsonObject } from '../../protocol/envelope.ts';
import { canonicalEventName, NOTICED_EVENTS, type NoticedEvent } from '../../protocol/events.ts';
import { findRow } from '../entity.ts';
import { fits, momentOf, textOf } from '../filters.ts';

interface Ports {
  readonly store: Store;
  readonly cameras: Cameras;
  readonly clock: Clock;
}

export function eventsModule({ store, cameras, clock }: Ports): Module {
  const past = store.collection(PAST_EVENTS);

  function list({ payload }: Call): Page<PastEvent> {
    return listPage(payload, {
      rows: [...past.values()].filter(filterOf(payload)),
      id: ({ id }) => Number(id),
      searched: ({ event: { event, details } }) => [event, ...SEARCHED.map((key) => textOf(details[key]) ?? '')],
      present: ({ id, event }) => ({ id: Number(id), ...event }),
    });
  }

  async function create({ payload }: Call): Promise<Emitted> {
    const emit = payload as Emit;
    const { id } = findRow(store.collection(CAMERAS), String(emit.entity));
    const { events, seq, isRefused } = await cameras.observe(id, observation(emit, isoZulu(clock.now())), true);
    if (isRefused) throw new ApiError('unavailable');
    return { events, seq };
  }

  return {
    name: 'events',
    summary: 'See the latest events, and try some by hand',
    operations: {
      list: { summary: 'Search and list the latest events', result: pageOf(PAST_EVENT), run: list },
      create: { summary: 'Inject an observation about a camera', schema: EMIT, result: EMITTED, run: create },
    },
  };
}

/** Of an event's details. */
const SEARCHED = ['name', 'description', 'source', 'reason', 'path'];

function filterOf(payload: JsonObject): (row: PastEventRecord) => boolean {
  const [domain, entity, name] = ['domain', 'entity', 'event'].map((key) => textOf(payload[key]));
  const event = name === undefined ? undefined : canonicalEventName(name);
  const fromMs = momentOf(payload['from'], Number.NEGATIVE_INFINITY);
  const untilMs = momentOf(payload['until'], Number.POSITIVE_INFINITY);
  return ({ event: past }) => {
    const atMs = Date.parse(past.at);
    const isAsked = fits(domain, past.domain) && fits(entity, String(past.entity)) && fits(event, past.event);
    return isAsked && atMs >= fromMs && atMs < untilMs;
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
