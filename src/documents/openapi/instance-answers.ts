/** Owns the answers of the instance API as schemas: published texts are constants, errors come in two forms. */

import type { Schema } from '../../core/requests/validation.ts';
import { INSTANCE, INSTANCE_KEYS } from '../../protocol/entities/instance.ts';

const { properties } = INSTANCE;
const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };
const count = { type: 'integer', minimum: 0 };

export const PUBLISHED_SCHEMA: Schema = {
  type: 'object',
  properties: Object.fromEntries(INSTANCE_KEYS.map((key) => [key, properties[key]])),
  required: INSTANCE_KEYS,
};

/** What `?fields=` leaves. */
export const CHOSEN_SCHEMA: Schema = { type: 'object', properties };

export const LIST_SCHEMA = object({
  mqtts: { type: 'array', items: { anyOf: [{ $ref: '#/components/schemas/MqttInstance' }, CHOSEN_SCHEMA] } },
  recordsTotal: { ...count, description: 'All of the caller' },
  recordsFiltered: { ...count, description: 'All that the search finds, on every page' },
});

/** One of `email` and `username`. */
export const LOGIN_SCHEMA = {
  type: 'object',
  properties: { email: text, username: text, password: text, rememberMe: { enum: [true, false, 'true', 'false'] } },
  required: ['password'],
};

export const LOGIN_SUCCESS_SCHEMA = object({
  user: object({ id: properties.owner, role: { enum: ['admin', 'user'] } }),
  token: text,
});

export const SESSIONS_SCHEMA = object({
  sessions: {
    type: 'array',
    items: object({
      client_id: text,
      address: textOrNull,
      since: textOrNull,
      protocol_version: { type: ['integer', 'null'] },
    }),
  },
  last_seen: textOrNull,
  last_address: textOrNull,
  last_client_id: textOrNull,
});

const COUNTERS = {
  messages_received: count,
  messages_sent: count,
  bytes_received: count,
  bytes_sent: count,
  peak_connections: count,
  refused_logins: count,
};

export const USAGE_SCHEMA = object({
  ...COUNTERS,
  last_seen: textOrNull,
  history: { type: 'array', items: object({ since: text, ...COUNTERS }) },
  plan: object({ instances: object({ used: count, limit: count }) }),
});

/** Not every broker tells. */
export const DISCONNECTED_SCHEMA = object({ disconnected: { anyOf: [count, { const: 'unknown' }] } });

export const ACL_CHECK_SCHEMA = object({
  allowed: { type: 'boolean' },
  rule: text,
  action: { enum: ['publish', 'subscribe'] },
  topic: text,
});

export const UNAUTHORIZED = {
  description: 'There is no token, or not a good one',
  content: {
    'text/plain': { schema: { const: 'Unauthorized' }, examples: { example: { value: 'Unauthorized' } } },
    ...asProblem({ message: { const: 'Unauthorized' } }, { message: 'Unauthorized' }, 401),
  },
};

const WRONG = 'Login or password is wrong';

/** The one with `error` where all others have `message`. */
export const WRONG_LOGIN = {
  description: 'The login failed, for whatever reason',
  content: {
    ...media('application/json', object({ error: { const: WRONG } }), { error: WRONG }),
    ...asProblem({ error: { const: WRONG } }, { error: WRONG }, 401),
  },
};

export function answers(description: string, schema: object, example: object) {
  return { description, content: media('application/json', schema, example) };
}

export function says(description: string, message: string) {
  return answers(description, object({ message: { const: message } }), { message });
}

/**
 * @param message the published words; absent where they depend on the case
 * @param withError whether a short reason comes with it, always or in some cases
 */
export function failure(description: string, message?: string | string[], withError: boolean | 'some' = false) {
  const constants = message === undefined ? [] : [message].flat();
  const schema = constants.length > 0 ? { enum: constants } : text;
  const members = { message: schema, ...(withError === false ? {} : { error: text }) };
  const required = withError === true ? ['message', 'error'] : ['message'];
  const words = constants[0] ?? description;
  const example = { message: words, ...(withError === false ? {} : { error: 'The broker is away (request 7)' }) };
  return {
    description,
    content: {
      ...media('application/json', { ...object(members), required }, example),
      ...asProblem(members, example, 500),
    },
  };
}

/** RFC 9457, for whoever accepts it. */
function asProblem(members: Readonly<Record<string, object>>, example: object, status: number) {
  const schema = {
    type: 'object',
    properties: { type: text, title: text, status: { type: 'integer' }, detail: text, ...members },
    required: ['type', 'title', 'status', 'detail'],
  };
  const value = { type: 'about:blank', title: 'It failed', status, detail: 'It failed', ...example };
  return media('application/problem+json', schema, value);
}

function media(type: string, schema: object, value: unknown) {
  return { [type]: { schema, examples: { example: { value } } } };
}

function object(members: Readonly<Record<string, object>>) {
  return { type: 'object', properties: members, required: Object.keys(members) };
}
