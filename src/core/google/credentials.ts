/** Owns what is stored of credentials, and seals it: everything secret is encrypted and bound to its record and its purpose. */

import type { Secrets } from '../ports.ts';
import type { CollectionSpec, StoredRecord } from '../store.ts';
import type { GoogleTokens } from './google.ts';

export interface CredentialRecord extends StoredRecord {
  readonly description: string;
  /** Hex SHA-256 of the client id: tells two credentials of one client without opening either. */
  readonly checksum: string;
  readonly sealedClient: string;
  /** Null: nobody has authorised these credentials, or Google has withdrawn it. */
  readonly sealedTokens: string | null;
  /** The consent link that was handed out last and has not come back. */
  readonly sealedPending: string | null;
  readonly tokenRedirectUrl: string | null;
  /** `projects/<project>/subscriptions/<name>`: where Google tells what the cameras notice. Absent: nobody asks. */
  readonly subscription?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The index is named by the key people know it by: `already_exists` shows it. */
export const CREDENTIALS: CollectionSpec<CredentialRecord> = {
  name: 'credentials',
  unique: { oauth_client_id: (credential) => credential.checksum },
};

export interface OauthClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly dacProjectId: string | null;
}

/** What must be remembered between handing out a consent link and the answer to it. */
export interface PendingAuthorization {
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
  readonly expiresAtMs: number;
}

interface Sealed {
  readonly client: OauthClient;
  readonly tokens: GoogleTokens;
  readonly pending: PendingAuthorization;
}

export function sealPart<K extends keyof Sealed>(secrets: Secrets, id: string, part: K, value: Sealed[K]): string {
  return secrets.seal(JSON.stringify(value), boundTo(id, part));
}

/** @throws ApiError `internal` when it was sealed under another key, for another record or as another part */
export function openPart<K extends keyof Sealed>(
  secrets: Pick<Secrets, 'open'>,
  id: string,
  part: K,
  sealed: string,
): Sealed[K] {
  // The seal vouches for the type: only sealPart makes a text that opens under this name.
  return JSON.parse(secrets.open(sealed, boundTo(id, part))) as Sealed[K];
}

function boundTo(id: string, part: string): string {
  return `credentials/${id}/${part}`;
}
