/**
 * Owns a strict stand-in for Google: the consent page, and the token endpoint behind the port.
 * Grants only what RFC 6749 and RFC 7636 allow: the client's own secret, the same redirect URI, the verifier, each code once.
 */

import { createHash, randomUUID } from 'node:crypto';
import type { CodeExchange, GoogleTokenEndpoint, GoogleTokens } from '../../../src/core/google/google.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';

export interface GoogleStandIn extends GoogleTokenEndpoint {
  /** A person follows the link and agrees: answers the query that the browser is sent back with. Throws if the link is wrong. */
  consent(link: string): Record<string, string>;
  /** Every exchange that was tried, good or bad. */
  readonly exchanges: readonly CodeExchange[];
}

interface Grant {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly scope: string;
}

export function googleStandIn(clients: Readonly<Record<string, string>>, now: () => number): GoogleStandIn {
  const grants = new Map<string, Grant>();
  const exchanges: CodeExchange[] = [];

  function take({ code, clientId, clientSecret, redirectUri, codeVerifier }: CodeExchange): Grant {
    if (clients[clientId] !== clientSecret) throw refused('invalid_client');
    const grant = grants.get(code);
    // A code is spent by the first try, whatever comes of it (RFC 6749, 4.1.2).
    grants.delete(code);
    const challenge = createHash('sha256').update(codeVerifier).digest('base64url');
    const isSame = grant?.clientId === clientId && grant.redirectUri === redirectUri && grant.challenge === challenge;
    if (!isSame || !/^[A-Za-z0-9\-._~]{43,128}$/.test(codeVerifier)) throw refused('invalid_grant');
    return grant;
  }

  return {
    exchanges,
    consent(link) {
      const { origin, pathname, searchParams } = new URL(link);
      if (`${origin}${pathname}` !== 'https://accounts.google.com/o/oauth2/v2/auth')
        throw new Error(`no page at ${link}`);
      const given = (name: string) => {
        const value = searchParams.get(name);
        if (!value) throw new Error(`the link lacks ${name}`);
        return value;
      };
      if (!(given('client_id') in clients)) throw new Error('invalid_client');
      if (given('response_type') !== 'code' || given('code_challenge_method') !== 'S256')
        throw new Error('invalid_request');
      const code = `4/${randomUUID()}`;
      const scope = given('scope');
      const redirectUri = given('redirect_uri');
      // The browser's own machine needs no HTTPS: developers.google.com/identity/protocols/oauth2/web-server, "URI validation".
      if (!/^(https:|http:\/\/localhost[:/])/.test(redirectUri)) throw new Error('redirect_uri_mismatch');
      grants.set(code, { clientId: given('client_id'), redirectUri, challenge: given('code_challenge'), scope });
      return { state: given('state'), iss: 'https://accounts.google.com', code, scope, authuser: '0' };
    },
    async exchangeCode(exchange): Promise<GoogleTokens> {
      exchanges.push(exchange);
      const { scope } = take(exchange);
      return {
        accessToken: `ya29.${randomUUID()}`,
        refreshToken: `1//${randomUUID()}`,
        expiresAtMs: now() + 3_599_000,
        scope,
      };
    },
  };
}

function refused(reason: string): ApiError {
  return new ApiError('upstream_failed', { message: `Google refused the authorisation (${reason})` });
}
