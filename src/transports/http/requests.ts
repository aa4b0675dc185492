/** Owns what every request gets: an id that it is answered and logged under, and one line in the log. */

import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { RequestHandler, Response } from 'express';
import type { Clock, Log } from '../../core/ports.ts';
import { isRequestId } from '../../protocol/topics.ts';

const HEADER = 'X-Request-Id';

export const identify: RequestHandler = (request, response, next) => {
  response.setHeader(HEADER, idFor(request));
  next();
};

/** Takes the client's `X-Request-Id` where it is one that could be answered on every transport; else makes one. */
export function idFor({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  const isUsable = isRequestId(given) && /^[\x20-\x7e]+$/.test(given);
  return isUsable ? given : randomUUID();
}

export function requestIdOf(response: Response): string {
  return String(response.getHeader(HEADER));
}

/** The line names the route and never the path: an entity may be an authorisation code, a query a token. */
export function logRequests(log: Log, clock: Clock): RequestHandler {
  return (request, response, next) => {
    const start = clock.monotonicMs();
    response.once('close', () => {
      const path: unknown = request.route?.path;
      const fields = {
        method: request.method,
        route: typeof path === 'string' ? request.baseUrl + path : null,
        status: response.statusCode,
        ms: Math.round(clock.monotonicMs() - start),
        requestId: requestIdOf(response),
      };
      log.debug(fields, 'http request');
    });
    next();
  };
}
