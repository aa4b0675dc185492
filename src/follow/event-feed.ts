/** Owns what NestMTX's events come to here: observations of cameras, or events that are passed on; other domains are not ours. */

import type { ReceivedEvent } from '../client/events.ts';
import type { Bus } from '../core/bus.ts';
import type { Reader } from '../core/cameras/facts.ts';
import type { Observation } from '../core/cameras/observation.ts';
import type { Clock, Log } from '../core/ports.ts';
import { isoZulu } from '../core/wire-time.ts';
import { isObject, type JsonObject } from '../protocol/envelope.ts';
import { type CredentialsEventName, EVENTS } from '../protocol/events.ts';
import type { CameraMirror } from './cameras/mirror.ts';

interface Parts {
  readonly mirror: Pick<CameraMirror, 'observe'>;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

export function createEventFeed({ mirror, bus, clock, log }: Parts): (event: ReceivedEvent) => void {
  function receiveCamera(event: ReceivedEvent, at: string): void {
    const { entity } = event;
    const seen = observation(event, at);
    if (seen && entity !== null) {
      mirror.observe(String(entity), seen).catch((error: unknown) => log.error({ err: error }, 'an event was lost'));
    } else if (seen) bus.emit('event', { domain: 'camera', event: seen.kind, entity, details: event.details, at });
    else if (event.event === 'extended') {
      bus.emit('event', { domain: 'camera', event: 'extended', entity, details: event.details, at });
    } else if (event.event === 'failed-extension') {
      const details = withoutRawError(event.details);
      bus.emit('event', { domain: 'camera', event: 'failed-extension', entity, details, at });
    }
  }

  return (event) => {
    // Servers do not retain events: this one is somebody's, and from the past.
    if (event.retained) return;
    const at = Number.isNaN(Date.parse(event.at)) ? isoZulu(clock.now()) : event.at;
    if (event.domain === 'camera') receiveCamera(event, at);
    else if (event.domain === 'credentials' && isCredentialsEvent(event.event)) {
      const { entity, details } = event;
      bus.emit('event', { domain: 'credentials', event: event.event, entity, details, at });
    }
  };
}

type FeedEvent = 'demand' | 'unDemand' | 'ready' | 'notReady' | 'read' | 'unread';

/** Undefined for events that say nothing of the feed. */
function observation(
  { event, details }: ReceivedEvent,
  at: string,
): Extract<Observation, { kind: FeedEvent }> | undefined {
  switch (event) {
    case 'demand':
    case 'unDemand':
    case 'ready':
    case 'notReady':
      return { kind: event, at, details };
    case 'read':
    case 'unread':
      return { kind: event, at, details, reader: readerOf(details) };
    default:
      return undefined;
  }
}

function readerOf({ readerType, readerId }: JsonObject): Reader {
  return { type: String(readerType ?? 'unknown'), id: String(readerId ?? 'unknown') };
}

/** Upstream sends its whole HTTP client's error, with the URL and the media session in it (contract 2.6, N-42). */
function withoutRawError({ name, error }: JsonObject): JsonObject {
  const { message, code, status } = isObject(error) ? error : { message: error };
  return {
    name,
    error: {
      message: typeof message === 'string' ? message : '',
      code: typeof code === 'string' ? code : null,
      status: typeof status === 'number' ? status : null,
    },
  };
}

function isCredentialsEvent(name: string): name is CredentialsEventName {
  return (EVENTS.credentials as readonly string[]).includes(name);
}
