/**
 * Owns which bridges of the cluster live, as far as has been heard: one that says nothing counts for as long as it may still serve
 * somebody, and is present for as long as it is worth waiting for. No two clocks are compared.
 */

import type { Clock, Log } from '../../core/ports.ts';

export interface Members {
  /** Those that live, this one not among them. */
  readonly others: readonly string[];
  /** Those of them that were heard of lately, and have not left the last question unanswered. */
  readonly present: readonly string[];
  /** @returns whether it was not known before */
  heard(id: string): boolean;
  /** One that has left may still answer what it was asked before. */
  answered(id: string): void;
  /** Since then it should have answered. @param sinceMs monotonic */
  missed(id: string, sinceMs: number): void;
  left(id: string): void;
  /** Runs when one is none any more. */
  onLost(listener: (id: string) => void): () => void;
  close(): void;
}

interface Member {
  readonly cancel: () => void;
  /** Monotonic. */
  readonly heardMs: number;
  readonly hasMissed: boolean;
}

/** A bridge that hears nothing closes its tenants' connections after ten seconds: that is when it is harmless, and another second for its clock. */
const LOST_AFTER_MS = 11_000;
/** Two of its beats, and a little. */
const PRESENT_MS = 2500;

export function createMembers(clock: Clock, log: Log): Members {
  const members = new Map<string, Member>();
  const listeners = new Set<(id: string) => void>();

  function forget(id: string): void {
    members.get(id)?.cancel();
    if (!members.delete(id)) return;
    for (const listener of listeners) listener(id);
  }

  function heard(id: string): boolean {
    const known = members.get(id);
    known?.cancel();
    const lose = () => {
      log.warn({ bridge: id }, 'a bridge of the cluster is not heard of any more');
      forget(id);
    };
    members.set(id, { cancel: clock.after(LOST_AFTER_MS, lose), heardMs: clock.monotonicMs(), hasMissed: false });
    return known === undefined;
  }

  return {
    get others() {
      return [...members.keys()];
    },
    get present() {
      const since = clock.monotonicMs() - PRESENT_MS;
      return [...members].filter(([, { heardMs, hasMissed }]) => heardMs > since && !hasMissed).map(([id]) => id);
    },
    heard,
    answered(id) {
      if (members.has(id)) heard(id);
    },
    missed(id, sinceMs) {
      const member = members.get(id);
      if (member !== undefined && member.heardMs < sinceMs) members.set(id, { ...member, hasMissed: true });
    },
    left: forget,
    onLost(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      for (const { cancel } of members.values()) cancel();
      members.clear();
    },
  };
}
