/** Owns the port to the other brokers that serve the same accounts: what is said here reaches their clients, and a client id is in one place. */

import type { Account } from '../../../core/accounts/accounts.ts';
import type { AccountUses } from '../accounts/account-uses.ts';
import type { Keeper } from '../kept/keeper.ts';
import type { SessionRecord } from '../kept/state.ts';
import type { Message } from '../message.ts';
import type { Will } from '../packets/packet.ts';
import type { Session } from '../sessions/session.ts';
import type { Attendance } from './groups/group-table.ts';

/** What a broker can be asked for by others; all of it is about this broker alone. */
export interface Here {
  /** A message from elsewhere. @param bucket the root of the instance whose it is; '' for what is not of one */
  hear(bucket: string, message: Message): void;
  /** What is retained there, as all brokers know it. @param message undefined: nothing any more */
  learn(bucket: string, topic: string, message: Message | undefined): void;
  /** What is retained of it is not known here any more. */
  forget(bucket: string): void;
  /** The session of a client that is connected. */
  session(accountKey: string, clientId: string): Session | undefined;
  /** A session that is not here is no more: its will is due, if that waits here. */
  ended(accountKey: string, clientId: string): void;
  /** Whether a message may reach who has this account, as its rights are now. */
  mayReceive(account: Account, topic: string): boolean;
  /** Says the will of a client that is gone, as far as it may still be said. */
  publishWill(account: Account, will: Will): void;
  /** Sends the clients of all instances away: they may come back when the cluster is reached again. */
  closeTenants(): void;
  /** It found no room in a queue. */
  dropped(account: Account): void;
  /**
   * Ends the connection of a client that has come elsewhere. Resolves when its session is free.
   * @param isNew it has come without a session: what waits of the former one is due, its will for example
   */
  part(accountKey: string, clientId: string, isNew: boolean): Promise<void>;
  settle(accountKey: string): Promise<void>;
  kick(accountKey: string, clientId: string): Promise<boolean>;
  disconnect(accountKey: string): Promise<number>;
  evict(accountKey: string, root: string): Promise<CountedReceipt>;
  sessions(accountKey: string): readonly BrokerSession[];
  /** How many connections it has. */
  connected(accountKey: string): number;
  readonly uses: AccountUses;
  /** An account that is here has so many connections elsewhere. */
  hasElsewhere(account: Account, connections: number): void;
}

export interface CountedReceipt {
  readonly kicked: number;
  readonly offlineDropped: number;
  readonly retainedPurged: number;
}

export interface BrokerSession {
  readonly clientId: string;
  readonly address: string | undefined;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** 3, 4 or 5, as in CONNECT. */
  readonly protocolVersion: number;
}

/** A client id that is this broker's, for as long as nobody takes it over. */
export interface Claim {
  /** The same client has come to another broker at the same moment: it is to be turned away here. */
  readonly isLost: boolean;
  /** How many connections its account has at other brokers. */
  readonly elsewhere: number;
  /** How many are about to be let in there. */
  readonly coming: number;
  /** What is kept of its session. */
  readonly kept: SessionRecord | undefined;
  /** The client is let in: from now on whoever comes elsewhere comes later. */
  opened(): void;
  /** The client is gone, or was never let in. */
  release(): void;
}

export interface Backbone {
  /** Whether another broker serves the same accounts at the moment. */
  readonly hasOthers: boolean;
  /** More is said there than the network, or those who hear it elsewhere, can take: who says it should wait for `caughtUp`. */
  isBehind(topic: string): boolean;
  caughtUp(topic: string, callback: () => void): void;
  /** Of a bucket more has been heard than readers here are given, or no more. */
  hold(bucket: string, isFull: boolean): void;
  /** What was said here, by whomever, goes to those who listen elsewhere. */
  carry(message: Message): void;
  /** Resolves when what was carried until now has left this broker, or cannot: soon in any case. */
  handedOn(): Promise<void>;
  /** So many members of a group of a shared subscription are here now: of all brokers one serves the group with a message. */
  count(attendance: Attendance): void;
  /** Resolves when the others know what was counted last; soon in any case. Undefined: there is nothing to wait for. */
  counted(): Promise<unknown> | undefined;
  /** A client is to be let in: when this resolves, no other broker has it, and what is said of its account elsewhere is heard. Undefined: there is nobody else. */
  claim(account: Account, clientId: string, cleanStart: boolean): Promise<Claim> | undefined;
  /** Resolves when what was retained by now for an account, wherever, is known here; soon in any case. Undefined: there is nobody else. */
  retainedUpTo(account: Account): Promise<void> | undefined;
  /** Resolves when no connection is left elsewhere that its account's rights no longer cover. @throws ApiError `unavailable`, as below */
  settle(accountKey: string): Promise<void>;
  /** @returns whether there was such a connection elsewhere @throws ApiError `unavailable`, as below */
  kick(accountKey: string, clientId: string): Promise<boolean>;
  /** @returns how many connections there were elsewhere @throws ApiError `unavailable` when a broker that may live has not answered */
  disconnect(accountKey: string): Promise<number>;
  /** The same for all that an instance has anywhere. @param here removes what is here */
  evict(accountKey: string, root: string, here: () => Promise<CountedReceipt>): Promise<CountedReceipt>;
  /** Who of an account is connected elsewhere, as far as is known in a moment. */
  sessions(accountKey: string): Promise<readonly BrokerSession[]>;
  /** Clients may come from now on: what brokers have left that are none any more is seen to. */
  begin(): Promise<void>;
  close(): void;
}

/** How a broker gets its backbone, and what keeps things for all of them. */
export interface Company {
  readonly keeper: Keeper;
  join(here: Here, bucketOf: (topic: string) => string): Backbone;
}
