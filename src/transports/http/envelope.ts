/** Owns the translation of an HTTP request into the envelope of a request; whether it is a good one is not decided here, but for secrets in a query. */

import type { Request } from 'express';
import { isSecretKey } from '../../core/redaction.ts';
import { fromTexts } from '../../core/requests/payload.ts';
import type { Schema } from '../../core/requests/validation.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { MAX_ITEMS_PER_PAGE, PAGED } from '../../protocol/entities/page.ts';
import { type Envelope, isObject, type JsonObject } from '../../protocol/envelope.ts';
import type { Command } from '../../protocol/verbs.ts';
import { custom } from '../../protocol/violation.ts';
import { nested } from './nested.ts';

/** Undefined for a method that is no verb of the API. */
export function commandOf(request: Request): Command | undefined {
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return entityOf(request) === undefined ? 'list' : 'read';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'DELETE':
      return 'delete';
    default:
      return undefined;
  }
}

export function entityOf({ params }: Request): string | undefined {
  const { id } = params;
  return typeof id === 'string' ? id : undefined;
}

/** In the order of the wire's keys, since errors echo it. */
export function envelopeOf(request: Request, requestId: string): JsonObject {
  const command = commandOf(request);
  const entity = entityOf(request);
  const payload = payloadOf(request, command);
  const token = bearerOf(request.headers.authorization);
  return {
    command,
    module: request.params['module'],
    requestId,
    ...(entity === undefined ? {} : { entity }),
    ...(payload === undefined ? {} : { payload }),
    ...(token === undefined ? {} : { token }),
  };
}

/** The token of an `Authorization` header; undefined for other schemes and for none. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
}

/** A list takes its payload from the query; create and update need none on the wire, an absent body is an empty one. */
function payloadOf(request: Request, command: Command | undefined): unknown {
  if (command === 'list') return listOf(nested(request.query), request.params['module']);
  if (command !== 'create' && command !== 'update') return undefined;
  const body: unknown = request.body;
  if (body === undefined) return {};
  return isForm(request) && isObject(body) ? nested(body) : body;
}

/** Whoever asks for no page gets all, up to a page's limit (N-20). */
function listOf(query: JsonObject, module: unknown): JsonObject | undefined {
  const isWhole = PAGED.includes(String(module)) && !('page' in query) && !('itemsPerPage' in query);
  if (isWhole) return { ...query, itemsPerPage: MAX_ITEMS_PER_PAGE };
  return Object.keys(query).length > 0 ? query : undefined;
}

/**
 * The envelope with the query of a create or an update beside the body, as upstream takes both together, and texts read as the schema
 * means them.
 * @throws ApiError `invalid_payload` for a secret in the query: addresses are written down on the way
 */
export function withTexts(envelope: Envelope, request: Request, schema: Schema | undefined): Envelope {
  const { command, payload = {} } = envelope;
  if (command !== 'create' && command !== 'update') return envelope;
  const query = nested(request.query);
  refuseSecrets(query);
  const body = isForm(request) ? fromTexts(payload, schema) : payload;
  return { ...envelope, payload: { ...body, ...fromTexts(query, schema) } };
}

function isForm(request: Request): boolean {
  return Boolean(request.is('urlencoded') || request.is('multipart/form-data'));
}

function refuseSecrets(query: JsonObject): void {
  const key = Object.keys(query).find(isSecretKey);
  if (key === undefined) return;
  const violation = custom(['payload', key], 'any.query', 'must not be in the query: send it in the body', query[key]);
  throw new ApiError('invalid_payload', { message: violation.message, details: [violation] });
}
