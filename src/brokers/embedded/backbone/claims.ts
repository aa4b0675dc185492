/** Owns which client ids are about to be this broker's. Where the same one comes to two brokers at a moment, one of them gives way. */

import type { Claim } from './backbone.ts';

export interface Claims {
  begin(accountKey: string, clientId: string): PendingClaim;
  /** Another broker wants it. @returns false when it is that broker that has to give way */
  yieldTo(accountKey: string, clientId: string, ticket: string): boolean;
  /** How many clients of an account are about to be let in, but for this one. */
  count(accountKey: string, exceptClientId: string): number;
}

interface PendingClaim extends Omit<Claim, 'kept' | 'elsewhere' | 'coming'> {
  /** The greater one wins. */
  readonly ticket: string;
  lose(): void;
}

/** @param newTicket random, and never the same twice */
export function createClaims(newTicket: () => string): Claims {
  /** By account, then by client id. */
  const pending = new Map<string, Map<string, Set<PendingClaim>>>();

  return {
    begin(accountKey, clientId) {
      const ofAccount = pending.get(accountKey) ?? new Map<string, Set<PendingClaim>>();
      pending.set(accountKey, ofAccount);
      const claims = ofAccount.get(clientId) ?? new Set();
      ofAccount.set(clientId, claims);
      let isLost = false;
      const forget = () => {
        claims.delete(claim);
        if (claims.size === 0 && ofAccount.get(clientId) === claims) ofAccount.delete(clientId);
        if (ofAccount.size === 0 && pending.get(accountKey) === ofAccount) pending.delete(accountKey);
      };
      const claim: PendingClaim = {
        ticket: newTicket(),
        get isLost() {
          return isLost;
        },
        lose() {
          isLost = true;
        },
        opened: forget,
        release: forget,
      };
      claims.add(claim);
      return claim;
    },
    yieldTo(accountKey, clientId, ticket) {
      let wins = true;
      for (const claim of pending.get(accountKey)?.get(clientId) ?? []) {
        if (ticket > claim.ticket) claim.lose();
        else wins = false;
      }
      return wins;
    },
    count(accountKey, exceptClientId) {
      const ofAccount = pending.get(accountKey);
      return (ofAccount?.size ?? 0) - (ofAccount?.has(exceptClientId) === true ? 1 : 0);
    },
  };
}
