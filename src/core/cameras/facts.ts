/** Owns what is known of one camera at a moment: its feed, what speaks for and against it, and what was made of that. */

export interface Reader {
  readonly type: string;
  readonly id: string;
}

/** What one look at a camera finds. All but `up` are faults, and reasons of the state. */
const FAULTS = ['refused', 'unauthorised', 'unverified', 'wrong-path', 'silent', 'unreachable', 'broken'] as const;
export type Finding = 'up' | (typeof FAULTS)[number];

export interface CameraFacts {
  readonly ready: boolean;
  readonly demanded: boolean;
  /** `type:id` to reader. */
  readonly readers: ReadonlyMap<string, Reader>;
  /** When `ready` last changed. */
  readonly since: string | null;
  /** Whether the camera can be reached; null while nothing tells. Judged. */
  readonly online: boolean | null;
  /** Why something is wrong; null while nothing is, and idle is nothing wrong. Judged. */
  readonly reason: string | null;
  /** What was told of extending the session its source serves it in; absent while nothing was. */
  readonly extension?: { readonly expiresAt: string; readonly failed: boolean };
  /** Nothing has been seen since the start, and this must be before anything is said. */
  readonly pending: 'feed' | 'look' | null;
  /** Why whoever knows cannot be asked. */
  readonly doubt: string | null;
  readonly isRejected: boolean;
  readonly isStalled: boolean;
  readonly look: { readonly finding: Finding; readonly atMs: number } | null;
  readonly missing: Missing | null;
  /** When it fell, lately. */
  readonly fallsMs: readonly number[];
  readonly isFlapping: boolean;
  /** The reason that `offline` was told with; null while the camera is not known to be down. */
  readonly downFor: string | null;
  /** Keys of what the camera noticed lately, the latest last. */
  readonly noticed: readonly string[];
}

/** A feed that does not come although it should. */
export interface Missing {
  /** From this moment on it is not late but gone. */
  readonly verdictAtMs: number;
  /** It was there before our eyes. */
  readonly isLost: boolean;
  /** Whether somebody still wants it. */
  readonly isWanted: boolean;
}

/** What a single bridge finds out anew after a start, and several tell one another. */
export type SeenFacts = Pick<
  CameraFacts,
  'online' | 'pending' | 'doubt' | 'isRejected' | 'isStalled' | 'look' | 'missing' | 'isFlapping' | 'extension'
>;

export const UNSEEN: CameraFacts = {
  ready: false,
  demanded: false,
  readers: new Map(),
  since: null,
  online: null,
  reason: null,
  pending: null,
  doubt: null,
  isRejected: false,
  isStalled: false,
  look: null,
  missing: null,
  fallsMs: [],
  isFlapping: false,
  downFor: null,
  noticed: [],
};

/** How a reader is told from others. */
export function readerKey({ type, id }: Reader): string {
  return `${type}:${id}`;
}

export function isFault({ look }: Pick<CameraFacts, 'look'>): boolean {
  return look !== null && look.finding !== 'up';
}

/** What may be said of the feed: before it was looked at, what is on disk is no truth. */
export function shownFeed(facts: CameraFacts): Pick<CameraFacts, 'ready' | 'demanded' | 'readers' | 'since'> {
  return facts.pending === null ? facts : { ...UNSEEN, since: facts.since };
}
