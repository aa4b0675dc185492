/** Owns the broker without its sockets: puts its parts together, and hands messages from one to the other. Bytes come in and go out by transports. */

import type { Account, AccountDirectory } from '../../core/accounts/accounts.ts';
import type { BrokerObserver } from '../../core/instances/usage/broker-observer.ts';
import type { Clock, InboundSender, Log } from '../../core/ports.ts';
import { createRepeatedLines } from '../../core/timing/repeated-lines.ts';
import type { Topics } from '../../protocol/topics.ts';
import { type Acl, createAcl } from '../acl.ts';
import { rootOf } from '../topic-root.ts';
import type { AccountUse } from './accounts/account-use.ts';
import { AccountUses } from './accounts/account-uses.ts';
import { Seats } from './accounts/seats.ts';
import { ALONE } from './backbone/alone.ts';
import type { Company } from './backbone/backbone.ts';
import { openHere } from './backbone/here.ts';
import { createHearing } from './backbone/live/hearing.ts';
import { Connection } from './connection/connection.ts';
import { Connections } from './connection/connections.ts';
import type { Transport } from './connection/transport.ts';
import type { Core } from './core.ts';
import { createEviction, type Eviction } from './eviction.ts';
import type { Keeper } from './kept/keeper.ts';
import type { KeptState } from './kept/state.ts';
import { createLastWords } from './last-words.ts';
import type { BrokerLimits } from './limits.ts';
import type { Message } from './message.ts';
import { restore } from './restore.ts';
import { RetainedMessages } from './retained.ts';
import { createRetaining } from './retaining.ts';
import { Fanout, Route } from './routes/route.ts';
import { Routes } from './routes/routes.ts';
import { Spreaders, spreaderIn } from './routes/spreaders.ts';
import { createSaying } from './saying.ts';
import type { Figures } from './service/figures.ts';
import { openSeat, type Seat } from './service/seat.ts';
import { Sessions } from './sessions/sessions.ts';
import { createWills } from './sessions/wills.ts';
import { createTally } from './tally.ts';
import { Lane, Turns } from './turns/turns.ts';
import { UNLIMITED } from './turns/work-rate.ts';

export interface BrokerSetup {
  readonly topics: Topics;
  readonly directory: AccountDirectory;
  readonly log: Log;
  readonly clock: Clock;
  readonly observer: BrokerObserver;
  readonly limits: BrokerLimits;
  readonly keeper: Keeper;
  /** Whom it shares its accounts with; absent: nobody. */
  readonly company?: Pick<Company, 'join'> | undefined;
  /** What an earlier run has left. */
  readonly kept?: KeptState | undefined;
  readonly newClientId: () => string;
  readonly monotonicMs: () => number;
  /** Calls back after the event loop has seen to sockets and timers. */
  readonly defer: (callback: () => void) => void;
}

export interface Broker {
  readonly core: Core;
  readonly acl: Acl;
  readonly seat: Seat;
  /** Of what is here; `core.backbone` asks the others. */
  readonly eviction: Eviction;
  /** Takes over a stream of bytes. Undefined, and the transport destroyed, where there is no seat left. */
  accept(transport: Transport): Connection | undefined;
  /** Everything that is open, logged in or not. */
  readonly connections: ReadonlySet<Connection>;
  /** User names of the instances that may have left something here. */
  instances(): string[];
  figures(): Figures;
  /** What the broker itself says, retained: its figures. */
  publish(message: Message): void;
  /** Resolves when the wills of all who have left have reached everybody. */
  willsSaid(): Promise<unknown>;
  close(): void;
}

const CHECK_MS = 1000;

