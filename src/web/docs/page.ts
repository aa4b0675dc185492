/** Owns the page to read and try the API on, with Swagger UI's files and both documents. Serves these files and no others. */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RequestHandler, Router } from 'express';
import { builtFolder, pageFiles } from '../page-files.ts';

interface Parts {
  readonly openApi: () => Promise<object>;
  readonly asyncApi: () => Promise<object>;
}

const PAGE = 'docs.html';
const OWN_FILES = ['docs.js', 'docs.css'];
const SWAGGER_UI_FILES = [
  'swagger-ui-bundle.js',
  'swagger-ui.css',
  'swagger-ui-bundle.js.LICENSE.txt',
  'LICENSE',
  'NOTICE',
];

/** `/docs/`, `/openapi.json` and `/asyncapi.json`: to be mounted at the root. */
export function docsPage({ openApi, asyncApi }: Parts): Router {
  const { own, swaggerUi } = findFiles();
  const send = pageFiles(
    new Map([
      ...[PAGE, ...OWN_FILES].map((name) => [name, own] as const),
      ...SWAGGER_UI_FILES.map((name) => [name, swaggerUi] as const),
    ]),
  );

  const router = Router();
  router.get('/docs', (request, response, next) => {
    // Relative, like all links of the page: whoever stands before us may have taken a prefix off the path.
    if (request.path.endsWith('/')) send(response, PAGE, next);
    else response.redirect('docs/');
  });
  router.get('/docs/:file', (request, response, next) => send(response, request.params.file, next));
  router.get('/openapi.json', sendDocument(openApi));
  router.get('/asyncapi.json', sendDocument(asyncApi));
  return router;
}

/** Made at the first request, and kept as text: that is all there is to it from then on. */
function sendDocument(make: () => Promise<object>): RequestHandler {
  let text: string | undefined;
  return async (_request, response) => {
    text ??= JSON.stringify(await make());
    response.setHeader('Cache-Control', 'no-cache');
    response.type('json').send(text);
  };
}

/** The build puts all files into one folder; when the sources run, they are where they come from. */
function findFiles(): { own: string; swaggerUi: string } {
  const source = fileURLToPath(new URL('.', import.meta.url));
  if (existsSync(join(source, PAGE))) {
    return { own: source, swaggerUi: dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json')) };
  }
  const built = builtFolder('docs');
  return { own: built, swaggerUi: built };
}
