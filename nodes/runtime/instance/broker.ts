/** Owns what the mqtt nodes of Node-RED's core need for a connection as an instance (`msg.broker` of their action `connect`). */

import { isObject } from '../../../src/protocol/envelope.ts';

export interface BrokerOverride {
  readonly broker: string;
  readonly port: string;
  readonly usetls: boolean;
  readonly username: string;
  readonly password: string;
  /** A connection with other credentials is ended first; without it the core refuses. */
  readonly force: true;
}

/** What the account says of the broker of its instances. */
export interface BrokerView {
  /** In place of the host name that an instance tells; empty keeps that. */
  readonly brokerHost: string;
  usesTls(port: string): boolean;
}

/** Undefined where the answer shows no password: a token may lack that right. No `url`: the core drops one that it has already. */
export function brokerOverride(instance: unknown, { brokerHost, usesTls }: BrokerView): BrokerOverride | undefined {
  if (!isObject(instance)) return undefined;
  const { server, port, user, password } = instance;
  if (typeof server !== 'string' || typeof user !== 'string' || typeof password !== 'string') return undefined;
  const text = String(port);
  return { broker: brokerHost || server, port: text, usetls: usesTls(text), username: user, password, force: true };
}
