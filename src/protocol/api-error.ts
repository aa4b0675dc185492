/** Owns the one error class; every failure that reaches a client is one of these, whatever threw first. */

import { ERRORS, type ErrorCode } from './errors.ts';
import type { Violation } from './violation.ts';

interface ApiErrorOptions {
  /** Needed for codes whose words depend on the case. */
  readonly message?: string;
  readonly details?: readonly Violation[];
  readonly cause?: unknown;
}

export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly details: readonly Violation[];

  constructor(code: ErrorCode, { message, details = [], cause }: ApiErrorOptions = {}) {
    super(message ?? ERRORS[code].message ?? code, { cause });
    this.name = 'ApiError';
    this.code = code;
    this.details = details;
  }

  /** The HTTP status of this error (contract 2.8, N-50). */
  get status(): number {
    return ERRORS[this.code].status;
  }

  get retryable(): boolean {
    return ERRORS[this.code].retryable;
  }
}

/** The body every transport sends for a failure (N-02); `context` is the request without its secrets. */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly code: ErrorCode;
    readonly details: readonly Violation[];
    readonly context: Readonly<Record<string, unknown>>;
  };
}
