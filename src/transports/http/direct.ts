/**
 * Owns calls that are answered ahead of Express, since they come in bursts and somebody waits for what they cause:
 * small POSTs of forms or JSON, with the ids, log lines and error bodies of every other request.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DirectRoute } from '../../core/direct-calls.ts';
import type { Clock, Log } from '../../core/ports.ts';
import { envelopeErrorBody } from '../../core/requests/error-body.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { decode, isObject, type JsonObject } from '../../protocol/envelope.ts';
import { understand } from './errors.ts';
import { idFor } from './requests.ts';

export interface DirectRoutes {
  /** Takes the POSTs to one part below `path`, which begins with a slash and ends without one. */
  add(path: string, route: DirectRoute): void;
  /** @returns false for a request that is Express' */
  take(request: IncomingMessage, response: ServerResponse): boolean;
}

const LIMIT_BYTES = 16 * 1024;

export function createDirectRoutes(log: Log, clock: Clock): DirectRoutes {
  const routes = new Map<string, DirectRoute>();

  return {
    add: (path, route) => void routes.set(path, route),
    take(request, response) {
      const [, path = '', name = ''] = /^(\/.+)\/([^/?]+)\/?(?:\?|$)/.exec(request.url ?? '') ?? [];
      const route = request.method === 'POST' ? routes.get(path) : undefined;
      if (!route) return false;
      const start = clock.monotonicMs();
      const requestId = idFor(request);
      response.setHeader('X-Request-Id', requestId);
      response.once('close', () => {
        const fields = {
          method: 'POST',
          route: path,
          status: response.statusCode,
          ms: Math.round(clock.monotonicMs() - start),
          requestId,
        };
        log.debug(fields, 'http request');
      });
      answer(route, name, request).then(
        (status) => response.writeHead(status).end(),
        (thrown: unknown) => refuse(response, thrown, requestId),
      );
      return true;
    },
  };

  function refuse(response: ServerResponse, thrown: unknown, requestId: string): void {
    const { error, status } = understand(thrown);
    if (status >= 500) log.error({ err: error.cause ?? error, method: 'POST', requestId }, 'a request failed');
    if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    // What has not been read of the body would be taken for the next request.
    response.setHeader('Connection', 'close');
    response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' });
    response.end(JSON.stringify(envelopeErrorBody(error, undefined, requestId)));
  }
}

async function answer(route: DirectRoute, name: string, request: IncomingMessage): Promise<number> {
  const call = { name, headers: request.headers, address: request.socket.remoteAddress };
  route.admit(call);
  return route.answer(call, bodyOf(request, await bytesOf(request)));
}

/** Whatever does not say that it is JSON is read as the form that a hook sends. */
function bodyOf({ headers }: IncomingMessage, bytes: Buffer): JsonObject {
  if (!/^application\/json\b/i.test(headers['content-type'] ?? '')) {
    return Object.fromEntries(new URLSearchParams(bytes.toString()));
  }
  const body = decode(bytes);
  return isObject(body) ? body : {};
}

function bytesOf(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LIMIT_BYTES) chunks.push(chunk);
      else reject(Object.assign(new Error('too large'), { status: 413, type: 'entity.too.large' }));
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', (cause) =>
      reject(new ApiError('invalid_payload', { message: 'The request broke off', cause })),
    );
  });
}
