/** Owns what one account uses of the broker at the moment: how many filters, how many bytes that wait; and its lane of work. */

import type { Account } from '../../../core/accounts/accounts.ts';
import type { AccountLimits } from '../limits.ts';
import { Lane } from '../turns/turns.ts';
import type { WorkRate } from '../turns/work-rate.ts';

export class AccountUse {
  /** As it logged in last. */
  account: Account;
  readonly limits: AccountLimits;
  readonly lane: Lane;
  /** Of all its sessions. */
  filters = 0;
  /** In queues and before sockets. */
  waitingBytes = 0;
  /** Sessions and connections that need this entry. */
  holders = 0;

  constructor(account: Account, limits: AccountLimits, rate: WorkRate) {
    this.account = account;
    this.limits = limits;
    this.lane = new Lane(rate);
  }

  get isIdle(): boolean {
    return this.holders === 0 && this.lane.tasks.size === 0;
  }

  hasRoomFor(bytes: number): boolean {
    return this.waitingBytes + bytes <= this.limits.waitingBytes;
  }
}
