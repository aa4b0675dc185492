/** Owns the credentials as the wire shows them: that there are secrets, never which (contract 2.7, N-37). */

import type { CredentialRecord } from '../core/google/credentials.ts';
import { sqlDateTime } from '../core/wire-time.ts';
import type { Credential } from '../protocol/entities/credentials.ts';

export function credentialObject(record: CredentialRecord): Credential {
  return {
    id: Number(record.id),
    description: record.description,
    checksum: record.checksum,
    oauth_client_id: null,
    oauth_client_secret: null,
    dac_project_id: null,
    tokens: null,
    token_redirect_url: record.tokenRedirectUrl,
    created_at: sqlDateTime(record.createdAt),
    updated_at: sqlDateTime(record.updatedAt),
    // There are no credentials without one: creating them requires it.
    has_secret: true,
    is_authenticated: record.sealedTokens !== null,
    pubsub_subscription: record.subscription ?? null,
  };
}
