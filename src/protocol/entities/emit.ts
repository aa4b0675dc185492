/** Owns what `events.create` takes: an observation somebody makes by hand, to try flows without a camera. Ours, not upstream's. */

import type { FromSchema } from 'json-schema-to-ts';
import { NOTICED_EVENTS } from '../events.ts';
import { count } from './fields.ts';

export const EMITTED_EVENTS = [
  'demand',
  'unDemand',
  'ready',
  'notReady',
  'read',
  'unread',
  'stalled',
  'offline',
  'online',
  ...NOTICED_EVENTS,
] as const;

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

export const EMITTED = {
  title: 'Emitted',
  type: 'object',
  properties: {
    events: {
      type: 'array',
      items: { type: 'string' },
      description: 'Which events came of it: none when the camera was in that state already',
    },
    seq: { ...count, description: 'Number of the latest change of the camera' },
  },
  required: ['events', 'seq'],
  additionalProperties: false,
} as const;

export type Emitted = Readonly<FromSchema<typeof EMITTED>>;
