/** Owns what the wire shows of long work: how far it is and what came of it. */

import type { FromSchema } from 'json-schema-to-ts';
import { bridgeOf } from '../bridges.ts';
import { count, moment, momentOrNull } from '../fields.ts';

const text = { type: 'string' } as const;

const properties = {
  id: text,
  kind: { ...text, description: 'What is done, such as `import`' },
  by: { ...text, description: 'Who asked for it' },
  state: { enum: ['running', 'done', 'failed', 'cancelled'] },
  done: count,
  total: { type: ['integer', 'null'], minimum: 0, description: 'Null while nobody knows' },
  startedAt: moment,
  endedAt: momentOrNull,
  result: { description: 'What came of it' },
  error: {
    type: ['object', 'null'],
    properties: { code: text, message: text },
    required: ['code', 'message'],
    additionalProperties: false,
  },
} as const;

export const OPERATION = {
  title: 'Operation',
  type: 'object',
  properties: { ...properties, ...bridgeOf },
  required: Object.keys(properties) as (keyof typeof properties)[],
  additionalProperties: false,
} as const;

export const OPERATION_LIST = { title: 'OperationList', type: 'array', items: OPERATION } as const;

/** Under what name work can be asked after that was begun. */
export const BEGUN = {
  title: 'Begun',
  type: 'object',
  properties: { operation: { ...text, description: 'Id for `operations.read` and `operations.delete`' } },
  required: ['operation'],
  additionalProperties: false,
} as const;

export type OperationInfo = Readonly<FromSchema<typeof OPERATION>>;
export type Begun = Readonly<FromSchema<typeof BEGUN>>;
