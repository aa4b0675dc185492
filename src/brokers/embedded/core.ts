/** Owns what all connections of the broker share; puts nothing together itself. */

import type { Account, AccountDirectory } from '../../core/accounts/accounts.ts';
import type { BrokerObserver } from '../../core/instances/usage/broker-observer.ts';
import type { Clock, InboundSender, Log } from '../../core/ports.ts';
import type { RepeatedLines } from '../../core/timing/repeated-lines.ts';
import type { Topics } from '../../protocol/topics.ts';
import type { Acl } from '../acl.ts';
import type { AccountUse } from './accounts/account-use.ts';
import type { AccountUses } from './accounts/account-uses.ts';
import type { Seats } from './accounts/seats.ts';
import type { Backbone } from './backbone/backbone.ts';
import type { Connections } from './connection/connections.ts';
import type { Keeper } from './kept/keeper.ts';
import type { BrokerLimits } from './limits.ts';
import type { Message } from './message.ts';
import type { RetainedMessages } from './retained.ts';
import type { Fanout } from './routes/route.ts';
import type { Routes } from './routes/routes.ts';
import type { Sessions } from './sessions/sessions.ts';
import type { Wills } from './sessions/wills.ts';
import type { Tally } from './tally.ts';
import type { Turns } from './turns/turns.ts';

export interface Core {
  readonly directory: AccountDirectory;
  readonly acl: Acl;
  readonly limits: BrokerLimits;
  readonly topics: Topics;
  readonly uses: AccountUses;
  readonly connections: Connections;
  readonly seats: Seats;
  readonly sessions: Sessions;
  readonly routes: Routes;
  readonly retained: RetainedMessages;
  readonly wills: Wills;
  readonly keeper: Keeper;
  readonly backbone: Backbone;
  readonly turns: Turns;
  readonly tally: Tally;
  readonly observer: BrokerObserver;
  readonly clock: Clock;
  /** For durations: a clock that is set must end no connection. */
  readonly monotonicMs: () => number;
  readonly log: Log;
  /** Of logins and publishes that were refused: nobody fills the log with them. */
  readonly refusals: RepeatedLines;
  readonly newClientId: () => string;
  /** Takes a message of a client that may publish it: keeps it where it is to be retained, and opens its way to its readers. */
  admit(message: Message, sender: InboundSender): Fanout;
  /** Brings a message to the rest of its readers, whose publisher is there no more. */
  goOn(use: AccountUse, fanout: Fanout): void;
  /** What a client may do there. */
  senderOf(account: Account, address: string | undefined): InboundSender;
}
