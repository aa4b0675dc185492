/** Owns `POST /hooks/mediamtx/<event>`: who may call it, and what is read of a call. Answers at once; a call is only a hint. */

import { isIPv4 } from 'node:net';
import express, { type Request, Router } from 'express';
import type { Secrets } from '../core/ports.ts';
import { ApiError } from '../protocol/api-error.ts';
import { isObject } from '../protocol/envelope.ts';
import { canonicalEventName } from '../protocol/events.ts';
import type { Poller } from './poller.ts';

interface Parts {
  readonly look: Poller['look'];
  readonly secrets: Pick<Secrets, 'digest'>;
  /** Callers from other machines must send it as their bearer token; without one there are none. */
  readonly hookSecret: string | undefined;
}

/** MediaMTX's names of its hooks, and ours of what they mean. */
const EVENTS: Readonly<Record<string, string>> = {
  demand: 'demand',
  unDemand: 'unDemand',
  ready: 'ready',
  notReady: 'notReady',
  available: 'ready',
  unavailable: 'notReady',
  online: 'ready',
  offline: 'notReady',
  read: 'read',
  unread: 'unread',
};
const LIMIT_BYTES = 16 * 1024;
const MAX_QUERY = 1024;

/** To be mounted at `/hooks/mediamtx`. */
export function mediaMtxHooks({ look, secrets, hookSecret }: Parts): Router {
  const expected = hookSecret === undefined ? undefined : secrets.digest(hookSecret);

  function isAllowed(request: Request): boolean {
    const [, given] = /^Bearer (.+)$/i.exec(request.get('authorization') ?? '') ?? [];
    // Digests of one length leave nothing to be measured.
    if (given !== undefined && expected !== undefined) return secrets.digest(given) === expected;
    return isFromHere(request);
  }

  return Router().post(
    '/:event',
    (request, _response, next) => next(isAllowed(request) ? undefined : new ApiError('unauthorized')),
    express.urlencoded({ limit: LIMIT_BYTES, extended: false }),
    express.json({ limit: LIMIT_BYTES }),
    (request, response) => {
      const { event: name = '' } = request.params;
      const event = Object.hasOwn(EVENTS, canonicalEventName(name)) ? EVENTS[canonicalEventName(name)] : undefined;
      if (event === undefined)
        throw new ApiError('unknown_action', { message: `Unknown action: ${name.slice(0, 64)}` });
      const { path, query } = isObject(request.body) ? request.body : {};
      if (typeof path !== 'string' || path === '')
        throw new ApiError('invalid_payload', { message: '"path" is required' });
      // Who reads and what feeds it is told by the look: the hook may be late or alone.
      const isTold = typeof query === 'string' && query !== '';
      void look(path, { event, ...(isTold ? { query: query.slice(0, MAX_QUERY) } : {}) });
      response.status(202).end();
    },
  );
}

/** A proxy on this machine speaks for others. */
function isFromHere({ headers, socket }: Request): boolean {
  const isForwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/i, '');
  return !isForwarded && (address === '::1' || (isIPv4(address) && address.startsWith('127.')));
}
