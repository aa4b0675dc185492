/** Owns a call to Google under a login: a token that Google refuses is renewed once, and the call made once more. */

import type { JsonObject } from '../protocol/envelope.ts';
import type { Answer, Refusal } from './answer.ts';
import type { GoogleHttp, GoogleRequest } from './http.ts';
import type { Logins } from './logins.ts';

interface AuthorisedCall {
  readonly credentialId: string;
  readonly request: GoogleRequest;
  /** Asked before each try: an answer is given in place of Google's. */
  readonly refusal?: () => Refusal | undefined;
}

export type AuthorisedHttp = (call: AuthorisedCall) => Promise<Answer<JsonObject>>;

export function withLogins(http: GoogleHttp, logins: Pick<Logins, 'accessToken'>): AuthorisedHttp {
  return async ({ credentialId, request, refusal }) => {
    let spent: string | undefined;
    for (;;) {
      const login = await logins.accessToken(credentialId, spent);
      if (!login.ok) return login;
      const refused = refusal?.();
      if (refused) return refused;
      const answer = await http({ ...request, accessToken: login.value });
      if (answer.ok || answer.failure.status !== 401 || spent !== undefined) return answer;
      spent = login.value;
    }
  };
}
