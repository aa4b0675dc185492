/** Owns the composition: the only file that names adapters. Starts everything or nothing, and stops in reverse order. */

import { readFileSync } from 'node:fs';
import { type CameraSources, openCameraSources } from './app-cameras.ts';
import { type Core, openCore } from './app-core.ts';
import { documentRoutes } from './app-documents.ts';
import { openRental, type Rental } from './app-instances.ts';
import { metricsOf } from './app-metrics.ts';
import { createModules, jobsOf } from './app-modules.ts';
import { type EmbeddedBroker, startEmbeddedBroker } from './brokers/embedded.ts';
import { connectExternalBroker } from './brokers/external.ts';
import type { Config } from './config/config.ts';
import { installationId } from './core/installation.ts';
import { type Closers, createClosers } from './core/lifecycle.ts';
import type { Clock, MqttLink } from './core/ports.ts';
import { createRegistry, type Module } from './core/registry.ts';
import { type CountedRegistry, countRequests } from './core/request-counts.ts';
import { createRequestLimits, type RequestLimits } from './core/request-limits.ts';
import { type Following, startFollow } from './follow/start-follow.ts';
import { type Google, startGoogle } from './google/start-google.ts';
import type { LineLog } from './log.ts';
import { type Topics, topicsOf } from './protocol/topics.ts';
import { writeRunFile } from './system/run-file.ts';
import { publishEvents } from './transports/events.ts';
import { createHttp } from './transports/http.ts';
import { metricsRoute } from './transports/metrics.ts';
import { serveMqtt } from './transports/mqtt.ts';
import { openMqttWebSockets } from './transports/mqtt-websocket.ts';
import { createSocketIo } from './transports/socketio.ts';
import { VERSION } from './version.ts';

export interface App {
  readonly httpPort: number;
  /** 0 when an external broker is used. */
  readonly mqttPort: number;
  /** The first administrator's password, if it was generated just now: to be shown once, never logged. */
  readonly generatedPassword: string | undefined;
  /** Answers what is in flight, says `offline`, and leaves nothing open. */
  close(): Promise<void>;
}

interface Surroundings {
  readonly log: LineLog;
  readonly clock: Clock;
}

/** The service's seat at a broker; the rest is there where that broker is the embedded one. */
interface Seat {
  readonly link: MqttLink;
  readonly embedded: EmbeddedBroker | undefined;
}

