/** Owns the one error class; every failure that reaches a client is one of these, whatever threw first. */

import { ERRORS, type ErrorCode } from './errors.ts';
import { VIOLATION, type Violation } from './violation.ts';

interface ApiErrorOptions {
  /** Needed for codes whose words depend on the case. */
  readonly message?: string;
  readonly details?: readonly Violation[];
  /** How another service echoed the request that it refused. */
  readonly context?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
  /** Where it is known when the same request may succeed. */
  readonly retryAfterSeconds?: number;
}

export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly details: readonly Violation[];
  readonly context: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, options: ApiErrorOptions = {}) {
    const { message, details = [], context = {}, cause, retryAfterSeconds } = options;
    super(message ?? ERRORS[code].message ?? code, { cause });
    this.name = 'ApiError';
    this.code = code;
    this.details = details;
    this.context = context;
    this.retryAfterSeconds = retryAfterSeconds;
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

export const ERROR_BODY = {
  title: 'ErrorBody',
  type: 'object',
  properties: {
    error: {
      type: 'object',
      properties: {
        message: { type: 'string', description: "NestMTX's words: a text, or the key of one" },
        code: { enum: Object.keys(ERRORS), description: 'For programs; a code is never renamed' },
        details: { type: 'array', items: VIOLATION },
        context: { type: 'object', description: 'The request without its secrets' },
      },
      required: ['message', 'code', 'details', 'context'],
      additionalProperties: false,
    },
  },
  required: ['error'],
  additionalProperties: false,
} as const;
