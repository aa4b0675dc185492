/** Owns how users write a broker's address, as a URL or in parts, and the login beside it; opens nothing. */

import type { IClientOptions } from 'mqtt';
import { type BrokerPlace, mqttOptions, type Protocol, type ProtocolVersion } from '../connection/mqtt-options.ts';
import { ClientError } from './client-error.ts';

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
export interface Target extends BrokerPlace {
  readonly credentials: Credentials;
  readonly tls: Tls;
}

const PORTS: Readonly<Record<Protocol, number>> = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 };
const ALIASES: ReadonlyMap<string, Protocol> = new Map([
  ['mqtt', 'mqtt'],
  ['tcp', 'mqtt'],
  ['mqtts', 'mqtts'],
  ['ssl', 'mqtts'],
  ['ws', 'ws'],
  ['wss', 'wss'],
]);

/**
 * @param credentials win over a user and password in the URL
 * @throws ClientError `invalid_options` for an address that is none; it never shows a password
 */
export function targetOf(address: Address, credentials: Credentials, tls: Tls = {}): Target {
  const parsed = 'url' in address ? parse(address.url) : { ...address, credentials };
  const { protocol = 'mqtt', host, port = PORTS[protocol], path } = parsed;
  if (host === '') throw new ClientError('invalid_options', 'the broker has no host name');
  return { protocol, host, port, path, tls, credentials: credentials.username ? credentials : parsed.credentials };
}

/** A fresh object each time: mqtt.js writes into it. */
export function targetOptions(target: Target, clientId: string, version: ProtocolVersion): IClientOptions {
  return mqttOptions({ ...target, ...target.credentials }, clientId, version);
}

function parse(text: string): HostAddress & { readonly credentials: Credentials } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const protocol = url && ALIASES.get(url.protocol.slice(0, -1));
  if (!url || !protocol || url.hostname === '') {
    throw new ClientError('invalid_options', 'the broker URL must read like mqtt://host:1883 (mqtt, mqtts, ws or wss)');
  }
  return {
    protocol,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? undefined : Number(url.port),
    path: `${url.pathname}${url.search}`.replace(/^\/$/, '') || undefined,
    credentials: {
      username: url.username === '' ? undefined : decodeURIComponent(url.username),
      password: url.password === '' ? undefined : decodeURIComponent(url.password),
    },
  };
}
