/** Owns the translation of an HTTP request into the envelope of a request; whether it is a good one is not decided here. */

import type { Request } from 'express';
import type { JsonObject } from '../../protocol/envelope.ts';
import type { Command } from '../../protocol/verbs.ts';

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
  if (command === 'list') return Object.keys(request.query).length > 0 ? { ...request.query } : undefined;
  if (command !== 'create' && command !== 'update') return undefined;
  const body: unknown = request.body;
  return body === undefined ? {} : body;
}
