/** Owns how a broker's address and a login become options of mqtt.js; opens nothing. */

import type { IClientOptions } from 'mqtt';

export type Protocol = 'mqtt' | 'mqtts' | 'ws' | 'wss';

/** As in the CONNECT packet: 4 is MQTT 3.1.1. */
export type ProtocolVersion = 4 | 5;

/** Where a broker is. */
export interface BrokerPlace {
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
  /** Of a WebSocket; default `/mqtt`, where most brokers serve MQTT. */
  readonly path?: string | undefined;
}

interface Target extends BrokerPlace {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** What else TLS takes; an undefined option is left out, since to TLS it is not the same as none. */
  readonly tls?: object | undefined;
}

const WEBSOCKET_PATH = '/mqtt';
const KEEPALIVE_SECONDS = 30;
const CONNECT_TIMEOUT_MS = 10_000;

/** For logs: never with name or password. */
export function placeText({ protocol, host, port }: BrokerPlace): string {
  return `${protocol}://${bracketed(host)}:${port}`;
}

/** Of one connection that nobody resumes and mqtt.js does not repeat. A fresh object each time: mqtt.js writes into it. */
export function mqttOptions(target: Target, clientId: string, protocolVersion: ProtocolVersion): IClientOptions {
  const { protocol, host, port, path = WEBSOCKET_PATH, username, password, tls = {} } = target;
  const overWebSocket = protocol === 'ws' || protocol === 'wss';
  return {
    rejectUnauthorized: true,
    ...Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined)),
    protocol,
    port,
    host: overWebSocket ? bracketed(host) : host,
    ...(overWebSocket && { path }),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
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
  return host.includes(':') ? `[${host}]` : host;
}
