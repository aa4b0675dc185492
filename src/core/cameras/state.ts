/** Owns the truth about one camera's feed: a pure reducer of observations, edge-triggered and idempotent. It alone makes events. */

import type { CameraEventName } from '../../protocol/events.ts';

export interface Reader {
  readonly type: string;
  readonly id: string;
}

export interface CameraFacts {
  readonly ready: boolean;
  readonly demanded: boolean;
  /** `type:id` to reader. */
  readonly readers: ReadonlyMap<string, Reader>;
  /** When `ready` last changed. */
  readonly since: string | null;
  /** Why the feed is in trouble; null while nothing is wrong, and idle is nothing wrong. */
  readonly reason: string | null;
  /** What was told last of extending the session its source serves it in; absent while nothing was. */
  readonly extension?: { readonly expiresAt: string; readonly failed: boolean };
}

interface Seen {
  /** ISO 8601: when it was observed. */
  readonly at: string;
  /** What the source knows besides; travels into the event's details. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What a source (a hook, a poll, a probe, a person) noticed about a camera. */
export type Observation =
  | (Seen & { readonly kind: 'demand' | 'unDemand' })
  /** `onDemand`: the path is pulled only when asked for, so being ready implies a demand. */
  | (Seen & { readonly kind: 'ready'; readonly onDemand?: boolean })
  /** `reason` null: nothing is wrong, it is only idle; absent: whatever was known of the cause still holds. */
  | (Seen & { readonly kind: 'notReady'; readonly reason?: string | null })
  /** Whoever knows cannot be asked: what was last seen stands, in doubt. */
  | (Seen & { readonly kind: 'unknown'; readonly reason: string })
  | (Seen & { readonly kind: 'stalled' })
  | (Seen & { readonly kind: 'read' | 'unread'; readonly reader: Reader })
  /** The session lasts until this moment now. */
  | (Seen & { readonly kind: 'extended'; readonly expiresAt: string })
  /** The session will end at this moment unless a later attempt succeeds. */
  | (Seen & { readonly kind: 'failed-extension'; readonly expiresAt: string; readonly error: SourceError });

/** What a source answered, fit for publishing (N-42). */
interface SourceError {
  readonly message: string;
  readonly code: string;
  readonly status: number;
}

/** An event that an observation turned out to be, before it has an entity and a number. */
export interface Transition {
  readonly event: CameraEventName;
  readonly details: Readonly<Record<string, unknown>>;
}

export const UNSEEN: CameraFacts = { ready: false, demanded: false, readers: new Map(), since: null, reason: null };

/** The same fact twice changes nothing and makes no event. */
export function reduce(facts: CameraFacts, seen: Observation): { facts: CameraFacts; transitions: Transition[] } {
  const transitions: Transition[] = [];
  const tell = (event: CameraEventName, details: object = {}) => {
    transitions.push({ event, details: { ...seen.details, ...details } });
  };
  switch (seen.kind) {
    case 'demand':
      if (facts.demanded) break;
      tell('demand');
      return { facts: { ...facts, demanded: true }, transitions };
    case 'unDemand':
      if (!facts.demanded) break;
      tell('unDemand');
      return { facts: { ...facts, demanded: false }, transitions };
    case 'ready': {
      const demanded = facts.demanded || seen.onDemand === true;
      if (facts.ready && demanded === facts.demanded && facts.reason === null) break;
      if (demanded && !facts.demanded) tell('demand');
      if (facts.ready) return { facts: { ...facts, demanded, reason: null }, transitions };
      tell('ready');
      return { facts: { ...facts, demanded, ready: true, since: seen.at, reason: null }, transitions };
    }
    case 'notReady':
      return notReady(facts, seen.at, seen.reason, tell, transitions);
    case 'unknown':
      if (facts.reason === seen.reason) break;
      return { facts: { ...facts, reason: seen.reason }, transitions };
    case 'stalled':
      if (!facts.ready) break;
      tell('stalled');
      return notReady(facts, seen.at, 'stalled', tell, transitions);
    case 'read': {
      const key = readerKey(seen.reader);
      if (facts.readers.has(key)) break;
      tell('read', readerDetails(seen.reader));
      return { facts: { ...facts, readers: new Map(facts.readers).set(key, seen.reader) }, transitions };
    }
    case 'unread': {
      const readers = new Map(facts.readers);
      if (!readers.delete(readerKey(seen.reader))) break;
      tell('unread', readerDetails(seen.reader));
      return { facts: { ...facts, readers }, transitions };
    }
    case 'extended':
    case 'failed-extension': {
      const extension = { expiresAt: seen.expiresAt, failed: seen.kind === 'failed-extension' };
      const { expiresAt, failed } = facts.extension ?? {};
      if (expiresAt === extension.expiresAt && failed === extension.failed) break;
      tell(seen.kind, seen.kind === 'extended' ? { expiresAt: seen.expiresAt } : { error: seen.error });
      return { facts: { ...facts, extension }, transitions };
    }
  }
  return { facts, transitions };
}

function notReady(
  facts: CameraFacts,
  at: string,
  cause: string | null | undefined,
  tell: (event: CameraEventName, details?: object) => void,
  transitions: Transition[],
): { facts: CameraFacts; transitions: Transition[] } {
  if (!facts.ready) {
    // Still down, but now it may be known why.
    const known = cause === undefined ? facts.reason : cause;
    return { facts: known === facts.reason ? facts : { ...facts, reason: known }, transitions };
  }
  const reason = cause ?? null;
  // Nobody can read what is gone: the readers leave first.
  for (const reader of facts.readers.values()) tell('unread', readerDetails(reader));
  tell('notReady', reason === null ? {} : { reason });
  return { facts: { ...facts, ready: false, readers: new Map(), since: at, reason }, transitions };
}

/** How a reader is told from others. */
export function readerKey({ type, id }: Reader): string {
  return `${type}:${id}`;
}

function readerDetails({ type, id }: Reader): object {
  return { readerType: type, readerId: id };
}
