/** Owns the embedded broker as a whole: composes aedes with our accounts, rights, limits and listeners, and stops it. */

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AedesPublishPacket, Client, PublishPacket } from 'aedes';
import type { WebSocket } from 'ws';
import type { AccountDirectory } from '../../core/accounts/accounts.ts';
import { type BrokerObserver, NO_OBSERVER } from '../../core/instances/usage/broker-observer.ts';
import type { Clock, Log, MqttLink } from '../../core/ports.ts';
import type { Topics } from '../../protocol/topics.ts';
import { type Acl, createAcl } from '../acl.ts';
import { type BrokerLimits, DEFAULT_LIMITS } from '../limits.ts';
import { rootOf } from '../topic-root.ts';
import { cancelTimers } from './aedes-internals.ts';
import { ConnectedClients } from './connected-clients.ts';
import { createEviction, type Eviction } from './eviction.ts';
import { guardFirstPacket } from './frame-guard.ts';
import { openInProcessLink } from './in-process-link.ts';
import { TenantPersistence } from './kept/persistence.ts';
import { RetainedMessages } from './kept/retained-messages.ts';
import { KeptSessions } from './kept/sessions.ts';
import { acceptWebSocket, type ListenAddress, type Listener, listen, listenTls, type TlsAddress } from './listeners.ts';
import { loginHooks } from './login.ts';
import { createPublishRate } from './publish-rate.ts';
import { createRevocation } from './revocation.ts';
import { rightsHooks } from './rights.ts';
import { type Admission, TenantBroker } from './tenant-broker.ts';

export interface EmbeddedBrokerSetup {
  readonly topics: Topics;
  readonly directory: AccountDirectory;
  readonly log: Log;
  readonly clock: Clock;
  readonly observer?: BrokerObserver;
  readonly limits?: Partial<BrokerLimits>;
  readonly listen: ListenAddress;
  readonly tls?: TlsAddress;
}

interface BrokerSession {
  readonly clientId: string;
  readonly address: string | undefined;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** 3, 4 or 5, as in CONNECT. */
  readonly protocolVersion: number;
}

export interface EmbeddedBroker extends Pick<Eviction, 'settle' | 'disconnect' | 'evict'> {
  readonly port: number;
  readonly tlsPort: number | undefined;
  readonly acl: Acl;
  readonly link: MqttLink;
  /** Takes over a WebSocket that the HTTP server has opened. */
  handleWebSocket(webSocket: WebSocket, request: IncomingMessage): void;
  /** Who of an account is connected. */
  sessions(accountKey: string): BrokerSession[];
  /** User names of the instances that may have left something here. */
  instances(): string[];
  /** Says goodbye and ends, after a second at most. */
  close(): Promise<void>;
}

const STOP_MS = { lastWords: 300, goodbyes: 500 };

