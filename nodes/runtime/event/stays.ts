/** Owns what state each thing is in as far as a node knows, since when, and what of it was told: over deploys, as far as a memory lasts. */

import type { Clock } from '../../../src/client/environment.ts';
import { isObject } from '../../../src/protocol/envelope.ts';
import { isAlarm } from './meanings.ts';

export interface Stay {
  readonly state: string;
  /** ISO 8601, as far as it was told; empty where nobody knows. */
  readonly since: string;
  /** `due`: it waits until it has lasted long enough. */
  readonly telling: 'none' | 'due' | 'told';
  /** An alarm was told, and nothing of its end. */
  readonly isAlarmed: boolean;
  /** When the alarm began that this is, or that it ended; empty where there was none. */
  readonly downSince: string;
}

/** Where stays outlive their node: JSON, by the thing. */
export interface Memory {
  readonly kept: Readonly<Record<string, unknown>>;
  /** @param stays asked when it is written */
  keep(stays: () => Readonly<Record<string, Stay>>): void;
}

export interface Stays {
  of(thing: string): Stay | undefined;
  /** Whether this node has not seen it itself: it is what an earlier one kept. */
  isRemembered(thing: string): boolean;
  /**
   * The thing is in this state from now on; what waited for another state of it is dropped.
   * @param since ISO 8601, or empty
   */
  enter(thing: string, state: string, since: string): Stay;
  /** Calls back when the state it entered has lasted this much longer, at once for 0 or less; once for each stay. */
  wait(thing: string, delayMs: number, callback: () => void): void;
  /** It is not to be told any more, unless it is waited for again. */
  drop(thing: string): void;
  told(thing: string): void;
  /** The thing is gone. */
  forget(thing: string): void;
  /** What waits is not called back any more; the memory keeps it. */
  close(): void;
}

const ONE_MOMENT_MS = 10_000;

export function createStays(clock: Clock, memory: Memory): Stays {
  const stays = new Map<string, Stay>();
  const remembered = new Set<string>();
  const waiting = new Map<string, () => void>();
  for (const [thing, kept] of Object.entries(memory.kept)) {
    if (!isStay(kept)) continue;
    stays.set(thing, kept);
    remembered.add(thing);
  }

  function set(thing: string, stay: Stay): Stay {
    stays.set(thing, stay);
    memory.keep(() => Object.fromEntries(stays));
    return stay;
  }

  function change(thing: string, changes: Partial<Stay>): void {
    const stay = stays.get(thing);
    if (stay) set(thing, { ...stay, ...changes });
  }

  function cancel(thing: string): void {
    waiting.get(thing)?.();
    waiting.delete(thing);
  }

  return {
    of: (thing) => stays.get(thing),
    isRemembered: (thing) => remembered.has(thing),
    enter: (thing, state, since) => {
      const before = stays.get(thing);
      const isFirst = remembered.delete(thing);
      if (before?.state === state && !(isFirst && isAlarm(state) && isAnother(before.since, since))) return before;
      cancel(thing);
      const downSince = isAlarm(state) ? since : before && isAlarm(before.state) ? before.since : '';
      return set(thing, { state, since, telling: 'none', isAlarmed: before?.isAlarmed ?? false, downSince });
    },
    wait: (thing, delayMs, callback) => {
      if (waiting.has(thing) || !stays.has(thing)) return;
      if (delayMs > 0) change(thing, { telling: 'due' });
      waiting.set(thing, delayMs > 0 ? clock.after(delayMs, callback) : () => undefined);
      if (delayMs <= 0) callback();
    },
    drop: (thing) => {
      cancel(thing);
      if (stays.get(thing)?.telling === 'due') change(thing, { telling: 'none' });
    },
    told: (thing) => change(thing, { telling: 'told', isAlarmed: isAlarm(stays.get(thing)?.state ?? '') }),
    forget: (thing) => {
      cancel(thing);
      remembered.delete(thing);
      if (stays.delete(thing)) memory.keep(() => Object.fromEntries(stays));
    },
    close: () => {
      for (const thing of [...waiting.keys()]) cancel(thing);
    },
  };
}

/** It ended and began again while nobody looked. What observes the same fall twice may differ by a moment. */
function isAnother(before: string, now: string): boolean {
  return Math.abs(Date.parse(now) - Date.parse(before)) > ONE_MOMENT_MS;
}

function isStay(kept: unknown): kept is Stay {
  if (!isObject(kept)) return false;
  const { state, since, telling, isAlarmed, downSince } = kept;
  const areTexts = [state, since, telling, downSince].every((text) => typeof text === 'string');
  return areTexts && typeof isAlarmed === 'boolean';
}
