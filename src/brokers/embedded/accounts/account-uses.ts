/** Owns who uses the broker: one entry for each account that has a connection, a session or work under way, and none for others. */

import type { Account } from '../../../core/accounts/accounts.ts';
import type { AccountLimits, BrokerLimits } from '../limits.ts';
import { createWorkRate, UNLIMITED } from '../turns/work-rate.ts';
import { AccountUse } from './account-use.ts';

export class AccountUses {
  readonly #limits: BrokerLimits;
  readonly #monotonicMs: () => number;
  readonly #uses = new Map<string, AccountUse>();

  constructor(limits: BrokerLimits, monotonicMs: () => number) {
    this.#limits = limits;
    this.#monotonicMs = monotonicMs;
  }

  of(accountKey: string): AccountUse | undefined {
    return this.#uses.get(accountKey);
  }

  [Symbol.iterator](): Iterator<AccountUse> {
    return this.#uses.values();
  }

  /** All subscriptions. */
  get filters(): number {
    let sum = 0;
    for (const { filters } of this) sum += filters;
    return sum;
  }

  open(account: Account): AccountUse {
    const known = this.#uses.get(account.key);
    if (known !== undefined) {
      known.account = account;
      return known;
    }
    const limits = this.limitsOf(account);
    const { workPerSecond, workBurst } = limits;
    const rate =
      workPerSecond === 0
        ? UNLIMITED
        : createWorkRate({ perSecond: workPerSecond, burst: workBurst }, this.#monotonicMs());
    const use = new AccountUse(account, limits, rate);
    this.#uses.set(account.key, use);
    return use;
  }

  /** Forgets it if nothing is left of it. */
  release(use: AccountUse): void {
    if (use.isIdle) this.#uses.delete(use.account.key);
  }

  limitsOf({ kind }: Account): AccountLimits {
    return kind === 'instance' ? this.#limits.tenant : this.#limits.home;
  }
}
