/** Owns what the wire shows and takes of credentials: the keys to a Google project (contract 2.7, N-37, N-38). */

import type { FromSchema } from 'json-schema-to-ts';

const text = { type: 'string', minLength: 1 } as const;

export const CREDENTIAL_CREATE = {
  type: 'object',
  properties: {
    description: text,
    oauth_client_id: text,
    oauth_client_secret: text,
    dac_project_id: { type: ['string', 'null'], minLength: 1, description: 'Project id of the Device Access Console' },
  },
  required: ['description', 'oauth_client_id', 'oauth_client_secret'],
  additionalProperties: false,
} as const;

export const CREDENTIAL_UPDATE = {
  type: 'object',
  properties: {
    origin: { ...text, description: 'Where Google sends the browser back to, e.g. https://nest.example:2001' },
  },
  required: ['origin'],
  additionalProperties: false,
} as const;

export type CredentialCreate = FromSchema<typeof CREDENTIAL_CREATE>;
export type CredentialUpdate = FromSchema<typeof CREDENTIAL_UPDATE>;

/** Keys in wire order. Four of them are secrets and never leave; the last two are ours, and tell whether they are there. */
export interface Credential {
  readonly id: number;
  readonly description: string;
  /** Hex SHA-256 of the client id. */
  readonly checksum: string;
  readonly oauth_client_id: null;
  readonly oauth_client_secret: null;
  readonly dac_project_id: null;
  readonly tokens: null;
  /** The redirect URI the tokens were granted for. */
  readonly token_redirect_url: string | null;
  /** `YYYY-MM-DD HH:MM:SS`, UTC. */
  readonly created_at: string;
  readonly updated_at: string;
  readonly has_secret: boolean;
  readonly is_authenticated: boolean;
}

export interface Authorized {
  readonly success: true;
}
