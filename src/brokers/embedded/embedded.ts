/** Owns the embedded broker as a whole: the broker itself, its ports, and their orderly end. */

import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Account, AccountDirectory } from '../../core/accounts/accounts.ts';
import { type BrokerObserver, NO_OBSERVER } from '../../core/instances/usage/broker-observer.ts';
import type { Clock, Log, MqttLink } from '../../core/ports.ts';
import { within } from '../../core/timing/within.ts';
import type { Topics } from '../../protocol/topics.ts';
import type { Acl } from '../acl.ts';
import type { BrokerSession, Company } from './backbone/backbone.ts';
import { sessionsOf } from './backbone/here.ts';
import { createBroker } from './broker.ts';
import type { Connected } from './connection/connections.ts';
import type { Core } from './core.ts';
import type { Eviction } from './eviction.ts';
import { KEEPS_NOTHING } from './kept/keeper.ts';
import type { Kept } from './kept/open-kept.ts';
import { type LimitChanges, limitsWith } from './limits.ts';
import { REASON } from './packets/reason-codes.ts';
import { tellFigures } from './service/figures.ts';
import type { Granted } from './sessions/granted.ts';
import { type AcceptSocket, behindBalancers } from './sockets/balancers.ts';
import {
  type Certificate,
  type ListenAddress,
  type Listener,
  listen,
  listenTls,
  type TlsAddress,
  type TlsListener,
} from './sockets/listeners.ts';
import { carryOverSocket } from './sockets/socket-transport.ts';
import { carryOverWebSocket, type UnderWebSocket } from './sockets/websocket-transport.ts';

export interface EmbeddedBrokerSetup {
  readonly topics: Topics;
  readonly directory: AccountDirectory;
  readonly log: Log;
  readonly clock: Clock;
  readonly observer?: BrokerObserver;
  readonly limits?: LimitChanges;
  /** What outlives a restart; absent: nothing. In company, that keeps it. */
  readonly kept?: Kept | undefined;
  /** Whom it shares its accounts with; absent: nobody. */
  readonly company?: Company | undefined;
  readonly listen: ListenAddress;
  readonly tls?: TlsAddress;
  /** Addresses, subnets and names of some: who connects from there says whose the connection is, by the PROXY protocol. */
  readonly balancers?: readonly string[] | undefined;
  /** What `$SYS/broker/version` says. */
  readonly version?: string;
  /** By which work is measured; `performance.now` when absent. */
  readonly monotonicMs?: () => number;
}

interface BrokerClient extends BrokerSession {
  /** Of its account. */
  readonly key: string;
  readonly username: string;
  readonly kind: Account['kind'];
  subscriptions(): readonly Granted[];
}

/** What it does to accounts it does at all brokers that share them. */
export interface EmbeddedBroker extends Pick<Eviction, 'settle' | 'kick' | 'disconnect' | 'evict'> {
  readonly port: number;
  readonly tlsPort: number | undefined;
  readonly acl: Acl;
  readonly link: MqttLink;
  /** Why what must be kept cannot be kept at the moment. */
  readonly fault: string | null;
  /** Takes over a WebSocket that the HTTP server has opened. */
  handleWebSocket(webSocket: WebSocket, under: UnderWebSocket): void;
  /** Who of an account is connected here. */
  sessions(accountKey: string): BrokerSession[];
  /** The same for all brokers that share the accounts. */
  sessionsEverywhere(accountKey: string): Promise<BrokerSession[]>;
  /** Everybody who is connected here. */
  clients(): Iterable<BrokerClient>;
  /** One of them. */
  client(accountKey: string, clientId: string): BrokerClient | undefined;
  /** User names of the instances that may have left something here. */
  instances(): string[];
  /** @throws when it is not usable; the former one stays then */
  renewCertificate(certificate: Certificate): void;
  /** Says goodbye and ends, after a second at most, or later where the disk is slow. */
  close(): Promise<void>;
}

function* clientsOf(core: Core): Iterable<BrokerClient> {
  for (const connected of core.connections.all()) yield clientOf(core, connected);
}

function clientOf({ sessions }: Core, { account, clientId, address, since, level }: Connected): BrokerClient {
  const { key, username, kind } = account;
  const subscriptions = () => [...(sessions.find(key, clientId)?.filters.values() ?? [])];
  return { key, username, kind, clientId, address, since, protocolVersion: level, subscriptions };
}

