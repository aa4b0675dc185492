/** Owns the configuration as the rest of the program sees it: nested, complete, read-only. */

import { resolve } from 'node:path';
import type { StreamPorts } from '../protocol/stream-ports.ts';
import type { Alias } from './aliases.ts';
import { type BrokerLimits, brokerLimits } from './broker-limits.ts';
import { type ClusterConfig, clusterConfig } from './cluster.ts';
import { parseProxies } from './formats.ts';
import { type HomeAssistantConfig, homeAssistantConfig } from './home-assistant.ts';
import type { SettingInForce } from './in-force.ts';
import type { Settings } from './schema.ts';
import { type Go2Rtc, go2Rtc, type MediaMtx, mediaMtx, streamPorts } from './streams.ts';

export interface Config {
  /** Values under NestMTX's names, with what they were taken for, and sentences about what has no effect: to be told once. */
  readonly aliases: readonly Alias[];
  readonly unheeded: readonly string[];
  readonly inForce: readonly SettingInForce[];
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
  readonly https?: Https | undefined;
  readonly log: { readonly level: Settings['LOG_LEVEL'] };
  readonly admin: { readonly username: string; readonly password?: string | undefined };
  readonly mqtt: {
    readonly baseTopic: string;
    readonly eventTopics: Settings['EVENT_TOPICS'];
    /** The broker to connect to; absent when the embedded one is the service's own. */
    readonly external?: ExternalBroker | undefined;
    /** The service's own, or one beside the external broker; absent: there is none. */
    readonly embedded?: EmbeddedBroker | undefined;
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
  /** Ports of streams as others reach them; null: not at all. */
  readonly streamPorts: Partial<StreamPorts>;
  readonly go2rtc?: Go2Rtc | undefined;
  /** The program that takes snapshots. */
  readonly ffmpegPath: string;
  /** Whether pictures are published of cameras that do not say otherwise. */
  readonly snapshotTopics: boolean;
  readonly hookSecret?: string | undefined;
  readonly probeIntervalMs: number;
  readonly google: {
    /** Where MediaMTX comes for RTSP cameras; port 0: any free one. */
    readonly rtsp: Address;
    /** The same for WebRTC cameras; absent: they are not served. */
    readonly whep?: Address | undefined;
    /** The host that MediaMTX is told. */
    readonly mediaHost?: string | undefined;
  };
  readonly homeAssistant: HomeAssistantConfig;
  /** Absent: this bridge stands alone. */
  readonly cluster?: ClusterConfig | undefined;
}

interface Https {
  /** 0: any free port. */
  readonly port: number;
  /** Paths of PEM files; absent: a certificate of our own making. */
  readonly files?: { readonly cert: string; readonly key: string } | undefined;
}

export interface ExternalBroker {
  readonly host: string;
  readonly port: number;
  readonly protocol: Settings['MQTT_PROTOCOL'];
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Path of a PEM file. */
  readonly ca?: string | undefined;
}

export interface EmbeddedBroker {
  readonly host: string;
  readonly port: number;
  readonly tls?: EmbeddedTls | undefined;
  readonly webSocket: boolean;
  /** Whether what it holds outlives a restart. */
  readonly persistence: boolean;
  /** Who says by the PROXY protocol for whom it connects. */
  readonly balancers: readonly string[];
  readonly limits: BrokerLimits;
}

interface EmbeddedTls {
  readonly port: number;
  /** Paths of PEM files. */
  readonly cert: string;
  readonly key: string;
  /** Who signs the certificates of clients; absent: they are not asked for one. */
  readonly clientCa?: string | undefined;
  readonly clientCertificateRequired: boolean;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * @param findsBroker whether there is an external broker that the configuration does not know
 * @param cwd what relative paths are relative to
 */
export function toConfig(
  settings: Settings,
  findsBroker: boolean,
  cwd: string,
): Omit<Config, 'aliases' | 'unheeded' | 'inForce'> {
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
    https: https(settings, cwd),
    log: { level: settings.LOG_LEVEL },
    admin: { username: settings.ADMIN_USERNAME, password: settings.ADMIN_PASSWORD },
    mqtt: {
      baseTopic: settings.MQTT_BASE_TOPIC,
      eventTopics: settings.EVENT_TOPICS,
      external: externalBroker(settings, cwd),
      embedded: embeddedBroker(settings, findsBroker, cwd),
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
    streamPorts: streamPorts(settings),
    go2rtc: go2Rtc(settings),
    ffmpegPath: settings.FFMPEG_PATH,
    snapshotTopics: settings.SNAPSHOT_TOPICS,
    hookSecret: settings.HOOK_SECRET,
    probeIntervalMs: settings.PROBE_INTERVAL_MS,
    google: {
      rtsp: { host: settings.GOOGLE_RTSP_HOST, port: settings.GOOGLE_RTSP_PORT },
      whep: settings.GOOGLE_WHEP ? { host: settings.GOOGLE_WHEP_HOST, port: settings.GOOGLE_WHEP_PORT } : undefined,
      mediaHost: settings.GOOGLE_MEDIA_HOST,
    },
    homeAssistant: homeAssistantConfig(settings),
    cluster: clusterConfig(settings, cwd),
  };
}

function https({ HTTPS_PORT, HTTPS_CERT, HTTPS_KEY }: Settings, cwd: string): Https | undefined {
  if (HTTPS_PORT === undefined) return undefined;
  if (HTTPS_CERT === undefined || HTTPS_KEY === undefined) return { port: HTTPS_PORT };
  return { port: HTTPS_PORT, files: { cert: resolve(cwd, HTTPS_CERT), key: resolve(cwd, HTTPS_KEY) } };
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

function embeddedBroker(settings: Settings, findsBroker: boolean, cwd: string): EmbeddedBroker | undefined {
  const { HOST, MQTT_HOST, MQTT_PORT, EMBEDDED_PORT, MQTT_WS, MQTT_BALANCERS, BROKER_PERSISTENCE } = settings;
  // With an external broker MQTT_PORT is that one's.
  const port = MQTT_HOST === undefined && !findsBroker ? MQTT_PORT : EMBEDDED_PORT;
  if (port === undefined) return undefined;
  return {
    host: HOST,
    port,
    tls: embeddedTls(settings, cwd),
    webSocket: MQTT_WS,
    persistence: BROKER_PERSISTENCE,
    balancers: MQTT_BALANCERS,
    limits: brokerLimits(settings),
  };
}

function embeddedTls(settings: Settings, cwd: string): EmbeddedTls | undefined {
  const { MQTT_TLS_CERT, MQTT_TLS_KEY, MQTT_TLS_PORT, MQTT_TLS_CLIENT_CA, MQTT_TLS_CLIENT_CERT } = settings;
  if (MQTT_TLS_CERT === undefined || MQTT_TLS_KEY === undefined) return undefined;
  return {
    port: MQTT_TLS_PORT,
    cert: resolve(cwd, MQTT_TLS_CERT),
    key: resolve(cwd, MQTT_TLS_KEY),
    ...(MQTT_TLS_CLIENT_CA === undefined ? {} : { clientCa: resolve(cwd, MQTT_TLS_CLIENT_CA) }),
    clientCertificateRequired: MQTT_TLS_CLIENT_CERT === 'required',
  };
}

function follow({ FOLLOW_USERNAME: username, FOLLOW_PASSWORD: password }: Settings): Config['follow'] {
  return username === undefined || password === undefined ? undefined : { username, password };
}
