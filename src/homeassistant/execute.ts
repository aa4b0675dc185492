/** Owns the port by which this folder makes requests: as whoever runs the service, by all rules of the API. */

import type { Outcome } from '../core/requests/registry.ts';
import type { JsonObject } from '../protocol/envelope.ts';
import type { Command } from '../protocol/verbs.ts';

export interface Wish {
  readonly module: string;
  readonly command: Command;
  readonly entity?: string;
  readonly payload?: JsonObject;
}

/** Never rejects. */
export type Execute = (wish: Wish) => Promise<Outcome>;
