/** Owns how many requests one address may make: counts them, says so in the RateLimit fields, and refuses what exceeds them. */

import type { RequestHandler } from 'express';
import { MemoryStore, rateLimit } from 'express-rate-limit';
import { envelopeErrorBody } from '../core/error-body.ts';
import { ApiError } from '../protocol/api-error.ts';
import { sendError } from './http-answer.ts';
import { requestIdOf } from './http-requests.ts';

export interface HttpRate {
  readonly requests: number;
  readonly windowMs: number;
}

export interface RateLimiter {
  readonly handler: RequestHandler;
  close(): void;
}

/** An IPv6 client is counted by its network, since it has as many addresses as it likes. */
export function limitRate({ requests, windowMs }: HttpRate): RateLimiter {
  const store = new MemoryStore();
  const handler = rateLimit({
    store,
    windowMs,
    limit: requests,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // These warn on the console about what a client sends, such as X-Forwarded-For, and trust is our own decision.
    validate: false,
    // The limiter has set Retry-After by then.
    handler: (_request, response) => {
      const error = new ApiError('too_many_requests');
      sendError(response, error.status, envelopeErrorBody(error, undefined, requestIdOf(response)));
    },
  });
  return { handler, close: () => store.shutdown() };
}
