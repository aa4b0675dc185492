/** Owns the port by which what is known at one bridge of a cluster is known at all: before anybody is told of it, or refused for want of it. */

export interface Consistency {
  /** How far this bridge knows what has been changed anywhere: rises with each change. */
  readonly reached: number;
  /** Resolves when every bridge that lives shows what this one shows by now, or soon after. Never rejects. */
  shownEverywhere(): Promise<void>;
  /** Resolves when this bridge shows all that was durable by now. @throws ApiError `unavailable` where that cannot be known in time */
  caughtUp(): Promise<void>;
}
