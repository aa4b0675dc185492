/** Owns the port by which a broker tells what passes through it. Called for every message: it must be quick, and must not throw. */

import type { Account } from '../../accounts/accounts.ts';

export interface BrokerObserver {
  /** A login succeeded. */
  connected(account: Account, from: ObservedClient): void;
  /** It has so many connections at other brokers of a cluster. */
  elsewhere(account: Account, connections: number): void;
  /** The end of what `connected` began. */
  disconnected(account: Account, from: ObservedClient): void;
  /** A message of a client was accepted. */
  published(account: Account, payloadBytes: number): void;
  /** A message was sent to a client. */
  delivered(account: Account, payloadBytes: number): void;
  /** A login was refused, whatever the reason; the name is what the client claims. */
  refused(username: string): void;
}

export interface ObservedClient {
  readonly clientId: string;
  readonly address: string | undefined;
}

const ignore = () => undefined;

export const NO_OBSERVER: BrokerObserver = {
  connected: ignore,
  disconnected: ignore,
  elsewhere: ignore,
  published: ignore,
  delivered: ignore,
  refused: ignore,
};