export function createBroker(setup: BrokerSetup): Broker {
  const { topics, directory, log, clock, limits, keeper } = setup;
  const isInstanceRoot = (name: string) => directory.isInstanceRoot(name);
  const bucketOf = (topic: string) => (isInstanceRoot(rootOf(topic)) ? rootOf(topic) : '');
  const acl = createAcl({ topics, isInstanceRoot, topicsOf: (account) => directory.topicsOf(account) });
  const turns = new Turns({ ...setup, after: clock.after, onFault });
  const uses = new AccountUses(limits, setup.monotonicMs);
  const tally = createTally(clock, log);
  const refusals = createRepeatedLines(log, clock);
  const routes = new Routes({
    bucketOf,
    mayReceive: ({ use }, topic) => acl.receive(use.account, topic),
    onGroup: (attendance) => backbone.count(attendance),
  });
  const limitsOf = (bucket: string) => (bucket === '' ? limits.home : limits.tenant);
  const retained = new RetainedMessages({ bucketOf, limitsOf, keeper });
  const lastWords = createLastWords({ directory, acl, clock, uses, admit, goOn, senderOf });
  const wills = createWills({ clock, keeper, publish: ({ use }, will) => lastWords.say(use, will) });
  const sessions = new Sessions({ uses, routes, wills, keeper, tally, clock });
  const service = spreaderIn(new Lane(UNLIMITED), turns);
  const spreaders = new Spreaders(turns);
  const open = new Set<Connection>();
  const retain = createRetaining(retained, log);
  const connections = new Connections();
  const eviction = createEviction({ directory, acl, connections, sessions, retained, routes, wills });
  const hear = createHearing({
    ...{ ...setup, bucketOf, uses, turns, routes, spreaders, tally },
    seat: () => seat,
    onFull: (bucket, isFull) => backbone.hold(bucket, isFull),
  });
  const backbone =
    setup.company?.join(
      openHere({
        ...setup,
        ...{ connections, sessions, wills, tally, eviction, retained, hear, uses },
        mayReceive: acl.receive,
        publishWill: lastWords.sayFor,
      }),
      bucketOf,
    ) ?? ALONE;

  const core: Core = {
    ...setup,
    backbone,
    acl,
    uses,
    seats: new Seats(limits),
    connections,
    sessions,
    routes,
    retained,
    wills,
    turns,
    tally,
    refusals,
    admit,
    goOn,
    senderOf,
  };
  // Before the service says a word: what it says is newer.
  if (setup.kept !== undefined) restore(core, setup.kept);
  const seat = openSeat({
    topics,
    log,
    publish: createSaying({ keeper, backbone: () => backbone, service, spread, spreadHere }),
    retained: (filter) => retained.select(filter),
    hasSuccessor: () => backbone.hasOthers,
  });
  let cancelCheck = clock.after(CHECK_MS, check);

  return {
    core,
    acl,
    seat,
    eviction,
    connections: open,
    accept,
    instances: () => [
      ...new Set([...connections.instances().map(({ username }) => username), ...retained.instances()]),
    ],
    figures: () => ({
      clientsConnected: connections.size,
      clientsDisconnected: sessions.away,
      retainedMessages: retained.size,
      subscriptions: uses.filters,
      counters: tally.counters,
    }),
    publish: (message) => service.send(() => spreadHere(message)),
    willsSaid: () => spreaders.said(),
    close() {
      cancelCheck();
      backbone.close();
      turns.close();
      wills.close();
      sessions.close();
      tally.close();
      refusals.close();
    },
  };

  function accept(transport: Transport): Connection | undefined {
    const connection = new Connection(core, transport);
    if (!core.seats.enter(connection, setup.monotonicMs())) {
      transport.destroy();
      return undefined;
    }
    open.add(connection);
    void connection.gone.then(() => open.delete(connection));
    return connection;
  }

  function admit(message: Message, sender: InboundSender): Fanout {
    const isHeard = seat.hears(message.topic);
    if (isHeard) seat.receive(message, sender);
    // Nobody but the service is told of requests, and none is kept (N-09).
    if (message.topic === topics.requests) return new Fanout(message, new Route(message.topic), true);
    return spread(message, isHeard);
  }

  function spread(message: Message, isHeard = false): Fanout {
    backbone.carry(message);
    return spreadHere(message, isHeard);
  }

  function spreadHere(message: Message, isHeard = false): Fanout {
    if (message.retain && message.onlyFor === undefined) retain(message);
    const route = routes.to(message.topic);
    return isHeard ? new Fanout(message, route, true) : new Fanout(message, route);
  }

  function goOn(use: AccountUse, fanout: Fanout): void {
    void spreaders.send(use, () => fanout);
  }

  function senderOf(account: Account, address: string | undefined): InboundSender {
    return { account: account.key, address, mayPublish: (topic) => acl.publish(account, topic).allowed };
  }

  function check(): void {
    cancelCheck = clock.after(CHECK_MS, check);
    const now = setup.monotonicMs();
    for (const connection of open) connection.check(now);
  }

  function onFault(task: object, error: unknown): void {
    log.error({ err: error }, 'a fault in the broker: the connection whose packet was being handled is closed');
    for (const connection of open) if (connection.isOf(task)) connection.giveUp('a fault of ours');
  }
}
