/** Owns what is at `/`: the files of the console, and the document that says how the service is. Answers no other path. */

import { existsSync, readdirSync } from 'node:fs';
import { Router } from 'express';
import type { Looker, StatusDocument } from '../../protocol/entities/status.ts';
import { builtFolder, pageFiles } from '../page-files.ts';

interface Parts {
  /** Who sent this `Authorization` header. @throws ApiError `unavailable` where nobody can tell at the moment */
  readonly lookerOf: (authorization: string | undefined) => Promise<Looker | undefined>;
  readonly document: (looker: Looker | undefined) => StatusDocument;
}

const PAGE = 'index.html';

/** `/`, `/console/<file>` and `/status.json`, to be mounted at the root behind everything else. */
export function rootPage({ lookerOf, document }: Parts): Router {
  const folder = builtFolder('console');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const send = pageFiles(new Map(names.map((name) => [name, folder])));
  const router = Router();
  router.get('/', (_request, response, next) => send(response, PAGE, next));
  router.get('/console/:file', ({ params: { file } }, response, next) => {
    if (file === PAGE) next();
    else send(response, file, next);
  });
  router.get('/status.json', async (request, response) => {
    response.setHeader('Cache-Control', 'no-store');
    const looker = await lookerOf(request.headers.authorization);
    // Not 401: whether the service works is told to everybody, and a browser shows every refusal as an error.
    response.json(document(looker));
  });
  return router;
}
