/** Owns the latest events as this page has heard them, and those that the service kept where it does; the latest first. */

import { signal } from '@preact/signals';
import { call } from '../api.ts';
import { type LiveEvent, onConnect, onEvent } from '../live.ts';
import { token } from '../session.ts';
import { may } from '../status.ts';
import { EVENT_WORDS } from '../words/events.ts';
import { cameraWith } from './cameras.ts';

const KEPT = 500;
const LOADED = 50;

export const recentEvents = signal<readonly LiveEvent[]>([]);

export function watchEvents(): void {
  onConnect(() => void load());
  onEvent((event) => {
    recentEvents.value = [event, ...recentEvents.peek()].slice(0, KEPT);
  });
  token.subscribe(() => {
    recentEvents.value = [];
  });
}

/** What this page was not there for. */
async function load(): Promise<void> {
  if (!may('events', 'list')) return;
  try {
    const { items } = await call('events.list', { itemsPerPage: LOADED });
    const before = recentEvents.peek();
    const isNew = (event: LiveEvent) => items.every(({ at, event: name }) => at !== event.at || name !== event.event);
    recentEvents.value = [...before.filter((event) => event.at >= (items[0]?.at ?? '') && isNew(event)), ...items];
  } catch {
    // What has been heard stays; that the service does not answer is said elsewhere.
  }
}

/** A sentence; what a newer service tells is shown as it is. */
export function eventText({ domain, event, entity, details }: LiveEvent): string {
  const key = `${domain}.${event}`;
  if (!EVENT_WORDS.knows(key)) return key;
  const { name, description, source } = details;
  const told = [name, description, SOURCES.get(String(source)) ?? source].find((each) => typeof each === 'string');
  const known = entity === null || domain !== 'camera' ? undefined : cameraWith(entity)?.name;
  return EVENT_WORDS(key, { name: known ?? (typeof told === 'string' ? told : EVENT_WORDS('unknownCamera')) });
}

const SOURCES: ReadonlyMap<string, string> = new Map([
  ['mediamtx', 'MediaMTX'],
  ['google', 'Google'],
  ['nestmtx', 'NestMTX'],
]);
