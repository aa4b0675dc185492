/** Owns what the Provisioner contract asks of its caller: a broker with a provisioner, the application's records, and real clients. */

import type { InstanceSpec, Provisioner } from '../../../src/core/instances/provisioner.ts';

export interface ProvisionerUnderTest {
  readonly provisioner: Provisioner;
  readonly traits: BrokerTraits;
  readonly records: Records;
  connect(username: string, password: string, options?: ClientOptions): Promise<InstanceClient>;
  /** For brokers with accounts of their own: what somebody else does there. */
  readonly backdoor?: Backdoor;
  cleanup(): Promise<void>;
}

/** What brokers do differently, beside the capabilities of their provisioners. */
export interface BrokerTraits {
  /** A publish outside ends the connection (I-32); else it is refused or dropped in silence. */
  readonly expelsIntruders: boolean;
  /** A CONNECT with a will outside is refused; else that will is dropped. */
  readonly refusesForeignWills: boolean;
  /** Offline sessions end with their instance; else they outlive it, unreadable to every other name. */
  readonly dropsOfflineSessions: boolean;
  /** Connections can be counted and listed. */
  readonly tellsConnections: boolean;
}

/** The application changes its records before it tells the provisioner. */
interface Records {
  put(spec: InstanceSpec): void;
  /** Being removed: refused, but not forgotten yet. */
  deny(user: string): void;
  forget(user: string): void;
}

export interface Backdoor {
  /** An account that does not carry our mark. */
  addStranger(username: string, password: string): Promise<void>;
  /** Takes an account away, whoever made it. */
  lose(username: string): Promise<void>;
  disable(username: string): Promise<void>;
}

export interface ClientOptions {
  readonly version?: 4 | 5;
  readonly clientId?: string;
  readonly clean?: boolean;
  readonly will?: { topic: string; payload: Buffer; qos: 0 | 1 | 2; retain: boolean };
  readonly properties?: { sessionExpiryInterval?: number };
}

/** Its connection is refused by rejecting with the CONNACK code as `code`. */
export interface InstanceClient {
  /** Resolves when written (QoS 0) or acknowledged; rejects when refused. */
  publish(topic: string, payload: string, options?: { qos?: 0 | 1 | 2; retain?: boolean }): Promise<void>;
  /** One granted QoS or refusal (0x80 and up) per filter. */
  subscribe(filters: string | string[]): Promise<number[]>;
  /** The first matching message that was not returned before; waits for it. */
  next(filter: string): Promise<ReceivedMessage>;
  readonly received: readonly ReceivedMessage[];
  /** Resolves with the reason code of the broker's DISCONNECT, if it sent one. */
  readonly closed: Promise<number | undefined>;
  end(): Promise<void>;
  /** Breaks the connection, which sets off the last will. */
  destroy(): Promise<void>;
}

interface ReceivedMessage {
  readonly topic: string;
  readonly text: string;
  readonly retain: boolean;
}
