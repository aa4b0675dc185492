/** Owns the service's seat at a broker: at someone else's where there is one, else at the embedded one, which may also stand beside it. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Company } from '../brokers/embedded/backbone/backbone.ts';
import { type EmbeddedBroker, startEmbeddedBroker } from '../brokers/embedded/embedded.ts';
import { KEPT_FILE, type Kept, openKept } from '../brokers/embedded/kept/open-kept.ts';
import type { LimitChanges } from '../brokers/embedded/limits.ts';
import type { BrokerSource } from '../brokers/external/broker-source.ts';
import { connectExternalBroker } from '../brokers/external/external.ts';
import type { BrokerAddress } from '../brokers/link/address.ts';
import type { BrokerLimits } from '../config/broker-limits.ts';
import type { ClusterConfig } from '../config/cluster.ts';
import type { Config, ExternalBroker } from '../config/config.ts';
import { placeText } from '../connection/mqtt-options.ts';
import type { AccountDirectory } from '../core/accounts/accounts.ts';
import { instancesOnly } from '../core/directory/instances-only.ts';
import { installationId } from '../core/installation.ts';
import type { Closers } from '../core/lifecycle.ts';
import type { MqttLink } from '../core/ports.ts';
import { createRepeatedLines } from '../core/timing/repeated-lines.ts';
import type { Service } from '../protocol/entities/system/service.ts';
import type { Topics } from '../protocol/topics.ts';
import { nodeFileSystem } from '../store/file-system.ts';
import { openCertificate } from '../system/certificate-files.ts';
import type { HttpTransport } from '../transports/http/http.ts';
import { openMqttWebSockets } from '../transports/mqtt/websocket.ts';
import { VERSION } from '../version.ts';
import type { Membership } from './cluster/join.ts';
import type { Core } from './core.ts';
import { listening } from './listening.ts';

export interface Seat {
  readonly link: MqttLink;
  readonly embedded: EmbeddedBroker | undefined;
}

/** @param external absent: the embedded broker is the service's own */
export async function takeSeat(
  config: Config,
  core: Core,
  { topics, external }: { readonly topics: Topics; readonly external: BrokerSource | undefined },
  closers: Closers,
): Promise<Seat> {
  if (!external) {
    const embedded = await openEmbedded(config, core, topics, core.directory, closers);
    if (!embedded) throw new Error('the configuration names no broker');
    return { link: embedded.link, embedded };
  }
  const refusals = createRepeatedLines(core.log, core.clock);
  closers.add('refusals', () => refusals.close());
  const directory = instancesOnly(core.directory, refusals);
  const embedded = await openEmbedded(config, core, topics, directory, closers);
  const { log, clock } = core;
  const clientId = `nestmtx-bridge-${await installationId(core.store, core.secrets)}`;
  const listens = config.mode === 'serve';
  const link = connectExternalBroker({ broker: external, topics, clientId, log, clock, listens });
  closers.add('mqtt link', () => link.close());
  return { link, embedded };
}

/** As the API tells it: never with a login. @param isTold whether Home Assistant says where it is */
export function brokerInUse(
  broker: BrokerSource | undefined,
  isTold: boolean,
): Pick<Service, 'broker' | 'brokerAddress'> {
  if (!broker) return { broker: 'embedded', brokerAddress: null };
  const { current } = broker;
  return {
    broker: isTold ? 'home-assistant' : 'settings',
    brokerAddress: current === undefined ? null : placeText(current),
  };
}

export function addressOf({ host, port, protocol, username, password, ca }: ExternalBroker): BrokerAddress {
  return {
    protocol,
    host,
    port,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { tls: { ca: readFileSync(ca, 'utf8') } }),
  };
}

async function openEmbedded(
  config: Config,
  core: Core,
  topics: Topics,
  directory: AccountDirectory,
  closers: Closers,
): Promise<EmbeddedBroker | undefined> {
  if (!config.mqtt.embedded) return undefined;
  const { host, port, tls, limits, persistence, balancers } = config.mqtt.embedded;
  const { log, clock, meter } = core;
  const certificate = tls && (await openCertificate(tls, core));
  const company = config.cluster && core.membership && (await joined(config.cluster, core.membership, core, limits));
  if (company && !persistence)
    log.warn({}, 'BROKER_PERSISTENCE is off: what the brokers of a cluster keep is kept all the same');
  const kept = company ? undefined : await whatIsKept(config.dataDir, persistence, core);
  const starting = startEmbeddedBroker({
    topics,
    directory,
    log,
    clock,
    observer: meter.observer,
    version: `nestmtx-bridge ${VERSION}`,
    limits,
    kept,
    company,
    listen: { host, port },
    balancers,
    ...(certificate && tls ? { tls: { ...tls, ...certificate.current, host } } : {}),
  });
  const embedded = await listening(starting, 'MQTT_PORT, MQTT_TLS_PORT or EMBEDDED_PORT');
  closers.add('broker', () => embedded.close());
  if (certificate) closers.add('certificate', certificate.watch(embedded.renewCertificate));
  return embedded;
}

async function joined(
  { name: prefix }: ClusterConfig,
  membership: Membership,
  { clock, log }: Core,
  limits: LimitChanges,
): Promise<Company> {
  const { openCompany } = await import('./cluster/company.ts');
  return openCompany(membership, { prefix, clock, log, limits });
}

/** What an earlier run has kept stays as it is while nothing is to be kept. */
async function whatIsKept(
  dir: string,
  persistence: boolean,
  { log, clock }: Pick<Core, 'log' | 'clock'>,
): Promise<Kept | undefined> {
  if (persistence) return openKept({ dir, files: nodeFileSystem, clock, log });
  const file = join(dir, KEPT_FILE);
  if (existsSync(file))
    log.info({ file }, 'BROKER_PERSISTENCE is off: what the broker kept earlier is left where it is');
  return undefined;
}

/** MQTT over WebSocket, for who is where trusted proxies say. */
export function offerWebSockets(
  embedded: EmbeddedBroker,
  { home, tenant }: BrokerLimits,
  http: Pick<HttpTransport, 'onUpgrade' | 'peer'>,
): void {
  const open = openMqttWebSockets(Math.max(home.packetBytes, tenant.packetBytes), (webSocket, request) =>
    embedded.handleWebSocket(webSocket, { socket: request.socket, address: http.peer(request).address }),
  );
  http.onUpgrade('/mqtt', open);
}
