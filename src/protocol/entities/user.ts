/** Owns what the wire shows and takes of users (contract 2.7, N-39). */

import type { FromSchema } from 'json-schema-to-ts';
import { count, id } from './fields.ts';

const role = {
  enum: ['admin', 'user', 'device'],
  description: 'A device may use the embedded broker, and nothing of the API',
} as const;

const topics = {
  type: 'array',
  items: { type: 'string', minLength: 1, maxLength: 1000 },
  minItems: 1,
  maxItems: 100,
  description: 'For a device: filters of the topics that it may publish and subscribe to',
} as const;

/** A user as the API shows it; `role` and what follows are ours and therefore last. */
export const USER = {
  title: 'User',
  type: 'object',
  properties: {
    id,
    username: { type: 'string' },
    can_login: { type: 'boolean', description: 'Without it the user cannot log in, and has no use of older tokens' },
    role,
    instance_limit: {
      ...count,
      description: 'How many MQTT instances the user may have; absent: as many as everybody',
    },
    instances: { ...count, description: 'MQTT instances of the user, which go with the user; absent: none' },
    topics: { ...topics, description: `${topics.description}; absent for everybody else` },
  },
  required: ['id', 'username', 'can_login', 'role'],
  additionalProperties: false,
} as const;

const password = { type: 'string', minLength: 5, maxLength: 255 } as const;

export const USER_CREATE = {
  type: 'object',
  properties: {
    username: { type: 'string', minLength: 3, maxLength: 255 },
    password,
    can_login: { type: 'boolean' },
    role,
    topics,
  },
  required: ['username', 'password', 'can_login'],
  additionalProperties: false,
} as const;

/** An omitted key stays unchanged (N-23); unknown keys are accepted (N-22). */
export const USER_UPDATE = {
  type: 'object',
  properties: {
    password,
    current_password: {
      type: 'string',
      maxLength: 255,
      description: "The password until now: needed to change one's own",
    },
    can_login: { type: 'boolean' },
    role,
    instance_limit: {
      type: ['integer', 'null'],
      minimum: 0,
      description: 'How many MQTT instances the user may have; null: as many as everybody. For administrators',
    },
    topics,
  },
} as const;

export type User = Readonly<FromSchema<typeof USER>>;
export type UserCreate = FromSchema<typeof USER_CREATE>;
export type UserUpdate = FromSchema<typeof USER_UPDATE>;
