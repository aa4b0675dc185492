/** Owns the pictures of a camera over HTTP, one of now and the last one: for whoever may read it, who gets the picture or why there is none. */

import { type Request, type Response, Router } from 'express';
import type { LastPictures, TakePicture } from '../../../core/cameras/control.ts';
import { errorBody, toApiError } from '../../../core/requests/error-body.ts';
import type { Registry } from '../../../core/requests/registry.ts';
import { noSnapshot } from '../../../protocol/entities/watching/snapshot.ts';
import { sendError } from '../answer.ts';
import { bearerOf } from '../envelope.ts';
import { requestIdOf } from '../requests.ts';
import { peerOf } from '../server/peer.ts';

interface Pictures {
  readonly take: TakePicture;
  readonly last: LastPictures;
}

/** To be mounted at `/api`, where every other address has one part less. */
export function snapshotRoute(registry: Registry, { take, last }: Pictures): Router {
  const router = Router();
  const answer = (send: (cameraId: string, request: Request, response: Response) => Promise<void>) => {
    return async (request: Request<{ id: string }>, response: Response): Promise<void> => {
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
        await send(String(Number(read.entity)), request, response);
      } catch (thrown) {
        const error = toApiError(thrown);
        sendError(response, error.status, errorBody(error, read));
      }
    };
  };
  router.get(
    '/cameras/:id/snapshot',
    answer(async (cameraId, _request, response) => {
      const picture = await take(cameraId);
      response.setHeader('Cache-Control', 'no-store');
      sendJpeg(response, picture);
    }),
  );
  router.get(
    '/cameras/:id/snapshot/last',
    answer(async (cameraId, request, response) => {
      const picture = last.get(cameraId);
      if (!picture) throw noSnapshot('none_kept');
      // Kept by nobody but the browser, which asks each time whether it still may.
      response.setHeader('Cache-Control', 'private, no-cache');
      response.setHeader('Last-Modified', new Date(picture.atMs).toUTCString());
      response.setHeader('ETag', `"${picture.atMs}-${picture.jpeg.length}"`);
      if (request.fresh) response.status(304).end();
      else sendJpeg(response, picture.jpeg);
    }),
  );
  return router;
}

function sendJpeg(response: Response, picture: Uint8Array): void {
  response.setHeader('Content-Type', 'image/jpeg');
  response.setHeader('Content-Length', picture.length);
  response.end(picture);
}