/** @throws whatever kept a part from starting, after everything that had started was closed again */
export async function startApp(config: Config, surroundings: Surroundings): Promise<App> {
  const closers = createClosers(surroundings.log);
  try {
    return await start(config, surroundings, closers);
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function start(config: Config, surroundings: Surroundings, closers: Closers): Promise<App> {
  const { log, clock } = surroundings;
  const { core, generatedPassword } = await openCore(config, surroundings, closers);
  const topics = topicsOf(config.mqtt.baseTopic, config.mqtt.eventTopics);
  const { link, embedded } = await takeSeat(config, core, topics, closers);
  const external = config.mqtt.external && addressOf(config.mqtt.external);
  const rental = await openRental(config, core, { embedded, external, topics }, closers);
  const statesOnly = config.mode === 'follow';
  closers.add('events', publishEvents({ ...core, link, topics, downDelayMs: config.stateDownDelayMs, statesOnly }));
  const sources = statesOnly ? undefined : openCameraSources(config, core, closers);
  const google = statesOnly ? undefined : await openGoogle(core, closers);
  const jobs = jobsOf(core, google);
  if (!statesOnly) closers.add('jobs', jobs.start());
  const modules = createModules(config, core, () => link.up, { instances: rental?.instances, sources, google, jobs });
  const following = config.mode === 'follow' ? follow(config, core, { modules, topics, link }) : undefined;
  const registry = countRequests(following?.registry ?? createRegistry(modules, core.sessions, log));
  const limits = createRequestLimits(config.limits.requestsInFlight, config.limits.requestsPerSecond, clock);

  if (following) {
    closers.add('follow', () => following.close());
  } else {
    const requests = serveMqtt({ link, topics, registry, limits, log });
    closers.add('mqtt requests', () => requests.drain());
  }
  const httpPort = await serveHttp(
    config,
    { ...core, log, registry, limits, embedded, rental, sources, following },
    closers,
  );

  const operator = { pid: process.pid, url: `http://127.0.0.1:${httpPort}`, token: core.sessions.operatorToken() };
  closers.add('run file', await writeRunFile(config.dataDir, operator));
  const mqttPort = embedded?.port ?? 0;
  log.info({ version: VERSION, httpPort, mqttPort, baseTopic: topics.base, mode: config.mode }, 'ready');
  return { httpPort, mqttPort, generatedPassword, close: () => closers.close() };
}

async function takeSeat(config: Config, core: Core, topics: Topics, closers: Closers): Promise<Seat> {
  const { log, clock, directory } = core;
  if (config.mqtt.external) {
    const clientId = `nestmtx-bridge-${await installationId(core.store, core.secrets)}`;
    const address = addressOf(config.mqtt.external);
    const link = connectExternalBroker({ address, topics, clientId, log, clock, listens: config.mode === 'serve' });
    closers.add('mqtt link', () => link.close());
    return { link, embedded: undefined };
  }
  const { host, port, tls } = config.mqtt.embedded;
  const starting = startEmbeddedBroker({
    topics,
    directory,
    log,
    clock,
    observer: core.meter.observer,
    listen: { host, port },
    ...(tls ? { tls: { host, port: tls.port, cert: readFileSync(tls.cert), key: readFileSync(tls.key) } } : {}),
  });
  const embedded = await listening(starting, 'MQTT_PORT (or MQTT_TLS_PORT)');
  closers.add('broker', () => embedded.close());
  return { link: embedded.link, embedded };
}

/** Only programs on this machine come in where the streams are: who is let in can watch. */
async function openGoogle(core: Core, closers: Closers): Promise<Google> {
  const google = await startGoogle({ ...core, redirector: { host: '127.0.0.1', port: 0 } });
  closers.add('google', () => google.close());
  return google;
}

/** The configuration makes sure that there is an external broker to follow a server on. */
function follow(config: Config, core: Core, parts: { modules: Module[]; topics: Topics; link: MqttLink }): Following {
  const { external } = config.mqtt;
  if (!external) throw new Error('MODE=follow without MQTT_HOST');
  const publicHost = { configured: config.publicHost, fallback: external.host };
  return startFollow({ ...core, ...parts, broker: addressOf(external), user: config.follow, publicHost });
}

interface Web extends Core {
  readonly log: LineLog;
  readonly registry: CountedRegistry;
  readonly limits: RequestLimits;
  readonly embedded: EmbeddedBroker | undefined;
  readonly rental: Rental | undefined;
  readonly sources: CameraSources | undefined;
  /** Who may hear what is decided there. */
  readonly following: Following | undefined;
}

async function serveHttp(config: Config, web: Web, closers: Closers): Promise<number> {
  const { store, registry, embedded, rental, sources } = web;
  const { corsOrigins, host } = config.http;
  const status = () => (store.fault === null ? 'ok' : 'the store refuses writes');
  const http = createHttp({ ...web, ...config.http, status });
  if (embedded && config.mqtt.embedded.webSocket) {
    http.onUpgrade(
      '/mqtt',
      openMqttWebSockets((webSocket, request) => embedded.handleWebSocket(webSocket, request)),
    );
  }
  if (rental) http.mount('/v1', rental.router);
  if (sources?.hooks) http.mount('/hooks/mediamtx', sources.hooks);
  http.mount('/', metricsRoute(web.sessions, metricsOf({ ...web, dataDir: config.dataDir })));
  http.mount('/', documentRoutes(config, registry.modules));
  const { port } = await listening(http.listen(host, config.http.port), 'PORT');
  closers.add('http', () => http.close());
  const socketIo = createSocketIo({ ...web, ...web.following, http, corsOrigins, logTail: web.log });
  closers.add('socket.io', () => socketIo.close());
  return port;
}

/** Says which setting to change where an address cannot be listened on. */
async function listening<T>(starting: Promise<T>, setting: string): Promise<T> {
  try {
    return await starting;
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause && cause.syscall === 'listen')) throw cause;
    throw new Error(`${cause.message}. Stop what is listening there, or set ${setting} to another port`, { cause });
  }
}

function addressOf({ host, port, protocol, username, password, ca }: NonNullable<Config['mqtt']['external']>) {
  return {
    protocol,
    host,
    port,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { tls: { ca: readFileSync(ca, 'utf8') } }),
  };
}
