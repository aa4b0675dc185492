/**
 * Owns whose turn it is. Accounts are served round robin, each for a quantum of work (deficit round robin), and after two
 * milliseconds the event loop gets its turn, whatever is left. Then what the turn has for each socket is written, once.
 */

import type { WorkRate } from './work-rate.ts';

export interface Task {
  /**
   * Does work of about this cost, one unit being about one delivery.
   * @returns what it has cost, negative when nothing is left to do for now
   */
  step(allowance: number): number;
}

/** The work of one account. */
export class Lane {
  readonly tasks = new Set<Task>();
  readonly rate: WorkRate;
  deficit = 0;
  isWaiting = false;
  isActive = false;

  constructor(rate: WorkRate) {
    this.rate = rate;
  }
}

export interface Flushable {
  /** Whether its account goes without a limit: those few are written first. */
  flush(): void;
}

export interface TurnsSetup {
  /** Calls back after the event loop has seen to sockets and timers. */
  readonly defer: (callback: () => void) => void;
  readonly monotonicMs: () => number;
  readonly after: (delayMs: number, callback: () => void) => () => void;
  /** A task that throws is taken out, and this is told. */
  readonly onFault: (task: Task, error: unknown) => void;
}

const TURN_MS = 2;
const QUANTUM = 64;

export class Turns {
  readonly #setup: TurnsSetup;
  /** In the order in which they are served. */
  readonly #active = new Set<Lane>();
  readonly #dirty = new Set<Flushable>();
  readonly #timers = new Map<Lane, () => void>();
  #isDeferred = false;
  #isClosed = false;

  constructor(setup: TurnsSetup) {
    this.#setup = setup;
  }

  /** There is something to do for this task; asking again changes nothing. */
  wake(lane: Lane, task: Task): void {
    lane.tasks.add(task);
    this.#activate(lane);
  }

  forget(lane: Lane, task: Task): void {
    lane.tasks.delete(task);
  }

  /** There is something to write there at the end of the turn. */
  soil(flushable: Flushable): void {
    this.#dirty.add(flushable);
    this.#defer();
  }

  /** Takes away what waits; what is dirty is written. */
  close(): void {
    this.#isClosed = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#active.clear();
    this.#flush(Number.POSITIVE_INFINITY);
  }

  #activate(lane: Lane): void {
    if (lane.isWaiting || lane.isActive || this.#isClosed) return;
    lane.isActive = true;
    this.#active.add(lane);
    this.#defer();
  }

  #defer(): void {
    if (this.#isDeferred) return;
    this.#isDeferred = true;
    this.#setup.defer(() => {
      this.#isDeferred = false;
      this.#turn();
    });
  }

  #turn(): void {
    const { monotonicMs } = this.#setup;
    // What the turn before could not write goes first: it may not pile up.
    if (this.#flush(monotonicMs() + TURN_MS)) {
      this.#work(monotonicMs() + TURN_MS);
      this.#flush(monotonicMs() + TURN_MS);
    }
    if (this.#active.size > 0 || this.#dirty.size > 0) this.#defer();
  }

  #work(untilMs: number): void {
    const { monotonicMs } = this.#setup;
    let now = monotonicMs();
    for (const lane of this.#active) {
      this.#active.delete(lane);
      lane.deficit = Math.min(lane.deficit + QUANTUM, QUANTUM);
      while (lane.deficit > 0 && lane.tasks.size > 0) {
        const allowance = Math.min(lane.deficit, lane.rate.allowance(now));
        if (allowance <= 0) break;
        this.#step(lane, allowance);
        now = monotonicMs();
        if (now >= untilMs) break;
      }
      if (lane.tasks.size === 0) this.#rest(lane);
      else if (lane.rate.allowance(now) <= 0) this.#wait(lane, now);
      else this.#active.add(lane);
      if (now >= untilMs) return;
    }
  }

  /** Its tasks take turns, too: one connection must not hold up the others of its account. */
  #step(lane: Lane, allowance: number): void {
    const [task] = lane.tasks;
    if (task === undefined) return;
    lane.tasks.delete(task);
    try {
      const cost = task.step(allowance);
      lane.deficit -= Math.max(1, Math.abs(cost));
      lane.rate.charge(Math.abs(cost));
      if (cost >= 0) lane.tasks.add(task);
    } catch (error) {
      lane.deficit -= 1;
      this.#setup.onFault(task, error);
    }
  }

  #rest(lane: Lane): void {
    lane.isActive = false;
    lane.deficit = 0;
  }

  #wait(lane: Lane, nowMs: number): void {
    lane.isActive = false;
    lane.isWaiting = true;
    const cancel = this.#setup.after(lane.rate.waitMs(nowMs), () => {
      this.#timers.delete(lane);
      lane.isWaiting = false;
      if (lane.tasks.size > 0) this.#activate(lane);
    });
    this.#timers.set(lane, cancel);
  }

  /** @returns whether everything is written */
  #flush(untilMs: number): boolean {
    const { monotonicMs } = this.#setup;
    let count = 0;
    for (const flushable of this.#dirty) {
      this.#dirty.delete(flushable);
      flushable.flush();
      count += 1;
      if (count % 16 === 0 && monotonicMs() >= untilMs) break;
    }
    return this.#dirty.size === 0;
  }
}
