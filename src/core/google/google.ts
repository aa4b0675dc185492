/** Owns the port to Google's token endpoint: what is asked of it and what it grants. Knows no HTTP. */

import { ApiError } from '../../protocol/api-error.ts';

/** RFC 6749, 4.1.3 and RFC 7636, 4.5. */
export interface CodeExchange {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Good for one exchange. */
  readonly code: string;
  /** Exactly the one the consent link was made with. */
  readonly redirectUri: string;
  /** The secret behind the challenge in the consent link. */
  readonly codeVerifier: string;
}

export interface GoogleTokens {
  readonly accessToken: string;
  /** An answer without one is a failure: the consent link asks for it, and without it access ends within the hour. */
  readonly refreshToken: string;
  /** Of the access token, in milliseconds since 1970. */
  readonly expiresAtMs: number;
  /** What was granted: may be less than what was asked for. */
  readonly scope: string;
  /** When somebody agreed; absent of tokens from before that was kept. */
  readonly authorisedAtMs?: number;
  /** Where Google has said that all of it ends then: while the consent screen is in testing, or where somebody agreed for some time only. */
  readonly endsAtMs?: number;
}

export interface GoogleTokenEndpoint {
  /** @throws ApiError `upstream_failed` with words for a person: no code, no secret, no raw answer */
  exchangeCode(exchange: CodeExchange): Promise<GoogleTokens>;
}

/** Stands in where there is no client for Google. */
export const GOOGLE_NOT_CONFIGURED: GoogleTokenEndpoint = {
  async exchangeCode() {
    throw new ApiError('upstream_failed', { message: 'Google is not configured yet' });
  },
};
