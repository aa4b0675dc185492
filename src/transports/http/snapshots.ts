/** Owns `GET /api/cameras/<id>/snapshot`: for whoever may read the camera, who gets a picture or the reason why there is none. */

import { Router } from 'express';
import { errorBody, toApiError } from '../../core/requests/error-body.ts';
import type { Registry } from '../../core/requests/registry.ts';
import { sendError } from './answer.ts';
import { bearerOf } from './envelope.ts';
import { requestIdOf } from './requests.ts';
import { peerOf } from './server/peer.ts';

/**
 * To be mounted at `/api`, where every other address has one part less.
 * @param take the camera's picture as a JPEG, or an ApiError
 */
export function snapshotRoute(registry: Registry, take: (cameraId: string) => Promise<Uint8Array>): Router {
  const router = Router();
  router.get('/cameras/:id/snapshot', async (request, response) => {
    const token = bearerOf(request.headers.authorization);
    const read = {
      command: 'read' as const,
      module: 'cameras',
      requestId: requestIdOf(response),
      entity: request.params.id,
      ...(token === undefined ? {} : { token }),
    };
    // Whoever may read the camera may see it: one table decides, and one place counts.
    const outcome = await registry.execute(read, { transport: 'http', ...peerOf(request) });
    if (!outcome.ok) return sendError(response, outcome.error.status, outcome.body);
    try {
      const picture = await take(read.entity);
      response.setHeader('Cache-Control', 'no-store');
      response.setHeader('Content-Type', 'image/jpeg');
      response.setHeader('Content-Length', picture.length);
      response.end(picture);
    } catch (thrown) {
      const error = toApiError(thrown);
      sendError(response, error.status, errorBody(error, read));
    }
  });
  return router;
}