/** Listens when it resolves. @throws when an address cannot be listened on */
export async function startEmbeddedBroker(setup: EmbeddedBrokerSetup): Promise<EmbeddedBroker> {
  const { topics, directory, log, clock, observer = NO_OBSERVER } = setup;
  const limits = { ...DEFAULT_LIMITS, ...setup.limits };
  const isInstanceRoot = (name: string) => directory.isInstanceRoot(name);
  const bucketOf = (topic: string) => (isInstanceRoot(rootOf(topic)) ? rootOf(topic) : '');
  const acl = createAcl({ topics, isInstanceRoot });
  const connected = new ConnectedClients();
  const sessions = new KeptSessions(bucketOf, limits, (id) => cancelTimers(broker, id));
  const retained = new RetainedMessages<AedesPublishPacket>({
    bucketOf,
    maxMessages: limits.retainedMessages,
    maxBytes: limits.retainedBytes,
  });
  const rate = createPublishRate(clock, limits.publishesPerSecond, limits.publishBurst);
  const addresses = new WeakMap<Client, string>();
  const shared = { directory, acl, connected, sessions, retained, rate, limits, clock, log, observer };

  const broker = new TenantBroker(
    {
      ...loginHooks({ ...shared, addressOf: (client) => addresses.get(client) }),
      ...rightsHooks(shared),
      persistence: new TenantPersistence(sessions, retained),
      // No limit: a full emitter stops every account, not only the one that fills it, and goes through its queue by recursion.
      concurrency: 0,
      connectTimeout: limits.connectTimeoutMs,
      drainTimeout: limits.drainTimeoutMs,
      maximumPacketSize: limits.packetBytes,
      receiveMaximum: limits.receiveMaximum,
      sessionExpiryIntervalLimit: limits.sessionExpirySeconds,
      topicAliasMaximum: 32,
    },
    admit,
  );
  observe(broker, sessions, log);
  await broker.listen();
  const eviction = createEviction(shared);
  const revoke = createRevocation({ ...shared, broker });
  const stopRevoking = directory.onRevoked((accountKey) => {
    eviction.note(accountKey);
    revoke(accountKey);
  });
  const seat = openInProcessLink({ topics, log, publish: (packet, done) => broker.publish(packet, done) });

  const connections = new Set<Duplex>();
  const listeners: Listener[] = [];
  try {
    listeners.push(await listen(setup.listen, accept));
    if (setup.tls) listeners.push(await listenTls(setup.tls, accept));
  } catch (error) {
    await close();
    throw error;
  }
  const [plain, tls] = listeners;

  return {
    instances: () => connected.instances().map(({ username }) => username),
    settle: eviction.settle,
    disconnect: eviction.disconnect,
    evict: eviction.evict,
    port: plain?.port ?? 0,
    tlsPort: tls?.port,
    acl,
    link: seat.link,
    handleWebSocket: (webSocket, request) => acceptWebSocket(webSocket, request.socket.remoteAddress, accept),
    sessions: (accountKey) =>
      connected.byAccount(accountKey).map(({ clientId, address, since, client }) => {
        return { clientId, address, since, protocolVersion: client.version };
      }),
    close,
  };

  function accept(connection: Duplex, address: string | undefined): void {
    if (broker.closed || connections.size >= limits.connections) {
      connection.on('error', () => undefined).destroy();
      return;
    }
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
    guardFirstPacket(connection, limits.connectBytes);
    const client = broker.handle(connection);
    if (address !== undefined) addresses.set(client, address);
  }

  function admit(packet: PublishPacket, client: Client): Admission {
    const publisher = connected.of(client);
    // Between its acknowledgement and now the account may have been revoked.
    if (publisher === undefined || !directory.isCurrent(publisher.account)) return 'swallow';
    const isRequest = packet.topic === topics.requests;
    if (!isRequest && !seat.isHeard(packet.topic)) return 'spread';
    const { account, address } = publisher;
    const maySubscribe = (topic: string) => acl.subscribe(account, topic).allowed;
    const sender = { account: account.key, address, maySubscribe };
    if (isRequest) seat.receive(packet, sender);
    else seat.overhear(packet, sender);
    return isRequest ? 'swallow' : 'spread';
  }

  async function close(): Promise<void> {
    const closed = Promise.all(listeners.map((listener) => listener.close()));
    stopRevoking();
    await within(clock, STOP_MS.lastWords, seat.link.close());
    await within(clock, STOP_MS.goodbyes, new Promise<void>((resolve) => broker.close(() => resolve())));
    rate.close();
    for (const connection of connections) connection.destroy();
    await closed;
  }
}

function observe(broker: TenantBroker, sessions: KeptSessions, log: Log): void {
  broker.addListener('error', (error: unknown) => log.error({ err: error }, 'the embedded broker reports a fault'));
  for (const event of ['clientError', 'connectionError'] as const) {
    broker.on(event, ({ id }, { message }) => log.debug({ clientId: id, why: message }, 'a connection ended badly'));
  }
  broker.on('client', (client) => {
    // aedes waits for the queue to be sent; until then a client could not be told why it is sent away.
    client.connected = true;
  });
  broker.on('unsubscribe', (filters, client) => {
    // The end of a clean session is told here too, when its id may be another connection's already.
    if (!client.closed) sessions.revoke(client.id, filters);
  });
}

/** Waits for `work`, but not for ever: it may depend on a peer that stands still. */
function within(clock: Clock, limitMs: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(limitMs, resolve);
    void work.then(() => {
      cancel();
      resolve();
    });
  });
}
