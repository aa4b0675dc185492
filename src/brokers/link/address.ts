/** Owns what our seat at a broker adds to its address: the last will. Opens nothing. */

import type { IClientOptions } from 'mqtt';
import { type BrokerPlace, mqttOptions, type ProtocolVersion } from '../../connection/mqtt-options.ts';
import type { Topics } from '../../protocol/topics.ts';

export interface BrokerAddress extends BrokerPlace {
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

/** For our own seat, whose last will is `offline`. A fresh object each time: mqtt.js writes into it. */
export function clientOptions(
  address: BrokerAddress,
  clientId: string,
  topics: Topics,
  protocolVersion: ProtocolVersion,
): IClientOptions {
  const will = { topic: topics.availability, payload: 'offline', qos: 1, retain: true } as const;
  return { ...mqttOptions(address, clientId, protocolVersion), will };
}
