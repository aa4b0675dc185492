/** Owns which failure of an instance request is which answer: the published words where there are some, and no secret in any. */

import type { Request, Response } from 'express';
import { isLookUpFailure } from '../../core/instances/faults.ts';
import type { Log } from '../../core/ports.ts';
import { toApiError } from '../../core/requests/error-body.ts';
import type { ApiError } from '../../protocol/api-error.ts';
import { setRetryAfter } from '../http/answer.ts';
import { sendFault } from '../http/fault.ts';
import { requestIdOf } from '../http/requests.ts';
import { sendUnauthorized } from './answers.ts';

/** A refusal by the rules of HTTP, which the application behind it does not know. */
export class HttpRefusal extends Error {
  readonly status: 400 | 404 | 409 | 412 | 422;

  constructor(status: HttpRefusal['status'], message: string) {
    super(message);
    this.name = 'HttpRefusal';
    this.status = status;
  }
}

/** @param words of the published call's 500; calls of ours have none and answer with the status of the error */
export function answerFailure(
  request: Request,
  response: Response,
  thrown: unknown,
  log: Log,
  words: string | undefined,
): void {
  const refusal = refusalOf(thrown);
  const error = toApiError(thrown);
  if (refusal) sendFault(request, response, refusal.status, { message: refusal.message });
  else if (error.status === 401) sendUnauthorized(request, response);
  else if (error.status >= 500) answerFault(request, response, error, log, words);
  else {
    setRetryAfter(response, error);
    sendFault(request, response, error.status, { message: error.message });
  }
}

function answerFault(request: Request, response: Response, error: ApiError, log: Log, words: string | undefined): void {
  const requestId = requestIdOf(response);
  log.error({ err: error.cause ?? error, method: request.method, requestId }, 'an instance request failed');
  if (isLookUpFailure(error)) {
    sendFault(request, response, 500, { message: error.message });
    return;
  }
  const status = words === undefined ? error.status : 500;
  const reason = `${reasonOf(error)} (request ${requestId})`;
  sendFault(request, response, status, { message: words ?? error.message, error: reason });
}

/** Ours, and what Express' body parsers throw: their own words quote what was sent. */
function refusalOf(thrown: unknown): { status: number; message: string } | undefined {
  if (thrown instanceof HttpRefusal) return thrown;
  if (!(thrown instanceof Error) || !('type' in thrown) || !('status' in thrown)) return undefined;
  const status = Number(thrown.status);
  if (status === 413) return { status, message: 'The request body is too large' };
  if (status === 415) return { status, message: 'The request body must be JSON or a form, in UTF-8' };
  return status >= 400 && status < 500 ? { status, message: 'The request body cannot be read' } : undefined;
}

/** I-08: a short sentence; what a broker, a store or a library said stays in the log. */
function reasonOf({ code }: ApiError): string {
  return code === 'unavailable' ? 'The broker or the store is not available' : 'Internal error';
}
