/** Owns the words exchanged with Google's consent page: the link to it, and the answer it sends the browser back with (2.9, N-38). */

import type { CredentialRecord, OauthClient, PendingAuthorization } from '../core/google/credentials.ts';
import type { Secrets } from '../core/ports.ts';
import { ApiError } from '../protocol/api-error.ts';
import { isObject } from '../protocol/envelope.ts';

const CONSENT_URL = 'https://accounts.google.com/o/oauth2/v2/auth';
const SCOPES = 'openid https://www.googleapis.com/auth/sdm.service';
const PUBSUB_SCOPE = 'https://www.googleapis.com/auth/pubsub';
const DEVICE_ACCESS_CONSOLE = 'https://console.nest.google.com/device-access/project-list';

/** Ten minutes: how long a person may take on the consent page. */
const VALID_MS = 10 * 60 * 1000;

/** @throws ApiError `invalid_url` when `origin` is no absolute http or https URL */
export function newPending(origin: string, secrets: Secrets, nowMs: number): PendingAuthorization {
  return {
    nonce: secrets.newHex(32),
    // RFC 7636, 4.1: 43 to 128 characters.
    codeVerifier: secrets.newPassword(64),
    redirectUri: redirectUri(origin),
    expiresAtMs: nowMs + VALID_MS,
  };
}

/** Whether what was granted is enough for what the credentials are used for. */
export function isGrantedFor({ subscription }: Pick<CredentialRecord, 'subscription'>, scope: string): boolean {
  return subscription === undefined || scope.split(' ').includes(PUBSUB_SCOPE);
}

/** The page where a person lets us in; Google binds the code it gives to the challenge (RFC 7636, 4.3). */
export function consentUrl(
  { id, subscription }: Pick<CredentialRecord, 'id' | 'subscription'>,
  client: OauthClient,
  pending: PendingAuthorization,
  secrets: Secrets,
): string {
  const parameters = new URLSearchParams({
    access_type: 'offline',
    scope: subscription === undefined ? SCOPES : `${SCOPES} ${PUBSUB_SCOPE}`,
    prompt: 'consent',
    include_granted_scopes: 'true',
    state: Buffer.from(JSON.stringify({ id: Number(id), nonce: pending.nonce })).toString('base64'),
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: pending.redirectUri,
    // The challenge is public by design: the plain SHA-256 of the verifier.
    code_challenge: Buffer.from(secrets.checksum(pending.codeVerifier), 'hex').toString('base64url'),
    code_challenge_method: 'S256',
  });
  return `${CONSENT_URL}?${parameters}`;
}

/** The page where a person chooses which devices we see; without a project, the one where projects are made. */
export function deviceAccessUrl({ dacProjectId }: OauthClient): string {
  if (dacProjectId === null) return DEVICE_ACCESS_CONSOLE;
  return `https://nestservices.google.com/partnerconnections/${encodeURIComponent(dacProjectId)}`;
}

export interface AuthorizationAnswer {
  readonly code: string;
  /** Which credentials were meant; they need not exist. */
  readonly id: string;
  /** Whatever stands in its place; only the one we gave out is good. */
  readonly nonce: unknown;
}

/**
 * Reads what the browser came back with. Google adds parameters as it likes (`iss`, `hd`): what is not needed is not looked at.
 * @param entity base64 of the JSON object that the page at the redirect URI made of its query
 * @throws ApiError `authorization_malformed`, or `authorization_state` when only the state is no good
 */
export function parseAnswer(entity: string): AuthorizationAnswer {
  const { state, code, scope, origin } = decode(entity) ?? {};
  if (!isText(state) || !isText(code) || !isText(scope) || !isText(origin) || !URL.canParse(origin)) {
    throw new ApiError('authorization_malformed');
  }
  const { id, nonce } = decode(state) ?? {};
  if (!Number.isSafeInteger(id)) throw new ApiError('authorization_state');
  return { code, id: String(id), nonce };
}

function redirectUri(origin: string): string {
  const { protocol, host, hostname } = URL.canParse(origin)
    ? new URL(origin)
    : { protocol: '', host: '', hostname: '' };
  if (protocol !== 'http:' && protocol !== 'https:') throw new ApiError('invalid_url');
  // Google takes no other scheme than HTTPS but for the browser's own machine; a path or user in the origin is not part of it.
  const scheme = hostname === 'localhost' ? protocol : 'https:';
  return new URL(`${scheme}//${host}/credentials/authorize`).toString();
}

function decode(base64: string) {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64, 'base64').toString());
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
