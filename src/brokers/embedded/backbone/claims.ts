/** Owns which client ids are about to be this broker's. Where the same one comes to two brokers at a moment, one of them gives way. */

import type { Claim } from './backbone.ts';

export interface Claims {
  begin(accountKey: string, clientId: string): PendingClaim;
  /** Another broker wants it. @returns false when it is that broker that has to give way */
  yieldTo(accountKey: string, clientId: string, ticket: string): boolean;
}

interface PendingClaim extends Omit<Claim, 'kept'> {
  /** The greater one wins. */
  readonly ticket: string;
  lose(): void;
}

/** @param newTicket random, and never the same twice */
export function createClaims(newTicket: () => string): Claims {
  const pending = new Map<string, Set<PendingClaim>>();

  return {
    begin(accountKey, clientId) {
      const key = keyOf(accountKey, clientId);
      const claims = pending.get(key) ?? new Set();
      pending.set(key, claims);
      let isLost = false;
      const forget = () => {
        claims.delete(claim);
        if (claims.size === 0 && pending.get(key) === claims) pending.delete(key);
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
      for (const claim of pending.get(keyOf(accountKey, clientId)) ?? []) {
        if (ticket > claim.ticket) claim.lose();
        else wins = false;
      }
      return wins;
    },
  };
}

function keyOf(accountKey: string, clientId: string): string {
  return `${accountKey}\n${clientId}`;
}
