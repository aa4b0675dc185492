/** Owns what a granted subscription is. */

import type { Subscription } from '../packets/packet.ts';

export interface Granted extends Subscription {
  /** Told with every message that it selects (MQTT 5.0, 3.8.2.1.2). */
  readonly subscriptionId: number | undefined;
}