const STOP_MS = { lastWords: 300, goodbyes: 500, wills: 300, keeping: 3000 };

/** Listens when it resolves. @throws when an address cannot be listened on */
export async function startEmbeddedBroker(setup: EmbeddedBrokerSetup): Promise<EmbeddedBroker> {
  const { clock, directory, kept, version = 'unknown' } = setup;
  const keeper = setup.company?.keeper ?? kept?.keeper ?? KEEPS_NOTHING;
  const broker = createBroker({
    ...setup,
    keeper,
    kept: kept?.state,
    observer: setup.observer ?? NO_OBSERVER,
    limits: limitsWith(setup.limits),
    newClientId: randomUUID,
    monotonicMs: setup.monotonicMs ?? (() => performance.now()),
    defer: (callback) => void setImmediate(callback),
  });
  const { core, seat, connections, eviction } = broker;
  const { backbone } = core;
  const stopFigures = tellFigures({ version, clock, look: broker.figures, publish: broker.publish });
  const stopRevoking = directory.onRevoked(eviction.revoke);
  const closing = new AbortController();
  const accept = (transport: Parameters<typeof broker.accept>[0]) => {
    if (!closing.signal.aborted) return broker.accept(transport);
    transport.destroy();
    return undefined;
  };
  const balancers = behindBalancers({
    from: setup.balancers ?? [],
    timeoutMs: core.limits.connectTimeoutMs,
    after: clock.after,
    refused: (error, balancer) =>
      core.refusals.info(
        `balancer ${balancer}`,
        { err: error, address: balancer },
        'a connection was refused that does not say whose it is',
      ),
  });
  const listeners: Listener[] = [];
  let tls: TlsListener | undefined;
  try {
    const carry: AcceptSocket = (socket, address) => carryOverSocket(socket, address, accept);
    listeners.push(await listen(setup.listen, carry, balancers));
    if (setup.tls) tls = await listenTls(setup.tls, carry, balancers);
    if (tls) listeners.push(tls);
  } catch (error) {
    await close();
    throw error;
  }
  await backbone.begin();

  return {
    settle: async (accountKey) => void (await Promise.all([eviction.settle(accountKey), backbone.settle(accountKey)])),
    async disconnect(accountKey) {
      const [here, elsewhere] = await Promise.all([eviction.disconnect(accountKey), backbone.disconnect(accountKey)]);
      return here + elsewhere;
    },
    evict: (accountKey, root) => backbone.evict(accountKey, root, () => eviction.evict(accountKey, root)),
    port: listeners[0]?.port ?? 0,
    tlsPort: tls?.port,
    acl: broker.acl,
    link: seat.link,
    get fault() {
      return keeper.fault;
    },
    handleWebSocket: (webSocket, under) => carryOverWebSocket(webSocket, under, core.limits.connectBytes, accept),
    sessions: (accountKey) => sessionsOf(core.connections, accountKey),
    sessionsEverywhere: async (accountKey) => [
      ...sessionsOf(core.connections, accountKey),
      ...(await backbone.sessions(accountKey)),
    ],
    clients: () => clientsOf(core),
    client(accountKey, clientId) {
      const connected = core.connections.find(accountKey, clientId);
      return connected && clientOf(core, connected);
    },
    async kick(accountKey, clientId) {
      const [here, elsewhere] = await Promise.all([
        eviction.kick(accountKey, clientId),
        backbone.kick(accountKey, clientId),
      ]);
      return here || elsewhere;
    },
    instances: () => broker.instances(),
    renewCertificate: (certificate) => tls?.renew(certificate),
    close,
  };

  async function close(): Promise<void> {
    const closed = Promise.all(listeners.map((listener) => listener.close()));
    stopRevoking();
    stopFigures();
    await within(clock, STOP_MS.lastWords, seat.link.close());
    closing.abort();
    core.sessions.keepAll();
    const leaving = [...connections];
    for (const connection of leaving) connection.refuse(REASON.serverShuttingDown, 'the broker is shutting down');
    await within(clock, STOP_MS.goodbyes, Promise.all(leaving.map(({ gone }) => gone)));
    const staying = [...connections];
    for (const connection of staying) connection.giveUp('the broker is shutting down');
    await within(clock, STOP_MS.wills, Promise.all(staying.map(({ gone }) => gone)).then(broker.willsSaid));
    broker.close();
    await closed;
    await within(clock, STOP_MS.keeping, keeper.close());
  }
}
