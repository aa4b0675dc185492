/** Owns how an answer is read: the value, or the ApiError that an error body stands for, upstream's without codes too. */

import { ApiError } from '../../protocol/api-error.ts';
import { isObject } from '../../protocol/envelope.ts';
import { ERRORS, type ErrorCode } from '../../protocol/errors.ts';
import type { Violation } from '../../protocol/violation.ts';

const utf8 = new TextDecoder();

/**
 * @returns the module's value; undefined for an empty answer
 * @throws ApiError what the server said went wrong, or `upstream_failed` for an answer that is not JSON
 */
export function readAnswer(payload: Uint8Array): unknown {
  if (payload.length === 0) return undefined;
  const value = parse(payload);
  const error = errorOf(value);
  if (error) throw error;
  return value;
}

/** The error that a decoded body stands for; undefined when it is no error body. */
export function errorOf(body: unknown): ApiError | undefined {
  if (!isObject(body) || !isObject(body['error'])) return undefined;
  const { message, code, details, context } = body['error'];
  if (typeof message !== 'string') return undefined;
  const known = isErrorCode(code) ? code : codeOf(message);
  // Upstream answers with raw SQL, and that holds password hashes.
  const words = /^\s*(insert|update|select|delete)\s.*[`"]/i.test(message) ? {} : { message };
  return new ApiError(known, { ...words, details: violations(details), context: isObject(context) ? context : {} });
}

function parse(payload: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(payload));
  } catch (cause) {
    throw new ApiError('upstream_failed', { message: 'The answer is not valid JSON', cause });
  }
}

/** Messages that hold a name or a cause; the others stand in the catalogue. */
const PATTERNS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^Module .* not initialized$/, 'unknown_module'],
  [/^Module .* does not implement an? .* method$/, 'unsupported_command'],
  [/^Unknown action: /, 'unknown_action'],
  [/^No Process with name /, 'unknown_process'],
  [/unique constraint failed|duplicate (entry|key)/i, 'already_exists'],
  [/^"requestId" /, 'invalid_request_id'],
  [/^"[^"]*" (is|must|length|fails|contains) /, 'invalid_payload'],
];

function codeOf(message: string): ErrorCode {
  const exact = Object.entries(ERRORS).find(([, entry]) => entry.message === message)?.[0];
  if (isErrorCode(exact)) return exact;
  return PATTERNS.find(([pattern]) => pattern.test(message))?.[1] ?? 'upstream_failed';
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERRORS, code);
}

function violations(details: unknown): Violation[] {
  return Array.isArray(details) ? details.filter(isViolation) : [];
}

function isViolation(value: unknown): value is Violation {
  return isObject(value) && typeof value['message'] === 'string' && Array.isArray(value['path']);
}
