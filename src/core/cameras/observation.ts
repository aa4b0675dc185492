/** Owns what can be noticed about a camera, whoever notices: a hook, a poll, a look at the camera, a person, or that time has passed. */

import type { NoticedEvent } from '../../protocol/events.ts';
import type { Finding, Reader } from './facts.ts';

interface Seen {
  /** ISO 8601: when it was observed. */
  readonly at: string;
  /** What the source knows besides; travels into the event's details. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What says something of how the camera is. */
export type Sign =
  | (Seen & { readonly kind: 'demand' | 'unDemand' })
  | Ready
  | NotReady
  /** Whoever knows cannot be asked: what was last seen stands, in doubt. */
  | (Seen & { readonly kind: 'unknown'; readonly reason: string })
  | (Seen & { readonly kind: 'stalled' })
  | ReaderSeen
  | LookedAt
  /** Whatever carries the stream does not take its settings; or takes them again. */
  | (Seen & { readonly kind: 'rejected' | 'accepted' })
  /** The camera is another one than before, or is watched no longer: nothing of what was seen holds. */
  | (Seen & { readonly kind: 'reset' })
  | (Seen & { readonly kind: 'time' })
  | Extension;

export type Observation = Sign | Noticed;

export interface Ready extends Seen {
  readonly kind: 'ready';
  /** The path is pulled only when asked for, so being ready implies a demand. */
  readonly onDemand?: boolean;
  /** ISO 8601: when the feed came, where whoever carries it tells. */
  readonly since?: string | undefined;
}

export interface NotReady extends Seen {
  readonly kind: 'notReady';
  /**
   * - `idle`: nobody wants it
   * - `wanted`: somebody does, or it is expected to be there always
   * - `lost`: it was watched until it went, and nobody waits for it any more
   * - `stalled`: it is up, and nothing has come for long
   *
   * Absent: what was known of the cause still holds.
   */
  readonly absence?: 'idle' | 'wanted' | 'lost' | 'stalled';
  /** How long whoever carries the stream may take to get it; default is ten seconds. */
  readonly graceMs?: number;
  /** Nothing had come for a while before it went: no need to wait again. */
  readonly isWaited?: boolean;
  /** Whoever knows could not be asked for so long that the feed must be taken for gone; and why. */
  readonly doubt?: string;
}

export interface ReaderSeen extends Seen {
  readonly kind: 'read' | 'unread';
  readonly reader: Reader;
}

/** By asking the camera itself, past whatever carries its stream. */
export interface LookedAt extends Seen {
  readonly kind: 'look';
  readonly finding: Finding;
}

/** The session that its source serves it in lasts until this moment; or will end then unless a later attempt succeeds. */
export type Extension =
  | (Seen & { readonly kind: 'extended'; readonly expiresAt: string })
  | (Seen & { readonly kind: 'failed-extension'; readonly expiresAt: string; readonly error: SourceError });

/** The camera itself noticed something: of a moment that may be long past. */
export interface Noticed extends Seen {
  readonly kind: 'noticed';
  readonly what: NoticedEvent;
  /** By which the same thing is known again; absent: it is told in any case. */
  readonly key?: string;
}

/** What a source answered, fit for publishing (N-42). */
interface SourceError {
  readonly message: string;
  readonly code: string;
  readonly status: number;
}
