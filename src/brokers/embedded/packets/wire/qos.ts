/** Owns which values two bits of QoS may have (MQTT 5.0, 3.3.1.2): 3 is none. */

import type { QoS } from '../packet.ts';

/** Undefined for every number that is none. */
export const QOS_OF_BITS: readonly (QoS | undefined)[] = [0, 1, 2];
