/** Owns the body of a failure: the error in the wire's form, with an echo of the request that holds no secret (N-02, N-03). */

import { ApiError, type ErrorBody } from '../../protocol/api-error.ts';
import type { User } from '../../protocol/entities/user.ts';
import { isObject } from '../../protocol/envelope.ts';
import type { Violation } from '../../protocol/violation.ts';
import { isSecretKey, REDACTED, redact, redactText } from '../redaction.ts';

/**
 * @param request the request as it was sent, so that the echo keeps its order; undefined echoes nothing
 * @param user who made it, where known: goes last
 */
export function errorBody(error: ApiError, request?: unknown, user?: User): ErrorBody {
  const hidesEntity = carriesCodeInEntity(request);
  return {
    error: {
      // It may be in the words of another program, which quotes what it was given.
      message: redactText(error.message),
      code: error.code,
      details: error.details.map((violation) => withoutSecrets(violation, hidesEntity)),
      context: { ...echo(request, hidesEntity), ...(user ? { user } : {}) },
    },
  };
}

/** The body for a request that never became one: nothing is echoed but the id that could be read (N-04). */
export function envelopeErrorBody(error: ApiError, value: unknown, requestId: string | undefined): ErrorBody {
  const { error: body } = errorBody(error, value);
  return { error: { ...body, context: requestId === undefined ? {} : { requestId } } };
}

/** Whatever was thrown, as an ApiError: what is not one already says no more than `internal`. */
export function toApiError(thrown: unknown): ApiError {
  return thrown instanceof ApiError ? thrown : new ApiError('internal', { cause: thrown });
}

function echo(request: unknown, hidesEntity: boolean): Record<string, unknown> {
  if (!isObject(request)) return {};
  const entries = Object.entries(request).filter(([key]) => key !== 'token');
  const clean = redact(Object.fromEntries(entries));
  if (!isObject(clean)) return {};
  if (typeof clean['payload'] === 'string') return { ...clean, payload: REDACTED };
  return hidesEntity && 'entity' in clean ? { ...clean, entity: REDACTED } : { ...clean };
}

function withoutSecrets(violation: Violation, hidesEntity: boolean): Violation {
  if (!('value' in violation.context)) return violation;
  const { value, key } = violation.context;
  // A string where an object was due is a twice-encoded request: it may hold anything.
  const isWholeRequest = violation.type === 'object.base' && typeof value === 'string';
  const isSecret = typeof key === 'string' && (isSecretKey(key) || (hidesEntity && key === 'entity'));
  const clean = isWholeRequest || isSecret ? REDACTED : redact(value);
  return { ...violation, context: { ...violation.context, value: clean } };
}

/** The entity of `credentials.read` is an OAuth answer with a code in it. */
function carriesCodeInEntity(request: unknown): boolean {
  if (!isObject(request) || request['module'] !== 'credentials') return false;
  return request['command'] !== 'update' && request['command'] !== 'delete';
}
