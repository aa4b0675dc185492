/** Owns `POST /v1/auth/login`: the same users and tokens as everywhere, in the words of the instance API (contract 2.1, 3.2). */

import type { RequestHandler } from 'express';
import type { Logins } from '../../core/accounts/logins.ts';
import type { Sessions } from '../../core/accounts/sessions.ts';
import { isObject } from '../../protocol/envelope.ts';
import { sendJson } from '../http/answer.ts';
import { peerOf } from '../http/server/peer.ts';
import { sendWrongLogin } from './answers.ts';

export function loginHandler(logins: Logins, sessions: Sessions): RequestHandler {
  return async (request, response) => {
    const { email, username, password, rememberMe, name } = fieldsOf(request.body);
    const login = email ?? username;
    const isUsable = typeof login === 'string' && typeof password === 'string' && password !== '';
    const { address } = peerOf(request);
    const user = isUsable ? await logins.checkForApi({ username: login, password, address }) : undefined;
    if (!user) return sendWrongLogin(request, response);
    const { token } = await sessions.issue(user, {
      rememberMe: rememberMe === true || rememberMe === 'true',
      name: typeof name === 'string' ? name : undefined,
    });
    sendJson(response, 200, { user: { id: user.ownerId, role: user.role }, token });
  };
}

function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  return isObject(body) ? body : {};
}
