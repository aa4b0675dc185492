/** Owns the configuration as the rest of the program sees it: nested, complete, read-only. */

import { resolve } from 'node:path';
import { parseProxies } from './formats.ts';
import { SETTINGS, type Settings } from './schema.ts';

export interface Config {
  /** Absolute, as all paths here. */
  readonly dataDir: string;
  readonly mode: Settings['MODE'];
  readonly appKey?: string | undefined;
  readonly publicHost?: string | undefined;
  readonly stateDownDelayMs: number;
  readonly http: {
    readonly host: string;
    /** 0: any free port. */
    readonly port: number;
    readonly corsOrigins: readonly string[];
    /** Number of hops, or addresses and subnets, as Express takes them. */
    readonly trustProxy?: number | readonly string[] | undefined;
  };
  readonly log: { readonly level: Settings['LOG_LEVEL'] };
  readonly admin: { readonly username: string; readonly password?: string | undefined };
  readonly mqtt: {
    readonly baseTopic: string;
    readonly eventTopics: Settings['EVENT_TOPICS'];
    /** The broker to connect to; absent when the embedded one is the service's own. */
    readonly external?: ExternalBroker | undefined;
    readonly embedded: EmbeddedBroker;
  };
  /** How to log in at the server that is followed. */
  readonly follow?: { readonly username: string; readonly password: string } | undefined;
  /** Per account. */
  readonly limits: { readonly requestsInFlight: number; readonly requestsPerSecond: number };
  readonly instances: {
    readonly broker: Settings['INSTANCE_BROKER'];
    readonly server?: string | undefined;
    readonly port?: number | undefined;
    readonly limit: number;
  };
  readonly mediamtx?: MediaMtx | undefined;
  readonly hookSecret?: string | undefined;
  readonly probeIntervalMs: number;
  readonly homeAssistant: { readonly discovery: boolean; readonly prefix: string };
}

interface ExternalBroker {
  readonly host: string;
  readonly port: number;
  readonly protocol: Settings['MQTT_PROTOCOL'];
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Path of a PEM file. */
  readonly ca?: string | undefined;
}

interface EmbeddedBroker {
  readonly host: string;
  readonly port: number;
  /** Paths of PEM files. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly port: number } | undefined;
  readonly webSocket: boolean;
}

interface MediaMtx {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** @param cwd what relative paths are relative to */
export function toConfig(settings: Settings, cwd: string): Config {
  return {
    dataDir: resolve(cwd, settings.DATA_DIR),
    mode: settings.MODE,
    appKey: settings.APP_KEY,
    publicHost: settings.PUBLIC_HOST,
    stateDownDelayMs: settings.STATE_DOWN_DELAY_MS,
    http: {
      host: settings.HOST,
      port: settings.PORT,
      corsOrigins: settings.CORS_ORIGINS,
      trustProxy: settings.TRUST_PROXY === undefined ? undefined : parseProxies(settings.TRUST_PROXY),
    },
    log: { level: settings.LOG_LEVEL },
    admin: { username: settings.ADMIN_USERNAME, password: settings.ADMIN_PASSWORD },
    mqtt: {
      baseTopic: settings.MQTT_BASE_TOPIC,
      eventTopics: settings.EVENT_TOPICS,
      external: externalBroker(settings, cwd),
      embedded: embeddedBroker(settings, cwd),
    },
    follow: follow(settings),
    limits: { requestsInFlight: settings.REQUESTS_IN_FLIGHT, requestsPerSecond: settings.REQUESTS_PER_SECOND },
    instances: {
      broker: settings.INSTANCE_BROKER,
      server: settings.INSTANCE_SERVER,
      port: settings.INSTANCE_PORT,
      limit: settings.INSTANCE_LIMIT,
    },
    mediamtx: mediaMtx(settings),
    hookSecret: settings.HOOK_SECRET,
    probeIntervalMs: settings.PROBE_INTERVAL_MS,
    homeAssistant: { discovery: settings.HA_DISCOVERY, prefix: settings.HA_DISCOVERY_PREFIX },
  };
}

function externalBroker(settings: Settings, cwd: string): ExternalBroker | undefined {
  if (settings.MQTT_HOST === undefined) return undefined;
  return {
    host: settings.MQTT_HOST,
    port: settings.MQTT_PORT,
    protocol: settings.MQTT_PROTOCOL,
    username: settings.MQTT_USER,
    password: settings.MQTT_PASS,
    ca: settings.MQTT_TLS_CA === undefined ? undefined : resolve(cwd, settings.MQTT_TLS_CA),
  };
}

function embeddedBroker(settings: Settings, cwd: string): EmbeddedBroker {
  const { HOST, MQTT_HOST, MQTT_PORT, MQTT_TLS_CERT, MQTT_TLS_KEY, MQTT_TLS_PORT, MQTT_WS } = settings;
  const tls =
    MQTT_TLS_CERT === undefined || MQTT_TLS_KEY === undefined
      ? undefined
      : { cert: resolve(cwd, MQTT_TLS_CERT), key: resolve(cwd, MQTT_TLS_KEY), port: MQTT_TLS_PORT };
  // With an external broker MQTT_PORT is that one's; instances may still live on the embedded broker.
  const port = MQTT_HOST === undefined ? MQTT_PORT : Number(SETTINGS.MQTT_PORT.default);
  return { host: HOST, port, tls, webSocket: MQTT_WS };
}

function follow({ FOLLOW_USERNAME, FOLLOW_PASSWORD }: Settings): Config['follow'] {
  if (FOLLOW_USERNAME === undefined || FOLLOW_PASSWORD === undefined) return undefined;
  return { username: FOLLOW_USERNAME, password: FOLLOW_PASSWORD };
}

function mediaMtx({ MEDIAMTX_URL, MEDIAMTX_USER, MEDIAMTX_PASS }: Settings): MediaMtx | undefined {
  if (MEDIAMTX_URL === undefined) return undefined;
  return { url: MEDIAMTX_URL, username: MEDIAMTX_USER, password: MEDIAMTX_PASS };
}
