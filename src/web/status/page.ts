/** Owns the status page at `/`: its files, and the document that it shows. Answers no other path. */

import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Router } from 'express';
import { builtFolder, pageFiles } from '../page-files.ts';
import type { StatusDocument, Viewer } from './document.ts';

interface Parts {
  /** Who sent this `Authorization` header. @throws ApiError `unavailable` where nobody can tell at the moment */
  readonly viewerOf: (authorization: string | undefined) => Promise<Viewer | undefined>;
  readonly document: (viewer: Viewer | undefined) => StatusDocument;
}

const PAGE = 'status.html';
const FILES = /\.(css|js|svg)$/;
const SOCKET_IO_CLIENT = 'socket.io.min.js';

/**
 * `/`, `/status/<file>` and `/status.json`, to be mounted at the root behind everything else.
 *
 * The page asks for the whole document again whenever the existing Socket.IO feed tells of an event, and every few seconds
 * besides. The feed alone would not do: it has no state, no reasons, and nothing from before the page was opened; the API
 * shows a camera without its reason, and instances with their passwords. Like the hooks of MediaMTX, events are hints here.
 */
export function statusPage({ viewerOf, document }: Parts): Router {
  const own = ownFolder();
  const sendPage = pageFiles(new Map([[PAGE, own]]));
  const names = readdirSync(own, { recursive: true, encoding: 'utf8' }).filter((name) => FILES.test(name));
  const sendFile = pageFiles(
    new Map([...names.map((name) => [name, own] as const), [SOCKET_IO_CLIENT, clientFolder()]]),
  );
  const router = Router();
  router.get('/', (_request, response, next) => sendPage(response, PAGE, next));
  router.get('/status/*file', (request, response, next) => sendFile(response, request.params.file.join('/'), next));
  router.get('/status.json', async (request, response) => {
    response.setHeader('Cache-Control', 'no-store');
    const viewer = await viewerOf(request.headers.authorization);
    // Not 401: whether the service works is told to everybody, and a browser shows every refusal as an error.
    response.json(document(viewer));
  });
  return router;
}

/** The build puts them elsewhere than where they are when the sources run. */
function ownFolder(): string {
  const source = fileURLToPath(new URL('browser', import.meta.url));
  return existsSync(source) ? source : builtFolder('status');
}

/** The package of the server brings the client that fits it. */
function clientFolder(): string {
  const { resolve } = createRequire(import.meta.url);
  return join(dirname(resolve('socket.io/package.json')), 'client-dist');
}
