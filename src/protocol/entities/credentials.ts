/** Owns what the wire shows and takes of credentials: the keys to a Google project (contract 2.7, N-37, N-38). */

import type { FromSchema } from 'json-schema-to-ts';
import { id, momentOrNull, textOrNull } from './fields.ts';

const text = { type: 'string', minLength: 1 } as const;

/** Null: nobody asks what the cameras notice. */
const subscription = {
  type: ['string', 'null'],
  pattern: '^projects/[a-z][a-z0-9.:-]{2,63}/subscriptions/[A-Za-z][\\w.~+-]{2,254}$',
  description:
    'Subscription of Pub/Sub that brings motion, persons, sounds and chimes, e.g. projects/house/subscriptions/nest',
} as const;

export const CREDENTIAL_CREATE = {
  type: 'object',
  properties: {
    description: text,
    oauth_client_id: text,
    oauth_client_secret: text,
    dac_project_id: { type: ['string', 'null'], minLength: 1, description: 'Project id of the Device Access Console' },
    pubsub_subscription: subscription,
  },
  required: ['description', 'oauth_client_id', 'oauth_client_secret'],
  additionalProperties: false,
} as const;

export const CREDENTIAL_UPDATE = {
  type: 'object',
  properties: {
    origin: { ...text, description: 'Where Google sends the browser back to, e.g. https://nest.example:2001' },
    pubsub_subscription: { ...subscription, description: 'Changes it; as in `create`' },
  },
  required: ['origin'],
  additionalProperties: false,
} as const;

export type CredentialCreate = FromSchema<typeof CREDENTIAL_CREATE>;
export type CredentialUpdate = FromSchema<typeof CREDENTIAL_UPDATE>;

const hidden = { type: 'null', description: 'Never shown' } as const;
const sqlMoment = {
  type: 'string',
  pattern: '^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d$',
  description: 'UTC',
} as const;

/** Keys in wire order. Four of them are secrets and never leave; the last are ours: whether secrets are there, what is none, and what ends when. */
export const CREDENTIAL = {
  title: 'Credential',
  type: 'object',
  properties: {
    id,
    description: { type: 'string' },
    checksum: { type: 'string', description: 'Hex SHA-256 of the client id' },
    oauth_client_id: hidden,
    oauth_client_secret: hidden,
    dac_project_id: hidden,
    tokens: hidden,
    token_redirect_url: { ...textOrNull, description: 'The redirect URI the tokens were granted for' },
    created_at: sqlMoment,
    updated_at: sqlMoment,
    has_secret: { type: 'boolean' },
    is_authenticated: { type: 'boolean' },
    pubsub_subscription: {
      ...textOrNull,
      description: 'Where Google tells what the cameras notice; null: nobody asks',
    },
    authorized_at: {
      ...momentOrNull,
      description: 'When somebody agreed at Google; null: nobody did, or it is not known',
    },
    authorization_ends_at: {
      ...momentOrNull,
      description: 'When all of it ends, where Google has said so: as it does while the consent screen is in testing',
    },
    token_expires_at: { ...momentOrNull, description: 'Of the access token, which is renewed some minutes before' },
    link_expires_at: { ...momentOrNull, description: 'Of the link to the consent page that was handed out last' },
    pubsub_heard_at: {
      ...momentOrNull,
      description:
        'When the subscription last answered since the start; Google deletes one that nobody asks for 31 days',
    },
  },
  required: [
    'id',
    'description',
    'checksum',
    'oauth_client_id',
    'oauth_client_secret',
    'dac_project_id',
    'tokens',
    'token_redirect_url',
    'created_at',
    'updated_at',
    'has_secret',
    'is_authenticated',
    'pubsub_subscription',
    'authorized_at',
    'authorization_ends_at',
    'token_expires_at',
    'link_expires_at',
    'pubsub_heard_at',
  ],
  additionalProperties: false,
} as const;

export const CREDENTIAL_ID = { ...id, description: 'The id of the new credentials, bare' } as const;

export const NEXT_LINK = {
  type: 'string',
  format: 'uri',
  description: "Google's consent page; once authorised, the page to choose devices on",
} as const;

export const AUTHORIZED = {
  title: 'Authorized',
  type: 'object',
  properties: { success: { const: true } },
  required: ['success'],
  additionalProperties: false,
} as const;

export type Credential = Readonly<FromSchema<typeof CREDENTIAL>>;
export type Authorized = Readonly<FromSchema<typeof AUTHORIZED>>;
