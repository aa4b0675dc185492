/** Owns the composition: the only file that names adapters. Starts everything or nothing, and stops in reverse order. */

import type { Server } from 'node:http';
import { hostname } from 'node:os';
import type { EmbeddedBroker } from '../brokers/embedded/embedded.ts';
import { type BrokerSource, fixedBroker } from '../brokers/external/broker-source.ts';
import type { Config } from '../config/config.ts';
import type { Closers } from '../core/lifecycle.ts';
import { hostHere } from '../core/network.ts';
import type { Clock, MqttLink } from '../core/ports.ts';
import { agreed } from '../core/requests/agreed.ts';
import { type CountedRegistry, countRequests } from '../core/requests/counts.ts';
import { createRequestLimits, type RequestLimits } from '../core/requests/limits.ts';
import { createRegistry, type Module } from '../core/requests/registry.ts';
import { createReloads } from '../core/timing/reloads.ts';
import type { Following } from '../follow/start-follow.ts';
import { type Google, type GoogleUrls, startGoogle } from '../google/start-google.ts';
import type { LineLog } from '../log.ts';
import { type Topics, topicsOf } from '../protocol/topics.ts';
import { urlHost } from '../protocol/url-host.ts';
import { writeRunFile } from '../system/run-file.ts';
import { backupRoute } from '../transports/http/files/backup.ts';
import { snapshotRoute } from '../transports/http/files/snapshots.ts';
import { createHttp } from '../transports/http/http.ts';
import { metricsRoute } from '../transports/http/metrics.ts';
import { NO_BROKER, unrented } from '../transports/instances-rest/unrented.ts';
import { clearLeftovers } from '../transports/mqtt/leftovers.ts';
import { sendEvents } from '../transports/mqtt/outgoing.ts';
import { serveMqtt } from '../transports/mqtt/requests.ts';
import { publishStates } from '../transports/mqtt/states.ts';
import { createSocketIo } from '../transports/socketio/socketio.ts';
import { VERSION } from '../version.ts';
import { addressOf, brokerInUse, offerWebSockets, takeSeat } from './broker.ts';
import { type CameraSources, openCameraSources } from './cameras.ts';
import { joining } from './cluster/joining.ts';
import { knownSession } from './cluster/known-session.ts';
import { ledBroker, whileLeading } from './cluster/led.ts';
import { ledChecks } from './cluster/led-checks.ts';
import { startWhole } from './cluster/starting.ts';
import { type Core, openCore } from './core.ts';
import { documentRoutes } from './documents.ts';
import { type Door, openDoor } from './door.ts';
import { type Checks, checksOf } from './health/checks.ts';
import { statusOf } from './health/status.ts';
import { openHomeAssistant } from './home-assistant.ts';
import { openHttps } from './https.ts';
import { openRental, type Rental } from './instances.ts';
import { listening } from './listening.ts';
import { metricsOf } from './metrics.ts';
import { createModules, jobsOf } from './modules.ts';
import { backups } from './offline/backup.ts';
import { type CameraPictures, openPictures } from './snapshots.ts';
import { systemModules } from './system/modules.ts';
import { watchingModules } from './watching/modules.ts';
import { consentRoutes, rootRoutes } from './web.ts';

export interface App {
  readonly httpPort: number;
  /** Of the embedded broker; 0 when there is none. */
  readonly mqttPort: number;
  /** The first administrator's password, if it was generated just now: to be shown once, never logged. */
  readonly generatedPassword: string | undefined;
  readonly door: Door;
  /** Reads certificates anew, and ends nothing. */
  reload(): void;
  /** Answers what is in flight, says `offline`, and leaves nothing open. */
  close(): Promise<void>;
}

interface Surroundings {
  readonly log: LineLog;
  readonly clock: Clock;
  /** The external broker, where somebody finds it whom the configuration leaves that to (`findsBroker`). */
  readonly broker?: BrokerSource | undefined;
  /** Whether cameras that were followed are ours from now on. */
  readonly adopts?: boolean | undefined;
  /** Aborted when the service shall end, also while it waits for its turn. */
  readonly stopping?: AbortSignal | undefined;
  /** Has the service started again; absent where nobody would. Resolves when that has begun. */
  readonly restart?: (() => Promise<void>) | undefined;
  /** Where Home Assistant's users see the service's page; absent: at its HTTP port, if they are told a host. */
  readonly pageUrl?: string | undefined;
  /** Google's own when absent. */
  readonly googleUrls?: GoogleUrls | undefined;
}

