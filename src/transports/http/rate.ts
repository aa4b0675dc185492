/** Owns how many requests one address may make: counts them, says so in the RateLimit fields, and refuses what exceeds them. */

import type { Request, RequestHandler, Response } from 'express';
import type { MemoryStore } from 'express-rate-limit';
import { envelopeErrorBody } from '../../core/requests/error-body.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { sendError } from './answer.ts';
import { sendFault } from './fault.ts';
import { loadedByFirst } from './loaded-by-first.ts';
import { requestIdOf } from './requests.ts';

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
  let store: MemoryStore | undefined;
  const handler = loadedByFirst(async () => {
    const { MemoryStore, rateLimit } = await import('express-rate-limit');
    store = new MemoryStore();
    return rateLimit({
      store,
      windowMs,
      limit: requests,
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      // These warn on the console about what a client sends, such as X-Forwarded-For, and trust is our own decision.
      validate: false,
      // The limiter has set Retry-After by then.
      handler: refuse,
    });
  });
  return { handler, close: () => store?.shutdown() };
}

/** In the words of the API that was asked. */
function refuse(request: Request, response: Response): void {
  const error = new ApiError('too_many_requests');
  if (/^\/v1(\/|$)/.test(request.path)) {
    response.setHeader('Cache-Control', 'no-store');
    sendFault(request, response.vary('Accept'), error.status, { message: error.message });
  } else sendError(response, error.status, envelopeErrorBody(error, undefined, requestIdOf(response)));
}
