/** Owns what the wire shows of parts of the service that are, or were, not as they should be. */

import type { FromSchema } from 'json-schema-to-ts';
import { count, moment, momentOrNull, textOrNull } from '../fields.ts';

const properties = {
  id: {
    type: 'string',
    description: 'Stays the same while it lasts, and afterwards',
    examples: ['mqtt-1795279710698'],
  },
  part: { type: 'string', description: 'As `health.list` calls it' },
  kind: { enum: ['degraded', 'failed'], description: '`degraded`: it worked, but not as it should' },
  reason: { ...textOrNull, description: 'Why, where the part tells it' },
  from: moment,
  until: { ...momentOrNull, description: 'Null while it lasts' },
  seconds: { ...count, description: 'How long it was, or has been until now' },
} as const;

export const TROUBLE = {
  title: 'Trouble',
  type: 'object',
  properties,
  required: Object.keys(properties) as (keyof typeof properties)[],
  additionalProperties: false,
} as const;

export type Trouble = Readonly<FromSchema<typeof TROUBLE>>;
