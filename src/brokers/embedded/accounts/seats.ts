/** Owns who may be connected: a few that are not known yet, from each network a few of those, then a share for every owner, and some seats for administrators. */

import type { Account } from '../../../core/accounts/accounts.ts';
import { networkOf } from '../../../core/network.ts';
import type { BrokerLimits } from '../limits.ts';

/** A connection, as far as its seat goes. */
export interface Guest {
  readonly address: string | undefined;
  /** It has not said yet who it is. */
  readonly isSilent: boolean;
  /** It must go, to make room for another. */
  giveUp(): void;
}

interface Unknown {
  readonly network: string;
  readonly sinceMs: number;
}

/** Whoever is silent for longer can be sent away: before, its first bytes may be under way. */
const PATIENCE_MS = 1000;

export class Seats {
  readonly #limits: BrokerLimits;
  /** In the order in which they came. */
  readonly #unknown = new Map<Guest, Unknown>();
  readonly #unknownByNetwork = new Map<string, number>();
  readonly #byOwner = new Map<string, number>();
  readonly #byAccount = new Map<string, number>();
  #known = 0;

  constructor(limits: BrokerLimits) {
    this.#limits = limits;
  }

  get taken(): number {
    return this.#known + this.#unknown.size;
  }

  /** Somebody has come. Who has been silent longest makes room. @returns false when nobody can */
  enter(guest: Guest, nowMs: number): boolean {
    const network = networkOf(guest.address);
    const { connections, unknownConnections, unknownPerAddress } = this.#limits;
    if ((this.#unknownByNetwork.get(network) ?? 0) >= unknownPerAddress) this.#dismiss(nowMs - PATIENCE_MS, network);
    else if (this.#unknown.size >= unknownConnections) this.#dismiss(nowMs - PATIENCE_MS);
    if (this.taken >= connections) this.#dismiss(nowMs);
    if (this.taken >= connections) return false;
    this.#unknown.set(guest, { network, sinceMs: nowMs });
    add(this.#unknownByNetwork, network, 1);
    return true;
  }

  /** It has logged in. @param elsewhere how many connections its account has at other brokers, or is about to have @returns why it may not stay */
  seat(guest: Guest, account: Account, isTakeover: boolean, elsewhere = 0): string | undefined {
    const { connections, adminShare, ownerShare, home, tenant } = this.#limits;
    const ofAccount = (this.#byAccount.get(account.key) ?? 0) - (isTakeover ? 1 : 0) + elsewhere;
    const ofOwner = (this.#byOwner.get(ownerOf(account)) ?? 0) - (isTakeover ? 1 : 0);
    if (ofAccount >= (account.kind === 'instance' ? tenant : home).connections)
      return 'too many connections of this account';
    if (account.kind !== 'admin' && ofOwner >= connections * ownerShare) return 'too many connections of this owner';
    if (account.kind !== 'admin' && this.#known >= connections - Math.floor(connections * adminShare))
      return 'too many connections';
    this.#forget(guest);
    this.#known += 1;
    add(this.#byAccount, account.key, 1);
    add(this.#byOwner, ownerOf(account), 1);
    return undefined;
  }

  /** @param account undefined for one that never logged in */
  leave(guest: Guest, account: Account | undefined): void {
    if (account === undefined) {
      this.#forget(guest);
      return;
    }
    this.#known -= 1;
    add(this.#byAccount, account.key, -1);
    add(this.#byOwner, ownerOf(account), -1);
  }

  #dismiss(cameBeforeMs: number, from?: string): void {
    for (const [guest, { network, sinceMs }] of this.#unknown) {
      if (sinceMs > cameBeforeMs) return;
      if (!guest.isSilent || (from !== undefined && from !== network)) continue;
      this.#forget(guest);
      guest.giveUp();
      return;
    }
  }

  #forget(guest: Guest): void {
    const unknown = this.#unknown.get(guest);
    if (unknown === undefined) return;
    this.#unknown.delete(guest);
    add(this.#unknownByNetwork, unknown.network, -1);
  }
}

function ownerOf({ owner, key }: Account): string {
  return owner ?? key;
}

function add(counts: Map<string, number>, key: string, change: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
