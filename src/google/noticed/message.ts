/** Owns how a message of Google's is read: which camera noticed what, and when. Whatever else Google tells is nothing here. Pure. */

import { isObject, type JsonObject } from '../../protocol/envelope.ts';
import type { NoticedEvent } from '../../protocol/events.ts';

export interface NoticedAt {
  /** `enterprises/<project>/devices/<id>` */
  readonly device: string;
  readonly what: NoticedEvent;
  /** Of this one thing, however often Google tells of it. */
  readonly key: string;
  /** In milliseconds since 1970; undefined where Google says nothing that can be read. */
  readonly atMs: number | undefined;
}

const EVENTS: Readonly<Record<string, NoticedEvent>> = {
  'sdm.devices.events.CameraMotion.Motion': 'motion',
  'sdm.devices.events.CameraPerson.Person': 'person',
  'sdm.devices.events.CameraSound.Sound': 'sound',
  'sdm.devices.events.DoorbellChime.Chime': 'chime',
};

const TRAITS: Readonly<Record<string, NoticedEvent>> = {
  'sdm.devices.traits.CameraMotion': 'motion',
  'sdm.devices.traits.CameraPerson': 'person',
  'sdm.devices.traits.CameraSound': 'sound',
  'sdm.devices.traits.DoorbellChime': 'chime',
};

/** @param message with `data`, base64 of JSON, and `publishTime` */
export function noticedIn({ data, publishTime }: JsonObject): NoticedAt[] {
  const told = decode(data);
  const { resourceUpdate, timestamp, eventId } = told ?? {};
  const { name: device, events } = isObject(resourceUpdate) ? resourceUpdate : {};
  if (typeof device !== 'string' || !isObject(events)) return [];
  const atMs = momentOf(timestamp) ?? momentOf(publishTime);
  return Object.entries(events).flatMap(([name, event]) => {
    const what = Object.hasOwn(EVENTS, name) ? EVENTS[name] : undefined;
    if (what === undefined) return [];
    // A thread of messages repeats an event with both ids as it goes on; only without them does each message stand for itself.
    const { eventSessionId, eventId: ownId = eventId } = isObject(event) ? event : {};
    return [{ device, what, key: JSON.stringify([what, eventSessionId, ownId]), atMs }];
  });
}

/** What a device says that it may notice, from its description. */
export function noticeable(info: Readonly<Record<string, unknown>> | null): NoticedEvent[] {
  const traits = info?.['traits'];
  if (!isObject(traits)) return [];
  return Object.entries(TRAITS).flatMap(([trait, what]) => (Object.hasOwn(traits, trait) ? [what] : []));
}

function decode(data: unknown): JsonObject | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(data, 'base64').toString());
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function momentOf(text: unknown): number | undefined {
  const atMs = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : atMs;
}
