/** Owns `GET /metrics`: for administrators, and for a program on this machine; what there is to tell is not known here. */

import { type Request, type RequestHandler, Router } from 'express';
import type { Sessions } from '../../core/accounts/sessions.ts';
import { METRICS_TYPE } from '../../core/metrics.ts';
import { bearerOf } from './envelope.ts';

/** @param metrics their text */
export function metricsRoute(sessions: Pick<Sessions, 'find'>, metrics: () => Promise<string>): Router {
  const router = Router();
  const answer: RequestHandler = async (request, response) => {
    response.setHeader('Cache-Control', 'no-store');
    const session = sessions.find(bearerOf(request.headers.authorization) ?? '');
    if (session?.user.role === 'admin' || (!session && isFromHere(request))) {
      response.setHeader('Content-Type', METRICS_TYPE);
      response.end(await metrics());
      return;
    }
    response.setHeader('Content-Type', 'text/plain; charset=utf-8');
    if (!session) response.setHeader('WWW-Authenticate', 'Bearer realm="metrics"');
    response.statusCode = session ? 403 : 401;
    response.end(session ? 'Forbidden' : 'Unauthorized');
  };
  router.get('/metrics', answer);
  return router;
}

/**
 * Over the loopback interface and for nobody else: a proxy on this machine says for whom it asks, and a page of a foreign
 * site that had its name point here calls us by that name.
 */
function isFromHere({ headers, socket }: Request): boolean {
  const isForwarded = 'x-forwarded-for' in headers || 'forwarded' in headers || 'via' in headers;
  const isLoopback = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/.test(socket.remoteAddress ?? '');
  return isLoopback && !isForwarded && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i.test(headers.host ?? '');
}
