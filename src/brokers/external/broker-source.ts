/** Owns where someone else's broker is: known from the start, or told late and told otherwise later. */

import type { BrokerAddress } from '../link/address.ts';

export interface BrokerSource {
  /** Undefined while nobody knows. */
  readonly current: BrokerAddress | undefined;
  /** Calls back after each change. The result ends that. */
  onChange(listener: () => void): () => void;
}

export interface ToldBroker extends BrokerSource {
  /** Changes nothing when it is the address that is known already. */
  tell(address: BrokerAddress): void;
}

export function fixedBroker(address: BrokerAddress): BrokerSource {
  return { current: address, onChange: () => () => undefined };
}

export function toldBroker(): ToldBroker {
  const listeners = new Set<() => void>();
  let current: BrokerAddress | undefined;
  return {
    get current() {
      return current;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell(address) {
      if (JSON.stringify(address) === JSON.stringify(current)) return;
      current = address;
      for (const listener of listeners) listener();
    },
  };
}
