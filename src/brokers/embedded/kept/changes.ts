/** Owns what can happen to what is kept. Each change says how something is now: said twice, it changes nothing more. */

import type { Account } from '../../../core/accounts/accounts.ts';
import type { Message } from '../message.ts';
import type { Will } from '../packets/packet.ts';
import type { Granted } from '../sessions/granted.ts';
import type { Owed } from '../sessions/owed.ts';

export interface SessionFacts {
  readonly account: Account;
  readonly clientId: string;
  readonly expirySeconds: number;
  /** Milliseconds since 1970; undefined while it is connected. */
  readonly awaySinceMs: number | undefined;
}

export type KeptOwed = Readonly<Omit<Owed, 'keptAs'>>;

export interface KeptWill {
  readonly will: Will;
  /** Milliseconds since 1970. */
  readonly dueAtMs: number;
}

/** `id` is a session's number, `number` that of a message that it is owed: both are given once, and never again. */
export type Change =
  | { readonly kind: 'session'; readonly id: number; readonly facts: SessionFacts }
  | SessionChange
  | { readonly kind: 'retained'; readonly message: Message; readonly isOfInstance: boolean }
  | { readonly kind: 'cleared'; readonly topic: string };

/** Of a session that there is. */
export type SessionChange =
  | { readonly kind: 'ended'; readonly id: number }
  | { readonly kind: 'subscribed'; readonly id: number; readonly granted: Granted }
  | { readonly kind: 'unsubscribed'; readonly id: number; readonly filter: string }
  | { readonly kind: 'owed'; readonly id: number; readonly number: number; readonly owed: KeptOwed }
  | { readonly kind: 'settled'; readonly id: number; readonly number: number }
  | { readonly kind: 'received'; readonly id: number; readonly packetId: number }
  | { readonly kind: 'forgotten'; readonly id: number; readonly packetId: number }
  | { readonly kind: 'will'; readonly id: number; readonly pending: KeptWill }
  | { readonly kind: 'willGone'; readonly id: number };
