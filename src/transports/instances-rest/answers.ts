/** Owns how the instance API refuses whoever it does not know: its bare 401, and the words of a wrong login. */

import type { Request, Response } from 'express';
import { sendJson } from '../http/answer.ts';
import { sendProblem, wantsProblem } from '../http/fault.ts';

const REALM = 'Bearer realm="mqtt instances"';

/** I-07: the same whatever was wrong with the token, and whether or not there was anything to see. */
export function sendUnauthorized(request: Request, response: Response): void {
  const wasTokenSent = /^Bearer\b/i.test(request.headers.authorization ?? '');
  response.setHeader('WWW-Authenticate', wasTokenSent ? `${REALM}, error="invalid_token"` : REALM);
  if (wantsProblem(request)) {
    sendProblem(response, 401, 'Unauthorized', { message: 'Unauthorized' });
    return;
  }
  response.statusCode = 401;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end('Unauthorized');
}

/** The login has `error` where everything else has `message` (contract 2.1). */
export function sendWrongLogin(request: Request, response: Response): void {
  const error = 'Login or password is wrong';
  response.setHeader('WWW-Authenticate', REALM);
  if (wantsProblem(request)) sendProblem(response, 401, error, { error });
  else sendJson(response, 401, { error });
}
