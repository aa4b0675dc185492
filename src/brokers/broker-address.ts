/** Owns how a broker's address and our seat there become options of mqtt.js; opens nothing. */

import { isIPv6 } from 'node:net';
import type { IClientOptions } from 'mqtt';
import type { Topics } from '../protocol/topics.ts';
import type { ProtocolVersion } from './protocol-version.ts';

export interface BrokerAddress {
  readonly protocol: 'mqtt' | 'mqtts' | 'ws' | 'wss';
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: BrokerTls;
}

interface BrokerTls {
  /** PEM; in place of the well-known certificate authorities. */
  readonly ca?: string;
  /** Default true. */
  readonly rejectUnauthorized?: boolean;
}

/** Where most brokers serve MQTT over WebSocket. */
const WEBSOCKET_PATH = '/mqtt';

const KEEPALIVE_SECONDS = 30;
const CONNECT_TIMEOUT_MS = 10_000;

/** For logs: never with name or password. */
export function addressText({ protocol, host, port }: BrokerAddress): string {
  return `${protocol}://${bracketed(host)}:${port}`;
}

/** For our own seat, whose last will is `offline`. A fresh object each time: mqtt.js writes into it. */
export function clientOptions(
  address: BrokerAddress,
  clientId: string,
  topics: Topics,
  protocolVersion: ProtocolVersion,
): IClientOptions {
  const will = { topic: topics.availability, payload: 'offline', qos: 1, retain: true } as const;
  return { ...connectionOptions(address, clientId, protocolVersion), will };
}

/** For a connection that nobody misses when it ends. */
export function connectionOptions(
  address: BrokerAddress,
  clientId: string,
  protocolVersion: ProtocolVersion,
): IClientOptions {
  const { protocol, host, port, username, password, tls } = address;
  const overWebSocket = protocol === 'ws' || protocol === 'wss';
  return {
    protocol,
    port,
    host: overWebSocket ? bracketed(host) : host,
    ...(overWebSocket && { path: WEBSOCKET_PATH }),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls?.ca !== undefined && { ca: tls.ca }),
    rejectUnauthorized: tls?.rejectUnauthorized ?? true,
    clientId,
    protocolVersion,
    // A session kept at the broker would deliver requests long after their senders gave up.
    clean: true,
    queueQoSZero: false,
    resubscribe: false,
    reconnectPeriod: 0,
    keepalive: KEEPALIVE_SECONDS,
    connectTimeout: CONNECT_TIMEOUT_MS,
  };
}

/** An IPv6 address as URLs want it. */
function bracketed(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}
