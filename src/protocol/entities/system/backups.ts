/** Owns what the wire shows of a backup: how much is in it. */

import type { FromSchema } from 'json-schema-to-ts';

export const BACKUP = {
  title: 'Backup',
  type: 'object',
  properties: {
    counts: {
      type: 'object',
      additionalProperties: { type: 'integer', minimum: 0 },
      description: 'How much there is of each kind: users, credentials, cameras, instances',
    },
  },
  required: ['counts'],
  additionalProperties: false,
} as const;

export type Backup = Readonly<FromSchema<typeof BACKUP>>;
