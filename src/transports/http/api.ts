/** Owns the request API over HTTP: a request to an envelope, its outcome to a status and a body (contract 2.8, N-50). */

import { type RequestHandler, type Response, Router } from 'express';
import { envelopeErrorBody, errorBody, toApiError } from '../../core/requests/error-body.ts';
import type { Registry } from '../../core/requests/registry.ts';
import type { Schema } from '../../core/requests/validation.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { type Envelope, type JsonObject, parseEnvelope } from '../../protocol/envelope.ts';
import { COMMANDS, type Command } from '../../protocol/verbs.ts';
import { notOneOf } from '../../protocol/violation.ts';
import { sendError, sendValue, setRetryAfter } from './answer.ts';
import { readBody } from './body.ts';
import { commandOf, entityOf, envelopeOf, withTexts } from './envelope.ts';
import { requestIdOf } from './requests.ts';
import { peerOf } from './server/peer.ts';

/** Upstream answers an update with 201. */
const STATUS: Readonly<Record<Command, number>> = { list: 200, read: 200, create: 201, update: 201, delete: 204 };

export function apiRouter(registry: Registry): Router {
  const router = Router();
  router.all('/:module{/:id}', keepOutOfCaches, refuseMethods, ...readBody, async (request, response) => {
    const sent = envelopeOf(request, requestIdOf(response));
    let envelope: Envelope;
    try {
      const parsed = parseEnvelope(sent);
      envelope = withTexts(parsed, request, schemaOf(registry.modules, parsed));
    } catch (thrown) {
      const error = toApiError(thrown);
      if (error.code === 'invalid_payload') return sendError(response, error.status, errorBody(error, sent));
      return refuse(response, 400, error, sent);
    }
    const outcome = await registry.execute(envelope, { transport: 'http', ...peerOf(request) });
    if (outcome.ok) return sendValue(response, STATUS[envelope.command], outcome.value);
    setRetryAfter(response, outcome.error);
    sendError(response, outcome.error.status, outcome.body);
  });
  return router;
}

function schemaOf(modules: Registry['modules'], { module, command }: Envelope): Schema | undefined {
  return modules.find(({ name }) => name === module)?.operations[command]?.schema;
}

const keepOutOfCaches: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};

const refuseMethods: RequestHandler = (request, response, next) => {
  if (commandOf(request)) return next();
  response.setHeader('Allow', entityOf(request) === undefined ? 'GET, HEAD, POST' : 'GET, HEAD, PUT, DELETE');
  if (request.method === 'OPTIONS') return sendValue(response, 204, undefined);
  const violation = notOneOf(['command'], COMMANDS, request.method);
  refuse(response, 405, new ApiError('invalid_envelope', { message: violation.message, details: [violation] }), {});
};

/** What breaks the rules of the envelope has upstream's one message; the fault itself is in the details. */
function refuse(response: Response, status: number, { code, details }: ApiError, sent: JsonObject): void {
  const error = new ApiError(code, { message: 'Invalid Context', details });
  sendError(response, status, envelopeErrorBody(error, sent, requestIdOf(response)));
}
