/** Owns what the wire shows of the service's health, and what its parts come to together (contract 2.7). */

import type { FromSchema } from 'json-schema-to-ts';

export const CHECK = {
  title: 'Check',
  type: 'object',
  properties: {
    healthy: { type: ['boolean', 'null'], description: 'null: works, but not as it should' },
    meta: { type: 'object' },
  },
  required: ['healthy'],
  additionalProperties: false,
} as const;

export const HEALTH = {
  title: 'Health',
  type: 'object',
  properties: {
    healthy: { enum: ['healthy', 'degraded', 'unhealthy'] },
    details: { type: 'object', additionalProperties: CHECK, description: 'The parts of the service by name' },
  },
  required: ['healthy', 'details'],
  additionalProperties: false,
} as const;

export type Check = Readonly<FromSchema<typeof CHECK>>;

export interface Health {
  readonly healthy: FromSchema<typeof HEALTH>['healthy'];
  readonly details: Readonly<Record<string, Check>>;
}

/** One part that fails makes the whole unhealthy, one that only works somehow makes it degraded. */
export function overallHealth(checks: Iterable<Check>): Health['healthy'] {
  const found = new Set([...checks].map(({ healthy }) => healthy));
  if (found.has(false)) return 'unhealthy';
  return found.has(null) ? 'degraded' : 'healthy';
}
