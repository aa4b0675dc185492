/** Owns what a request gets that no route answered, and that failed before one could: bodies and addresses nobody can read. */

import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Log } from '../../core/ports.ts';
import { envelopeErrorBody, toApiError } from '../../core/requests/error-body.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { sendError, sendJson } from './answer.ts';
import { requestIdOf } from './requests.ts';

/** Upstream's words (contract 2.8). */
export const notFound: RequestHandler = (request, response) => {
  sendJson(response, 404, { message: `Cannot ${request.method}:${request.path}` });
};

export function answerErrors(log: Log): ErrorRequestHandler {
  // Express knows a handler of errors by its four parameters.
  return (thrown, request, response, next) => {
    if (response.headersSent) return next(thrown);
    const { error, status } = understand(thrown);
    const requestId = requestIdOf(response);
    if (status >= 500) log.error({ err: error.cause ?? error, method: request.method, requestId }, 'a request failed');
    sendError(response, status, envelopeErrorBody(error, undefined, requestId));
  };
}

/** Express and its body parser throw errors with a `status` and a `type`; their messages quote what was sent. */
export function understand(thrown: unknown): { error: ApiError; status: number } {
  const { status, type } = marks(thrown);
  const error = explain(thrown, status, type);
  return { error, status: status ?? error.status };
}

function explain(thrown: unknown, status: number | undefined, type: unknown): ApiError {
  if (status === undefined) return toApiError(thrown);
  if (type === 'entity.parse.failed') return new ApiError('malformed_json', { cause: thrown });
  const message = typeof type === 'string' ? bodyFault(type, status) : 'The address is not percent-encoded UTF-8';
  return new ApiError(typeof type === 'string' ? 'invalid_payload' : 'invalid_envelope', { message, cause: thrown });
}

function bodyFault(type: string, status: number): string {
  if (type === 'entity.too.large') return 'The request body is too large';
  if (status === 415)
    return 'The request body must be JSON or a form, in UTF-8, plain or compressed by gzip, br or deflate';
  return `The request body cannot be read (${type})`;
}

/** Only a client's fault may speak for itself; everything else is an internal error. */
function marks(thrown: unknown): { status: number | undefined; type: unknown } {
  if (thrown instanceof ApiError || !(thrown instanceof Error) || !('status' in thrown)) {
    return { status: undefined, type: undefined };
  }
  const isFault = typeof thrown.status === 'number' && thrown.status >= 400 && thrown.status < 500;
  return { status: isFault ? Number(thrown.status) : undefined, type: 'type' in thrown ? thrown.type : undefined };
}
