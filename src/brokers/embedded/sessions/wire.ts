/** Owns what a session needs of the connection that it has at the moment. */

import type { Message } from '../message.ts';
import type { QoS } from '../packets/packet.ts';

export interface Wire {
  /** How many QoS 1 and 2 messages may be under way (MQTT 5.0, 3.1.2.11.3). */
  readonly window: number;
  /** @returns false when the client cannot take it: too large, or its socket is full */
  publish(sent: Sent): boolean;
  release(packetId: number): void;
}

export interface Sent {
  readonly message: Message;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly subscriptionIds: readonly number[] | undefined;
  readonly packetId: number;
  readonly dup: boolean;
}
