/** Owns how Google's answers are told apart: a value, or a failure in words and codes that may leave the process. */

import { isObject, type JsonObject } from '../protocol/envelope.ts';

export interface Failure {
  /** For people: holds no token and no raw answer. */
  readonly message: string;
  /** Google's own word, e.g. `RESOURCE_EXHAUSTED` or `invalid_grant`; `UNAVAILABLE` also where Google could not be reached. */
  readonly code: string;
  /** An HTTP status: 503 also where Google could not be reached, or was not asked. */
  readonly status: number;
  /** How long Google, or our own budget, wants to be left alone. */
  readonly retryAfterMs?: number;
}

export interface Refusal {
  readonly ok: false;
  readonly failure: Failure;
}

export type Answer<T> = { readonly ok: true; readonly value: T } | Refusal;

export function granted<T>(value: T): Answer<T> {
  return { ok: true, value };
}

export function failed(status: number, code: string, message: string, retryAfterMs?: number): Refusal {
  return { ok: false, failure: { message, code, status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) } };
}

/** Whether the same request may succeed later, with nobody doing anything about it. */
export function isPassing({ status }: Failure): boolean {
  return status >= 500 || status === 429 || status === 408;
}

/** Nobody answered, or only to say that nobody is there: it is Google that is missing, whatever was asked for. */
export function isUnreached({ status, code }: Failure): boolean {
  return status === 503 && code === 'UNAVAILABLE';
}

/** One call more and Google would refuse it: so it was not asked. */
export function ownLimit(retryAfterMs: number): Refusal {
  return failed(503, 'RESOURCE_EXHAUSTED', 'Google has been asked as often as it allows', retryAfterMs);
}

export function isOwnLimit({ status, code }: Failure): boolean {
  return status === 503 && code === 'RESOURCE_EXHAUSTED';
}

/**
 * Reads what went wrong from an answer that is none of success.
 * SDM sends `{error: {code, message, status}}`, the token endpoint `{error, error_description}` (RFC 6749, 5.2).
 */
export function failureOf(status: number, body: JsonObject, retryAfterMs: number | undefined): Refusal {
  const { error, error_description: description } = body;
  const { status: word, message } = isObject(error) ? error : { status: error, message: description };
  const code = typeof word === 'string' && /^\w{1,64}$/.test(word) ? word : (WORDS[status] ?? 'UNKNOWN');
  const text = typeof message === 'string' && message !== '' ? message : `Google answered ${status}`;
  return failed(status, code, withoutTokens(text), retryAfterMs);
}

const WORDS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** Whatever long and opaque text Google echoes may be a token or the name of a device. */
function withoutTokens(text: string): string {
  return text.replace(/[\w\-./+=~:]{24,}/g, '[redacted]').slice(0, 300);
}
