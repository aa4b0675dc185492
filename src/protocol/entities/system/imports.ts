/** Owns what the wire shows of moving in from elsewhere: where from, the plan, and what came. */

import type { FromSchema } from 'json-schema-to-ts';

const text = { type: 'string' } as const;

const ORIGINS = ['nestmtx', 'mediamtx', 'go2rtc'] as const;

export const IMPORT_CREATE = {
  type: 'object',
  properties: {
    from: { enum: ORIGINS },
    url: {
      ...text,
      pattern: '^https?://[^@\\s]+$',
      maxLength: 2048,
      description: 'Its HTTP API, without user and password',
    },
    username: { ...text, description: 'Whom to log in as there; `nestmtx` at a NestMTX when absent' },
    password: { ...text, writeOnly: true },
    app_key: { ...text, writeOnly: true, description: 'APP_KEY of a NestMTX, which opens its credentials' },
  },
  required: ['from', 'url'],
  additionalProperties: false,
} as const;

export const IMPORT_UPDATE = {
  type: 'object',
  properties: { skipRefused: { type: 'boolean', description: 'Let what can come come without the rest' } },
  additionalProperties: false,
} as const;

/** What the operation of a plan comes to. */
const IMPORT_PLAN = {
  title: 'ImportPlan',
  type: 'object',
  properties: {
    steps: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          kind: { enum: ['user', 'credentials', 'camera'] },
          id: { type: ['integer', 'null'] },
          name: text,
          fate: { enum: ['new', 'here', 'refused'] },
          note: { ...text, description: 'Why it is refused, or what else is to know; may be empty' },
        },
        required: ['kind', 'id', 'name', 'fate', 'note'],
        additionalProperties: false,
      },
    },
  },
  required: ['steps'],
  additionalProperties: false,
} as const;

/** What the operation of a move comes to: passwords that were made, by user, to be shown once. */
const IMPORT_DONE = {
  title: 'ImportDone',
  type: 'object',
  properties: { passwords: { type: 'object', additionalProperties: text } },
  required: ['passwords'],
  additionalProperties: false,
} as const;

export type ImportCreate = FromSchema<typeof IMPORT_CREATE>;
export type ImportUpdate = FromSchema<typeof IMPORT_UPDATE>;
export type ImportPlan = FromSchema<typeof IMPORT_PLAN>;
export type ImportDone = FromSchema<typeof IMPORT_DONE>;
