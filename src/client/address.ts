/** Owns how a broker's address and a login become options of mqtt.js; opens nothing. */

import type { IClientOptions } from 'mqtt';
import { ClientError } from './client-error.ts';
import type { ProtocolVersion } from './protocol-version.ts';

type Protocol = 'mqtt' | 'mqtts' | 'ws' | 'wss';

interface HostAddress {
  readonly protocol?: Protocol | undefined;
  readonly host: string;
  /** Default: the usual one of the protocol. */
  readonly port?: number | undefined;
  /** Of a WebSocket; default `/mqtt`. */
  readonly path?: string | undefined;
}

/** Either a URL such as `mqtts://broker.example:8883`, or its parts. */
export type Address = { readonly url: string } | HostAddress;

export interface Credentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** PEM texts and what else TLS takes; handed on to mqtt.js as it is. */
export interface Tls {
  readonly ca?: string | Buffer | undefined;
  readonly cert?: string | Buffer | undefined;
  readonly key?: string | Buffer | undefined;
  readonly passphrase?: string | undefined;
  readonly servername?: string | undefined;
  readonly rejectUnauthorized?: boolean | undefined;
}

/** Where to connect, and as whom. */
export type Endpoint = Address & Credentials & { readonly tls?: Tls | undefined };

/** A broker that somebody else finds: late maybe, and maybe elsewhere later. */
export interface FoundBroker {
  /** Undefined while nobody knows. */
  readonly current: Endpoint | undefined;
  /** Calls back after each change. The result ends that. */
  onChange(listener: () => void): () => void;
}

/** The same, resolved. */
export interface Target {
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly credentials: Credentials;
  readonly tls: Tls;
}

const PORTS: Readonly<Record<Protocol, number>> = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 };
const ALIASES: Readonly<Record<string, Protocol>> = {
  mqtt: 'mqtt',
  tcp: 'mqtt',
  mqtts: 'mqtts',
  ssl: 'mqtts',
  ws: 'ws',
  wss: 'wss',
};
const WEBSOCKET_PATH = '/mqtt';
const KEEPALIVE_SECONDS = 30;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * @param credentials win over a user and password in the URL
 * @throws ClientError `invalid_options` for an address that is none; it never shows a password
 */
export function targetOf(address: Address, credentials: Credentials, tls: Tls = {}): Target {
  const parsed = 'url' in address ? parse(address.url) : { ...address, credentials };
  const { protocol = 'mqtt', host, port = PORTS[protocol], path = WEBSOCKET_PATH } = parsed;
  if (host === '') throw new ClientError('invalid_options', 'the broker has no host name');
  return { protocol, host, port, path, tls, credentials: credentials.username ? credentials : parsed.credentials };
}

/** For logs: without user and password. */
export function targetText({ protocol, host, port }: Target): string {
  return `${protocol}://${bracketed(host)}:${port}`;
}

/** A fresh object each time: mqtt.js writes into it. */
export function mqttOptions(target: Target, clientId: string, protocolVersion: ProtocolVersion): IClientOptions {
  const { protocol, host, port, path, credentials } = target;
  const overWebSocket = protocol === 'ws' || protocol === 'wss';
  const { username, password } = credentials;
  return {
    ...definedOnly(target.tls),
    protocol,
    port,
    host: overWebSocket ? bracketed(host) : host,
    ...(overWebSocket && { path }),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    clientId,
    protocolVersion,
    clean: true,
    queueQoSZero: false,
    resubscribe: false,
    reconnectPeriod: 0,
    keepalive: KEEPALIVE_SECONDS,
    connectTimeout: CONNECT_TIMEOUT_MS,
  };
}

function parse(text: string): HostAddress & { readonly credentials: Credentials } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const protocol = url && ALIASES[url.protocol.slice(0, -1)];
  if (!url || !protocol || url.hostname === '') {
    throw new ClientError('invalid_options', 'the broker URL must read like mqtt://host:1883 (mqtt, mqtts, ws or wss)');
  }
  return {
    protocol,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? undefined : Number(url.port),
    path: url.pathname === '' || url.pathname === '/' ? undefined : url.pathname + url.search,
    credentials: {
      username: url.username === '' ? undefined : decodeURIComponent(url.username),
      password: url.password === '' ? undefined : decodeURIComponent(url.password),
    },
  };
}

/** An undefined option is not the same as none to TLS. */
function definedOnly(tls: Tls): IClientOptions {
  return Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));
}

/** An IPv6 address as URLs want it. */
function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
