/** Owns `GET /api/backup` and `POST /api/backup/check`: for whoever may see what is in one. What a backup is is not known here. */

import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import { errorBody, toApiError } from '../../../core/requests/error-body.ts';
import type { Registry } from '../../../core/requests/registry.ts';
import { sendError, sendJson } from '../answer.ts';
import { bearerOf } from '../envelope.ts';
import { requestIdOf } from '../requests.ts';
import { peerOf } from '../server/peer.ts';

export interface BackupFiles {
  /** Read back and checked. */
  make(): Promise<{ readonly bytes: Uint8Array }>;
  /** How much is in it. @throws ApiError for a file that is none, or is damaged */
  check(bytes: Uint8Array): Promise<Readonly<Record<string, number>>>;
}

/** As large as a house of tens of thousands of accounts, several times over. */
const MAX_BYTES = 64 * 1024 * 1024;

/** To be mounted in the API. @param now gives the date for the name of the file */
export function backupRoute(registry: Registry, backups: BackupFiles, now: () => number): Router {
  const router = Router();

  const forWhoMay =
    (run: (request: Request, response: Response) => Promise<void>): RequestHandler =>
    async (request, response) => {
      const token = bearerOf(request.headers.authorization);
      const list = {
        command: 'list' as const,
        module: 'backups',
        requestId: requestIdOf(response),
        ...(token === undefined ? {} : { token }),
      };
      // One table decides, and one place counts.
      const outcome = await registry.execute(list, { transport: 'http', ...peerOf(request) });
      if (!outcome.ok) return sendError(response, outcome.error.status, outcome.body);
      response.setHeader('Cache-Control', 'no-store');
      try {
        await run(request, response);
      } catch (thrown) {
        const error = toApiError(thrown);
        sendError(response, error.status, errorBody(error, list));
      }
    };

  const give = forWhoMay(async (_request, response) => {
    const { bytes } = await backups.make();
    const day = new Date(now()).toISOString().slice(0, 10);
    response.setHeader('Content-Type', 'application/octet-stream');
    response.setHeader('Content-Disposition', `attachment; filename="nestmtx-bridge-${day}.backup"`);
    response.setHeader('Content-Length', bytes.length);
    response.end(bytes);
  });

  const check = forWhoMay(async (request, response) => {
    const body: unknown = await bodyOf(request, response);
    const bytes = body instanceof Uint8Array ? body : new Uint8Array();
    sendJson(response, 200, { counts: await backups.check(bytes) });
  });

  router.get('/backup', give);
  router.post('/backup/check', check);
  return router;
}

/** Read only when whoever sends it may: 64 MB are not for strangers. */
function bodyOf(request: Request, response: Response): Promise<unknown> {
  const read = express.raw({ limit: MAX_BYTES, type: 'application/octet-stream' });
  return new Promise((resolve, reject) => {
    read(request, response, (error: unknown) => {
      if (error) reject(error);
      else resolve(request.body);
    });
  });
}