/** @throws whatever kept a part from starting, after everything that had started was closed again */
export function startApp(config: Config, surroundings: Surroundings): Promise<App> {
  return startWhole(config, surroundings, (closers) => start(config, surroundings, closers));
}

async function start(config: Config, surroundings: Surroundings, closers: Closers): Promise<App> {
  const { log, clock } = surroundings;
  for (const { setting, written, meaning } of config.aliases) {
    log.info(
      { setting, written, meaning: meaning || 'not set' },
      'a setting has a value under the name that NestMTX has for it',
    );
  }
  for (const sentence of config.unheeded) log.warn({}, sentence);
  const reloads = createReloads();
  const joined = joining(config, surroundings);
  const { core, generatedPassword } = await openCore(config, { ...surroundings, reloads, joined }, closers);
  closers.add(
    'history',
    core.leadership.whileLeading(({ takesOver }) => core.history.start(takesOver)),
  );
  const topics = topicsOf(config.mqtt.baseTopic, config.mqtt.eventTopics);
  const external = config.mqtt.external && addressOf(config.mqtt.external);
  const theirs = surroundings.broker ?? (external && fixedBroker(external));
  const broker = theirs && core.membership ? ledBroker(theirs, core.leadership) : theirs;
  const { link, embedded } = await takeSeat(config, core, { topics, external: broker }, closers);
  const statesOnly = config.mode === 'follow';
  const { exchange } = core.membership ?? {};
  const isOurs = ({ domain }: { readonly domain: string }) => !statesOnly || domain === 'source';
  // Before the link can be up: it must not miss what the broker remembers of events.
  closers.add('events', sendEvents({ ...core, link, topics, isOurs, exchange: broker ? undefined : exchange }));
  const whileWeLead = (name: string, open: Parameters<typeof whileLeading>[1]) =>
    closers.add(name, whileLeading({ ...core, link }, open));
  whileWeLead('leftovers', (led) => clearLeftovers({ ...core, link: led, topics }));
  const rental = await openRental(config, core, { embedded, external, topics }, closers);
  closers.add('states', publishStates({ ...core, link, topics, downDelayMs: config.stateDownDelayMs }));
  const google = statesOnly ? undefined : await openGoogle(config, core, surroundings.googleUrls, closers);
  const sources = statesOnly ? undefined : openCameraSources(config, core, closers, google);
  const pictures = openPictures(config, core, { link, topics, isOurs: broker === undefined }, closers);
  const jobs = jobsOf(core, google);
  const isKeeping = () => (embedded?.fault ?? null) === null;
  const hasRental = rental !== undefined;
  const seen = checksOf(config, { ...core, link, isKeeping, hasRental, sources: sources?.health });
  const checks = broker ? ledChecks(seen, isKeeping, core, closers) : seen;
  const { restart, pageUrl } = surroundings;
  const ports = { httpPort: 0, mqttPort: embedded?.port ?? 0 };
  const about = () => ({ ...ports, ...brokerInUse(broker, surroundings.broker !== undefined) });
  if (!statesOnly) whileWeLead('jobs', (_, led) => led.add('jobs', jobs.start()));
  const offered = {
    instances: rental?.instances,
    unrented: statesOnly ? undefined : NO_BROKER,
    sources,
    watching: sources && watchingModules(config, core, sources, closers),
    pictures,
    google,
    jobs,
    system: systemModules(config, core, { log, broker: embedded, checks, restart, about }, closers),
  };
  const modules = createModules(config, core, checks, offered);
  const following =
    config.mode === 'follow' ? await follow(config, core, { modules, topics, link, broker }) : undefined;
  const plain = following?.registry ?? createRegistry(modules, core.sessions, log);
  const registry = countRequests(core.membership ? agreed(plain, core.membership.consistency) : plain);
  const limits = createRequestLimits(config.limits.requestsInFlight, config.limits.requestsPerSecond, clock);

  if (following) {
    closers.add('follow', () => following.close());
  } else {
    const requests = serveMqtt({ link, topics, registry, limits, log });
    closers.add('mqtt requests', () => requests.drain());
  }
  const { httpPort, server } = await serveHttp(
    config,
    { ...core, log, registry, limits, broker, embedded, rental, sources, pictures, following, checks },
    closers,
  );
  ports.httpPort = httpPort;
  const operation = { restart, logLevel: { current: () => log.level, set: log.setLevel } };
  const shown = { registry, sources, google, rental, following, httpPort, operation, pageUrl };
  whileWeLead('home assistant', (led, ending) => openHomeAssistant(config, core, { ...shown, link: led }, ending));

  const { mqttPort } = ports;
  const here = hostHere(config.http.host);
  const url = `http://${here}:${httpPort}`;
  const operator = { pid: process.pid, url, mqttPort, token: core.sessions.operatorToken() };
  closers.add('run file', await writeRunFile(config.dataDir, operator));
  const page = `http://${urlHost(config.publicHost ?? (here === '127.0.0.1' ? 'localhost' : here))}:${httpPort}/`;
  log.info({ version: VERSION, httpPort, mqttPort, baseTopic: topics.base, mode: config.mode, page }, 'ready');
  const door = openDoor(config, core, server);
  return { httpPort, mqttPort, generatedPassword, door, reload: reloads.reload, close: () => closers.close() };
}

