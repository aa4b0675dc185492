/** Owns `GET /metrics`: for administrators, and for a program on this machine; what there is to tell is not known here. */

import { type RequestHandler, Router } from 'express';
import type { Sessions } from '../../core/accounts/sessions.ts';
import { METRICS_TYPE } from '../../core/metrics.ts';
import { isFromThisMachine } from '../../core/network.ts';
import { bearerOf } from './envelope.ts';

/** @param metrics their text */
export function metricsRoute(sessions: Pick<Sessions, 'find'>, metrics: () => Promise<string>): Router {
  const router = Router();
  const answer: RequestHandler = async (request, response) => {
    response.setHeader('Cache-Control', 'no-store');
    const session = sessions.find(bearerOf(request.headers.authorization) ?? '');
    const isFromHere = isFromThisMachine({ headers: request.headers, address: request.socket.remoteAddress });
    if (session?.user.role === 'admin' || (!session && isFromHere)) {
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
