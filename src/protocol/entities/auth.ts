/** Owns what the wire shows and takes of logins and tokens (contract 2.7, N-23, N-30 to N-32). */

import type { FromSchema } from 'json-schema-to-ts';
import { unanswered } from './bridges.ts';
import { count, id, moment, momentOrNull, textOrNull } from './fields.ts';
import { USER } from './user.ts';

/**
 * Deliberately without required keys, or types of name and password: whatever is wrong with those reads `Invalid user credentials`
 * (contract 2.7), so the module decides.
 */
export const LOGIN = {
  type: 'object',
  properties: {
    username: { description: 'Name of the user' },
    password: { description: 'Password of the user' },
    rememberMe: { type: 'boolean', description: 'true: the token lasts 30 days instead of one' },
    name: {
      description: 'What the token is called in `auth.list`: where it is used, for example; up to 100 characters',
    },
  },
} as const;

export const TOKEN_LIST = {
  type: 'object',
  properties: { everybody: { type: 'boolean', description: 'The tokens of all users. For administrators' } },
} as const;

export const LOGGED_IN = {
  title: 'Login',
  type: 'object',
  properties: {
    bearer: { type: 'string', description: 'The token: opaque, and shown this once' },
    expiration: { ...moment, description: 'The real end of the token' },
    user: USER,
  },
  required: ['bearer', 'expiration', 'user'],
  additionalProperties: false,
} as const;

/** A token as its owner sees it: never the secret. */
const TOKEN = {
  title: 'Token',
  type: 'object',
  properties: {
    id: { type: 'string', description: 'What `auth.delete` takes: not the token itself' },
    created_at: moment,
    expires_at: moment,
    current: { type: 'boolean', description: 'Whether it is the one this request was made with' },
    user_id: id,
    name: { ...textOrNull, description: 'As given at the login' },
    last_used_at: momentOrNull,
    last_address: { ...textOrNull, description: 'IP address that it was last used from, where known' },
  },
  required: ['id', 'created_at', 'expires_at', 'current', 'user_id', 'name', 'last_used_at', 'last_address'],
  additionalProperties: false,
} as const;

/** Logins that failed, for administrators. */
export const FAILED_LOGINS = {
  title: 'FailedLogins',
  type: 'object',
  properties: {
    count: { ...count, description: 'How many since the service started; in a cluster, since its bridges did' },
    items: {
      type: 'array',
      description: 'The latest first: a hundred at most, each from one network under one name',
      items: {
        type: 'object',
        properties: {
          username: { ...textOrNull, description: 'Null where no user has the name' },
          network: { type: 'string', description: 'An IPv4 address, or the network of an IPv6 one' },
          times: count,
          last_at: moment,
        },
        required: ['username', 'network', 'times', 'last_at'],
        additionalProperties: false,
      },
    },
    ...unanswered,
  },
  required: ['count', 'items'],
  additionalProperties: false,
} as const;

export const TOKENS = { type: 'array', items: TOKEN } as const;

export type Login = Readonly<FromSchema<typeof LOGGED_IN>>;
export type FailedLoginList = Readonly<FromSchema<typeof FAILED_LOGINS>>;
export type TokenInfo = Readonly<FromSchema<typeof TOKEN>>;
