/** Owns what a row of the tables is: statements of the specifications, and a scene in which it shows that the broker keeps to them. */

import type { LimitChanges } from '../../../../src/brokers/embedded/limits.ts';
import type { Level } from '../../../../src/brokers/embedded/packets/packet.ts';
import type { World } from '../../../support/brokers/memory-peer.ts';

export interface Row {
  /** `5/3.1.2-4` is [MQTT-3.1.2-4] of MQTT 5.0, `4/3.1.2-6` of 3.1.1. */
  readonly clauses: readonly string[];
  readonly says: string;
  readonly levels: readonly Level[];
  readonly limits: LimitChanges;
  /** Asserts by itself. */
  readonly scene: (world: World, level: Level) => Promise<void>;
}

export const ALL: readonly Level[] = [3, 4, 5];
/** MQTT 3.1 has no flags in CONNACK and no numbered statements: what 3.1.1 says is held there where it can be. */
export const SINCE_4: readonly Level[] = [4, 5];
export const ONLY_5: readonly Level[] = [5];

/** @param clauses separated by spaces */
export function shows(
  clauses: string,
  says: string,
  levels: readonly Level[],
  scene: Row['scene'],
  limits: LimitChanges = {},
): Row {
  return { clauses: clauses.split(/\s+/), says, levels, scene, limits };
}
