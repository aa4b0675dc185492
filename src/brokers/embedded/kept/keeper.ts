/** Owns the port to what outlives a restart of the broker. Notes are taken in memory at once, and are durable together a moment later. */

import type { Account } from '../../../core/accounts/accounts.ts';
import type { Message } from '../message.ts';
import type { Will } from '../packets/packet.ts';
import type { Granted } from '../sessions/granted.ts';
import type { Owed } from '../sessions/owed.ts';

/** A session as it is kept. */
interface KeptSession {
  readonly use: { readonly account: Account };
  readonly clientId: string;
  readonly expirySeconds: number;
  /** Milliseconds since 1970; undefined while it is connected. */
  readonly awaySinceMs: number | undefined;
}

export interface PendingWill {
  readonly session: KeptSession;
  readonly will: Will;
  /** Milliseconds since 1970. */
  readonly dueAtMs: number;
}

export interface Keeper {
  /** For several brokers: a session without a connection is in nobody's memory, and what is not known here may be there. */
  readonly isShared: boolean;
  /** How many were taken: whoever compares can tell whether something was noted meanwhile. */
  readonly notes: number;
  /** Notes come faster than the disk takes them: who causes them should wait until they are durable. */
  readonly isBehind: boolean;
  /** Why nothing becomes durable at the moment. */
  readonly fault: string | null;
  /** A session that outlives its connection was begun, has left it or come back, or its expiry has changed. */
  opened(session: KeptSession): void;
  ended(session: KeptSession): void;
  /** It is not in memory any more, and kept as it is. */
  left(session: KeptSession): void;
  /** The same, of several brokers: where more than so many sessions of an account wait for their clients, the one that has been away longest is forgotten. */
  limitAway(account: Account, most: number): void;
  /** Whether a session under this client id can be kept at all. */
  mayOpen(clientId: string): boolean;
  /** Whether there is room for it beside the other filters of a session that is kept. */
  maySubscribe(session: KeptSession, granted: Granted): boolean;
  subscribed(session: KeptSession, granted: Granted): void;
  unsubscribed(session: KeptSession, filter: string): void;
  /** @returns by which number it is kept; 0: it is not */
  owe(session: KeptSession, owed: Omit<Owed, 'keptAs'>): number;
  /** The same, where it is shared: the session gets it when it is there, and in the order of all brokers. */
  enqueue(session: KeptSession, owed: Omit<Owed, 'keptAs'>): void;
  /** It was sent under its packet id, which is told at QoS 2 before it is, at QoS 1 when the client has gone; or the client has it. */
  advanced(session: KeptSession, owed: Owed): void;
  settled(session: KeptSession, owed: Owed): void;
  /** A QoS 2 message of the client was taken, and its PUBREL has come. */
  received(session: KeptSession, packetId: number): void;
  forgotten(session: KeptSession, packetId: number): void;
  /** Whether it can be kept at all. */
  mayRetain(message: Message): boolean;
  /** @param bucket the root of the instance that it is below of, and gone with; '' for none */
  retained(message: Message, bucket: string): void;
  cleared(topic: string, bucket: string): void;
  /** All of an instance is cleared. */
  dropped(bucket: string, topics: Iterable<string>): void;
  /** A client has come with it. A restart ends its connection: then it is due. */
  willGiven(session: KeptSession, will: Will): void;
  willPending(will: PendingWill): void;
  /** It is said, or is not to be said any more. */
  willGone(of: Pick<PendingWill, 'session'>): void;
  /** Calls back when all that was noted is durable: at once where nothing is waiting for the disk. */
  durable(callback: () => void): void;
  /** The same, but at once as well when the disk refuses: for what may not come late. */
  tried(callback: () => void): void;
  /** Resolves when all is durable, or cannot become so. What is noted later comes too late. */
  close(): Promise<void>;
}

const ignore = () => undefined;

/** For `BROKER_PERSISTENCE=off`: what is not in memory is nowhere. */
export const KEEPS_NOTHING: Keeper = {
  isShared: false,
  notes: 0,
  isBehind: false,
  fault: null,
  opened: ignore,
  ended: ignore,
  left: ignore,
  limitAway: ignore,
  mayOpen: () => true,
  maySubscribe: () => true,
  subscribed: ignore,
  unsubscribed: ignore,
  owe: () => 0,
  enqueue: ignore,
  advanced: ignore,
  settled: ignore,
  received: ignore,
  forgotten: ignore,
  mayRetain: () => true,
  retained: ignore,
  cleared: ignore,
  dropped: ignore,
  willGiven: ignore,
  willPending: ignore,
  willGone: ignore,
  durable: (callback) => callback(),
  tried: (callback) => callback(),
  close: async () => undefined,
};
