/** Owns what the wire shows of an event afterwards: the same as when it was told, and its number. */

import { type BridgeEvent, EVENTS } from '../events.ts';
import { id, moment } from './fields.ts';

const properties = {
  id: { ...id, description: 'Its number: rises with each, over restarts too, as in `state/last-event`' },
  domain: { enum: Object.keys(EVENTS) },
  event: { enum: [...new Set(Object.values(EVENTS).flat())] },
  entity: { type: ['integer', 'null'], description: 'The id; null where it is not known' },
  details: { type: 'object', description: 'As when it was told' },
  at: { ...moment, description: 'When it was observed' },
} as const;

export const PAST_EVENT = {
  title: 'PastEvent',
  type: 'object',
  properties,
  required: Object.keys(properties) as (keyof typeof properties)[],
  additionalProperties: false,
} as const;

export type PastEvent = BridgeEvent & { readonly id: number };
