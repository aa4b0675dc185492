/** Owns what the wire shows of the past of cameras: times when one was down, or we were blind to it, and how long it was up. */

import type { FromSchema } from 'json-schema-to-ts';
import { count, id, moment, momentOrNull, textOrNull } from './fields.ts';

const properties = {
  id: { type: 'string', description: 'Stays the same while it lasts, and afterwards', examples: ['1-1795279710698'] },
  camera: { ...id, description: 'The id of the camera' },
  name: { type: 'string', description: 'Of the camera, as it is called now' },
  room: { type: 'string' },
  kind: {
    enum: ['down', 'blind', 'idle'],
    description: '`blind`: it was us who could not see; `idle`: nobody wanted the camera, listed only where asked for',
  },
  reason: { ...textOrNull, description: 'Why; of our blindness, `service-stopped` or what could not be asked' },
  from: moment,
  until: { ...momentOrNull, description: 'Null while it lasts' },
  seconds: { ...count, description: 'How long it was, or has been until now' },
  since: {
    ...momentOrNull,
    description: 'When the camera fell: before `from` where we were blind meanwhile. Null of our blindness',
  },
} as const;

export const OUTAGE = {
  title: 'Outage',
  type: 'object',
  properties,
  required: Object.keys(properties) as (keyof typeof properties)[],
  additionalProperties: false,
} as const;

export type OutageInfo = Readonly<FromSchema<typeof OUTAGE>>;

const parts = {
  ratio: {
    type: ['number', 'null'],
    minimum: 0,
    maximum: 1,
    description: 'Of the time that is known of, how much it was up; null where nothing is known',
  },
  up: { ...count, description: 'Seconds' },
  down: { ...count, description: 'Seconds' },
  blind: { ...count, description: 'Seconds in which nobody could tell, or looked. The three are the window' },
} as const;

const window = {
  type: 'object',
  properties: parts,
  required: Object.keys(parts) as (keyof typeof parts)[],
  additionalProperties: false,
} as const;

/** In each window that ends now. */
export const UPTIME = {
  type: 'object',
  properties: { '24h': window, '7d': window, '30d': window },
  required: ['24h', '7d', '30d'],
  additionalProperties: false,
} as const;

export type UptimeInfo = Readonly<FromSchema<typeof UPTIME>>;
