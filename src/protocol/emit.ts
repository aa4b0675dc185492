/** Owns what `events.create` takes: an observation somebody makes by hand, to try flows without a camera. Ours, not upstream's. */

import type { FromSchema } from 'json-schema-to-ts';

export const EMITTED_EVENTS = ['demand', 'unDemand', 'ready', 'notReady', 'read', 'unread', 'stalled'] as const;

export const EMIT = {
  type: 'object',
  properties: {
    domain: { enum: ['camera'] },
    entity: { type: ['string', 'integer'] },
    event: { enum: EMITTED_EVENTS },
    reader: { type: 'string', minLength: 1, maxLength: 128 },
  },
  required: ['domain', 'entity', 'event'],
  additionalProperties: false,
} as const;

export type Emit = FromSchema<typeof EMIT>;

/** Which events came of it: none when the camera was in that state already. */
export interface Emitted {
  readonly events: readonly string[];
  readonly seq: number;
}
