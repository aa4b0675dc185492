/** Owns the credentials as the wire shows them: that there are secrets, never which, and when what they open ends (contract 2.7, N-37). */

import { type CredentialRecord, openPart } from '../core/google/credentials.ts';
import type { Clock, Secrets } from '../core/ports.ts';
import { isoZulu, sqlDateTime } from '../core/wire-time.ts';
import type { Credential } from '../protocol/entities/credentials.ts';

interface Ports {
  readonly secrets: Pick<Secrets, 'open'>;
  readonly clock: Clock;
  /** When the subscription last answered, in milliseconds since 1970. */
  readonly heardAtMs: (credentialId: string) => number | undefined;
}

export function credentialObject(record: CredentialRecord, { secrets, clock, heardAtMs }: Ports): Credential {
  const { id, sealedTokens, sealedPending } = record;
  const tokens = sealedTokens === null ? undefined : opened(() => openPart(secrets, id, 'tokens', sealedTokens));
  const link = sealedPending === null ? undefined : opened(() => openPart(secrets, id, 'pending', sealedPending));
  const isLinkGood = link !== undefined && link.expiresAtMs > clock.now();
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
    authorized_at: momentOf(tokens?.authorisedAtMs),
    authorization_ends_at: momentOf(tokens?.endsAtMs),
    token_expires_at: momentOf(tokens?.expiresAtMs),
    link_expires_at: isLinkGood ? momentOf(link.expiresAtMs) : null,
    pubsub_heard_at: momentOf(heardAtMs(id)),
  };
}

function momentOf(ms: number | undefined): string | null {
  return ms === undefined ? null : isoZulu(ms);
}

/** What another key has sealed ends at a time that nobody knows; a list is no place to fail for that. */
function opened<Part>(open: () => Part): Part | undefined {
  try {
    return open();
  } catch {
    return undefined;
  }
}
