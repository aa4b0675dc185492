/** Owns how the instance API answers: its one-line JSON, its bare 401, and errors in the two forms that a client may ask for. */

import { STATUS_CODES } from 'node:http';
import type { Request, Response } from 'express';
import { sendJson } from '../http/answer.ts';

const REALM = 'Bearer realm="mqtt instances"';

interface Fault {
  readonly message: string;
  readonly error?: string;
}

/** `{message, error?}`, or RFC 9457 with both as extension members where the client asks for it. */
export function sendFault(request: Request, response: Response, status: number, fault: Fault): void {
  if (wantsProblem(request)) sendProblem(response, status, fault.message, fault);
  else sendJson(response, status, fault);
}

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

function sendProblem(response: Response, status: number, detail: string, members: object): void {
  const problem = { type: 'about:blank', title: STATUS_CODES[status], status, detail, ...members };
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/problem+json; charset=utf-8');
  response.end(JSON.stringify(problem));
}

/** Only where it is named: whoever accepts anything gets what was published. */
function wantsProblem({ headers: { accept = '' } }: Request): boolean {
  return accept.split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return type === 'application/problem+json' && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}
