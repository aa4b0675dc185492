/** Owns what the MqttLink contract asks of its caller: a link, and ordinary clients of the same broker. */

import type { MqttLink } from '../../src/core/ports.ts';
import type { Topics } from '../../src/protocol/topics.ts';

/** What the suite needs of an ordinary client; it must be allowed everything under the base topic. */
export interface ContractClient {
  /** Resolves when acknowledged, with QoS 1. */
  publish(topic: string, payload: string | Buffer, options?: ContractPublish): Promise<unknown>;
  subscribe(filter: string): Promise<unknown>;
  /** The first message on that topic that was not returned before. */
  next(topic: string): Promise<ContractMessage>;
  readonly received: readonly ContractMessage[];
  end(): Promise<void>;
}

export interface ContractPublish {
  readonly qos?: 0 | 1;
  readonly retain?: boolean;
  readonly properties?: { readonly responseTopic?: string; readonly correlationData?: Buffer };
}

interface ContractMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly text: string;
  readonly retain: boolean;
  readonly properties: { readonly correlationData?: Buffer };
}

export interface LinkUnderTest {
  /** Fresh; up, or about to be. */
  readonly link: MqttLink;
  /** Used by no other link of the run. */
  readonly topics: Topics;
  connectClient(options: { version: 4 | 5 }): Promise<ContractClient>;
  /** Closes the link, if the test has not, and whatever it needed. */
  cleanup(): Promise<void>;
}
