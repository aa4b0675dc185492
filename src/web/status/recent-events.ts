/** Owns the memory of the latest events, for people who open a page after they happened. It ends with the process. */

import type { Bus } from '../../core/bus.ts';
import type { BridgeEvent } from '../../protocol/events.ts';

/** An event as the page tells it. */
export interface RecentEvent {
  readonly at: string;
  readonly domain: string;
  readonly event: string;
  readonly entity: number | null;
  /** What the camera, the credentials or the source were called then. */
  readonly name: string | null;
  /** Why, where the event says so. */
  readonly reason: string | null;
}

export interface RecentEvents {
  /** The latest first. */
  list(): RecentEvent[];
  close(): void;
}

const KEPT = 50;

export function rememberEvents(bus: Pick<Bus, 'on'>): RecentEvents {
  const kept: RecentEvent[] = [];
  const close = bus.on('event', (event) => {
    kept.unshift(told(event));
    kept.length = Math.min(kept.length, KEPT);
  });
  return { list: () => [...kept], close };
}

function told({ at, domain, event, entity, details }: BridgeEvent): RecentEvent {
  const { name, description, source, reason, error } = details;
  const message: unknown = Object(error).message ?? error;
  return { at, domain, event, entity, name: textOf(name ?? description ?? source), reason: textOf(reason ?? message) };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
