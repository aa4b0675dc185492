/** Owns the two requests of OAuth: a code for tokens (RFC 6749, 4.1.3; RFC 7636, 4.5), and a refresh (RFC 6749, 6). Keeps nothing. */

import type { OauthClient } from '../core/google/credentials.ts';
import type { CodeExchange, GoogleTokenEndpoint, GoogleTokens } from '../core/google/google.ts';
import type { Clock } from '../core/ports.ts';
import { ApiError } from '../protocol/api-error.ts';
import type { JsonObject } from '../protocol/envelope.ts';
import { type Answer, type Failure, failed, granted, isPassing } from './answer.ts';
import { pauseAfter } from './back-off.ts';
import type { GoogleHttp } from './http.ts';
import type { Pauses } from './pauses.ts';

export interface TokenClient extends GoogleTokenEndpoint {
  /** Tries once. Failures have RFC 6749's codes, e.g. `invalid_grant`. */
  refresh(client: OauthClient, tokens: GoogleTokens): Promise<Answer<GoogleTokens>>;
}

interface Ports {
  readonly http: GoogleHttp;
  readonly url: string;
  readonly clock: Clock;
  readonly pauses: Pauses;
  readonly random: () => number;
}

/** A person waits for the exchange, and the consent link is spent by now. */
const EXCHANGE_ATTEMPTS = 3;

export function createTokenClient({ http, url, clock, pauses, random }: Ports): TokenClient {
  /** @param kept what stays good when the answer has none: the refresh token, and what was granted (RFC 6749, 6) */
  async function ask(form: Record<string, string>, kept?: GoogleTokens): Promise<Answer<GoogleTokens>> {
    const askedAtMs = clock.now();
    const answer = await http({ method: 'POST', url, body: new URLSearchParams(form) });
    return answer.ok ? tokensOf(answer.value, askedAtMs, kept) : answer;
  }

  return {
    async exchangeCode(exchange) {
      for (let attempt = 1; ; attempt++) {
        const answer = await ask(exchangeForm(exchange));
        if (answer.ok) return answer.value;
        const isWorthIt = isPassing(answer.failure) && attempt < EXCHANGE_ATTEMPTS;
        if (!isWorthIt || !(await pauses.wait(pauseAfter(answer.failure, attempt, random))))
          throw refusal(answer.failure);
      }
    },
    refresh: ({ clientId, clientSecret }, kept) =>
      ask(
        {
          grant_type: 'refresh_token',
          refresh_token: kept.refreshToken,
          client_id: clientId,
          client_secret: clientSecret,
        },
        kept,
      ),
  };
}

function exchangeForm({ clientId, clientSecret, code, redirectUri, codeVerifier }: CodeExchange) {
  return {
    grant_type: 'authorization_code',
    code,
    client_id: clientId,
    client_secret: clientSecret,
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
  };
}

function tokensOf(body: JsonObject, askedAtMs: number, kept: GoogleTokens | undefined): Answer<GoogleTokens> {
  const { access_token: accessToken, expires_in: seconds, refresh_token: given, scope = kept?.scope ?? '' } = body;
  const refreshToken = given ?? kept?.refreshToken;
  if (!isText(accessToken) || !isText(refreshToken) || typeof seconds !== 'number' || typeof scope !== 'string') {
    return failed(502, 'INTERNAL', 'Google granted no tokens, or not all of them');
  }
  const { refresh_token_expires_in: left } = body;
  const endsAtMs = typeof left === 'number' ? askedAtMs + left * 1000 : kept?.endsAtMs;
  const authorisedAtMs = kept ? kept.authorisedAtMs : askedAtMs;
  return granted({
    ...{ accessToken, refreshToken, expiresAtMs: askedAtMs + seconds * 1000, scope },
    ...(authorisedAtMs !== undefined && { authorisedAtMs }),
    ...(endsAtMs !== undefined && { endsAtMs }),
  });
}

function refusal({ code, message, status }: Failure): ApiError {
  const isAnswer = status < 500;
  return new ApiError('upstream_failed', {
    message: isAnswer
      ? `Google refused the authorisation (${code}). Start it again`
      : `${message}. Start the authorisation again`,
  });
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
