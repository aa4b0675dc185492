/** Owns what the wire shows and takes of users (contract 2.7, N-39). */

import type { FromSchema } from 'json-schema-to-ts';

/** A user as the API shows it; `role` is ours and therefore last. */
export interface User {
  readonly id: number;
  readonly username: string;
  readonly can_login: boolean;
  readonly role: 'admin' | 'user';
}

const role = { enum: ['admin', 'user'] } as const;
const password = { type: 'string', minLength: 5, maxLength: 255 } as const;

export const USER_CREATE = {
  type: 'object',
  properties: {
    username: { type: 'string', minLength: 3, maxLength: 255 },
    password,
    can_login: { type: 'boolean' },
    role,
  },
  required: ['username', 'password', 'can_login'],
  additionalProperties: false,
} as const;

/** An omitted key stays unchanged (N-23); unknown keys are accepted (N-22). */
export const USER_UPDATE = {
  type: 'object',
  properties: { password, can_login: { type: 'boolean' }, role },
} as const;

export type UserCreate = FromSchema<typeof USER_CREATE>;
export type UserUpdate = FromSchema<typeof USER_UPDATE>;
