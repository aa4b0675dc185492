/**
 * Owns `/credentials/authorize`, where Google sends the browser back to: takes the answer and says plainly what came of it. Needs no
 * login: the link to Google's page, which carried the secret in the answer, was given to an administrator only, and is good once.
 */

import { Router } from 'express';
import { ApiError } from '../../protocol/api-error.ts';
import { type ConsentResult, consentHtml } from './html.ts';

/** Does what `credentials.read` does. @throws ApiError as it refuses */
type Redeem = (entity: string) => Promise<unknown>;

export function consentPage(redeem: Redeem): Router {
  const router = Router();
  router.get('/credentials/authorize', async (request, response) => {
    const result = await resultOf(
      request.query,
      `${request.protocol}://${request.headers.host ?? request.hostname}`,
      redeem,
    );
    response.setHeader('Cache-Control', 'no-store');
    response.status(result.kind === 'done' ? 200 : 400);
    response.type('html').send(consentHtml(result, request.acceptsLanguages('en', 'de') === 'de' ? 'de' : 'en'));
  });
  return router;
}

async function resultOf(query: object, origin: string, redeem: Redeem): Promise<ConsentResult> {
  const error: unknown = Reflect.get(query, 'error');
  if (error !== undefined) return { kind: 'declined', reason: String(error) };
  if (Object.keys(query).length === 0) return { kind: 'empty' };
  try {
    await redeem(Buffer.from(JSON.stringify({ ...query, origin })).toString('base64'));
    return { kind: 'done' };
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) return { kind: 'failed', reason: 'internal' };
    const isStale = thrown.code === 'authorization_state';
    return isStale ? { kind: 'stale' } : { kind: 'failed', reason: thrown.message };
  }
}
