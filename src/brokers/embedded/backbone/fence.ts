/**
 * Owns that a broker which reaches no majority of the cluster serves nobody whom the others may have removed: no two clocks are compared,
 * and what counts is when the last question was asked that was answered.
 */

import type { Clock, Log } from '../../../core/ports.ts';

interface FenceSetup {
  /** Resolves when a majority has answered. */
  readonly reach: () => Promise<unknown>;
  /** Tenants' clients are to be closed. */
  readonly onCutOff: () => void;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Fence {
  /** Nobody is to be let in. */
  readonly isClosed: boolean;
  /** For how long a majority has answered without a break: who has just come back has not heard yet who lives. */
  readonly steadyMs: number;
  close(): void;
}

const EVERY_MS = 1000;
const MOST_ASKED = 12;
const NO_LOGINS_MS = 5000;
/** An answer takes less, unless the way there is broken. */
const BREAK_MS = 2500;
/** Others take a broker for lost a second later. */
const CUT_OFF_MS = 10_000;
/** Two beats, and more: others that took it for lost have heard of it again by then, and wait for its word. */
const HEARD_MS = 2500;

export function raiseFence({ reach, onCutOff, clock, log }: FenceSetup): Fence {
  let reachedMs = clock.monotonicMs();
  let asking = 0;
  let isCutOff = false;
  let steadySinceMs = reachedMs;
  /** Others may have taken it for lost, and not heard of it since: what they remove meanwhile they do not tell it. */
  let isForgotten = false;
  let cancel = () => {};
  const silenceMs = () => clock.monotonicMs() - reachedMs;

  /** Also while an earlier question waits: where a stream has lost its leader, what is asked behind the choice of the next one is answered first. */
  async function ask(): Promise<void> {
    asking += 1;
    const askedMs = clock.monotonicMs();
    try {
      await reach();
      reachedMs = Math.max(reachedMs, askedMs);
      if (isCutOff) log.info({}, 'the cluster is reached again: tenants of the broker may come back');
      isCutOff = false;
    } catch (error) {
      log.debug({ err: error }, 'the cluster is not reached');
    } finally {
      asking -= 1;
    }
  }

  /** A broker that stood still learns of its own break when it looks. */
  function steadyMs(): number {
    if (silenceMs() > BREAK_MS) steadySinceMs = clock.monotonicMs();
    return clock.monotonicMs() - steadySinceMs;
  }

  function isUnheard(): boolean {
    if (silenceMs() >= CUT_OFF_MS) isForgotten = true;
    else if (steadyMs() >= HEARD_MS) isForgotten = false;
    return isForgotten;
  }

  function look(): void {
    steadyMs();
    isUnheard();
    cancel = clock.after(EVERY_MS, look);
    if (asking < MOST_ASKED) void ask();
    if (silenceMs() < CUT_OFF_MS || isCutOff) return;
    isCutOff = true;
    log.error({}, 'the cluster is out of reach: clients of MQTT instances are sent away until it is back');
    onCutOff();
  }

  look();
  return {
    get isClosed() {
      return silenceMs() >= NO_LOGINS_MS || isUnheard();
    },
    get steadyMs() {
      return steadyMs();
    },
    close: () => cancel(),
  };
}
