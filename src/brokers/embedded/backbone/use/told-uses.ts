/** Owns what other brokers have told of the use that accounts make of them: how many connections, and how much work. Old words count for nothing. */

import type { Figure } from '../../../../core/cluster/figures.ts';
import type { WorkElsewhere } from './share.ts';

interface ToldUse extends WorkElsewhere {
  readonly connections: number;
  readonly atMs: number;
}

/** Who works tells of it every second. */
const WORK_MS = 3000;
/** Who is connected is told again so often, at the latest. */
export const TELL_ALL_MS = 15_000;
const CONNECTIONS_MS = 3 * TELL_ALL_MS;
/** Of more accounts than brokers have connections nothing is kept. */
const MOST_ACCOUNTS = 200_000;

export function figureOf(accountKey: string, connections: number, { perSecond, isHeldUp }: WorkElsewhere): Figure {
  return [accountKey, connections, perSecond, isHeldUp ? 1 : 0];
}

export class ToldUses {
  /** By account, then by broker. */
  readonly #uses = new Map<string, Map<string, ToldUse>>();

  hear(from: string, figures: readonly Figure[], nowMs: number): void {
    for (const [accountKey, connections = 0, perSecond = 0, isHeldUp = 0] of figures) {
      const known = this.#uses.get(accountKey);
      if (known === undefined && this.#uses.size >= MOST_ACCOUNTS) continue;
      const ofAccount = known ?? new Map<string, ToldUse>();
      this.#uses.set(accountKey, ofAccount);
      ofAccount.set(from, { connections, perSecond, isHeldUp: isHeldUp === 1, atMs: nowMs });
      if (connections <= 0 && perSecond <= 0) this.#drop(accountKey, from);
    }
  }

  /** Of a broker that is none any more. */
  forget(from: string): void {
    for (const accountKey of [...this.#uses.keys()]) this.#drop(accountKey, from);
  }

  /** What is too old to count takes no memory either. */
  prune(nowMs: number): void {
    for (const [accountKey, ofAccount] of [...this.#uses])
      for (const [from, { atMs }] of [...ofAccount]) if (nowMs - atMs > CONNECTIONS_MS) this.#drop(accountKey, from);
  }

  connections(accountKey: string, nowMs: number): number {
    let sum = 0;
    for (const { connections, atMs } of this.#uses.get(accountKey)?.values() ?? [])
      if (nowMs - atMs <= CONNECTIONS_MS) sum += connections;
    return sum;
  }

  work(accountKey: string, nowMs: number): WorkElsewhere[] {
    return [...(this.#uses.get(accountKey)?.values() ?? [])].filter(({ atMs }) => nowMs - atMs <= WORK_MS);
  }

  #drop(accountKey: string, from: string): void {
    const ofAccount = this.#uses.get(accountKey);
    ofAccount?.delete(from);
    if (ofAccount?.size === 0) this.#uses.delete(accountKey);
  }
}
