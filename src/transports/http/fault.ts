/** Owns errors in the two forms that a client of the instance API may ask for: one line of JSON, or RFC 9457. */

import { STATUS_CODES } from 'node:http';
import type { Request, Response } from 'express';
import { sendJson } from './answer.ts';

interface Fault {
  readonly message: string;
  readonly error?: string;
}

/** `{message, error?}`, or RFC 9457 with both as extension members where the client asks for it. */
export function sendFault(request: Request, response: Response, status: number, fault: Fault): void {
  if (wantsProblem(request)) sendProblem(response, status, fault.message, fault);
  else sendJson(response, status, fault);
}

export function sendProblem(response: Response, status: number, detail: string, members: object): void {
  const problem = { type: 'about:blank', title: STATUS_CODES[status], status, detail, ...members };
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/problem+json; charset=utf-8');
  response.end(JSON.stringify(problem));
}

/** Only where it is named: whoever accepts anything gets what was published. */
export function wantsProblem({ headers: { accept = '' } }: Request): boolean {
  return accept.split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return type === 'application/problem+json' && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}