async function openGoogle(config: Config, core: Core, urls: GoogleUrls | undefined, closers: Closers): Promise<Google> {
  const { rtsp: redirector, whep, mediaHost } = config.google;
  const hasMediaMtx = config.mediamtx !== undefined;
  const seesMediaMtx = () => !hasMediaMtx || core.holdings.holds('mediamtx');
  const { exchange } = core.membership ?? {};
  const doors = { redirector, whep, mediaHost };
  const starting = startGoogle({ ...core, urls, hasMediaMtx, seesMediaMtx, exchange, ...doors });
  const google = await listening(starting, 'GOOGLE_RTSP_PORT (or GOOGLE_WHEP_PORT)');
  closers.add('google', () => google.close());
  return google;
}

interface FollowParts {
  readonly modules: Module[];
  readonly topics: Topics;
  readonly link: MqttLink;
  readonly broker: BrokerSource | undefined;
}

/** The configuration makes sure that there is an external broker to follow a server on. */
async function follow(config: Config, core: Core, { broker, ...parts }: FollowParts): Promise<Following> {
  if (!broker) throw new Error('MODE=follow without an external broker');
  const publicHost = {
    configured: config.publicHost,
    get fallback() {
      return broker.current?.host ?? hostname();
    },
  };
  const { startFollow } = await import('../follow/start-follow.ts');
  return startFollow({ ...core, ...parts, broker, user: config.follow, publicHost });
}

interface Web extends Core {
  readonly log: LineLog;
  readonly registry: CountedRegistry;
  readonly limits: RequestLimits;
  readonly broker: BrokerSource | undefined;
  readonly embedded: EmbeddedBroker | undefined;
  readonly rental: Rental | undefined;
  readonly sources: CameraSources | undefined;
  readonly pictures: CameraPictures;
  /** Who may hear what is decided there. */
  readonly following: Following | undefined;
  readonly checks: Checks;
}

async function serveHttp(config: Config, web: Web, closers: Closers): Promise<{ httpPort: number; server: Server }> {
  const { registry, embedded, rental, sources } = web;
  const { corsOrigins, host } = config.http;
  const http = createHttp({ ...web, ...config.http, status: () => statusOf(web), known: knownSession(web) });
  if (embedded && config.mqtt.embedded?.webSocket) offerWebSockets(embedded, config.mqtt.embedded.limits, http);
  if (config.mode === 'serve') http.mount('/v1', rental?.router ?? unrented);
  http.mount('/api', snapshotRoute(registry, web.pictures));
  http.mountInApi(backupRoute(registry, backups(config), web.clock.now));
  if (sources?.hooks) http.answerDirectly('/hooks/mediamtx', sources.hooks);
  http.mount('/', metricsRoute(web.sessions, metricsOf({ ...web, dataDir: config.dataDir })));
  http.mount('/', documentRoutes(config, registry.modules, web.broker));
  // Whoever follows another server has its credentials, and its page.
  if (!web.following) http.mount('/', consentRoutes(registry, web));
  http.mount('/', rootRoutes(config, web));
  const { port } = await listening(http.listen(host, config.http.port), 'PORT');
  closers.add('http', () => http.close());
  await openHttps(config, web, http.server, closers);
  const socketIo = createSocketIo({ ...web, ...web.following, http, corsOrigins, logTail: web.log });
  closers.add('socket.io', () => socketIo.close());
  return { httpPort: port, server: http.server };
}
