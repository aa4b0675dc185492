/** Owns how an answer is written: JSON or text with its status, and errors in the wire's one form. */

import type { Response } from 'express';
import type { ApiError, ErrorBody } from '../../protocol/api-error.ts';
import { loadedByFirst } from './loaded-by-first.ts';

const COMPRESSED_FROM_BYTES = 1024;
const RETRY_AFTER_SECONDS = 6;

/** For routes of other parts; answers of this file are compressed by themselves. */
export const compress = loadedByFirst(async () => {
  const { default: compression } = await import('compression');
  return compression({ threshold: COMPRESSED_FROM_BYTES });
});

/** Written as one piece and without an ETag: Express' own `json` halves the requests per second. */
export function sendJson(response: Response, status: number, body: unknown): void {
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(body));
}

/** An answer without a result has no body, and a scalar is plain text (contract 2.8). */
export function sendValue(response: Response, status: number, value: unknown): void {
  if (value === undefined || status === 204) response.status(status).end();
  else if (typeof value === 'object') sendJson(response, status, value);
  else send(response, status, 'text/plain; charset=utf-8', String(value));
}

export function sendError(response: Response, status: number, body: ErrorBody): void {
  response.setHeader('Cache-Control', 'no-store');
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  sendJson(response, status, body);
}

/** Whoever asked too often is told when to come back, and so is everybody else of whom that is known. */
export function setRetryAfter(response: Response, { status, retryAfterSeconds }: ApiError): void {
  if (status === 429 || retryAfterSeconds !== undefined)
    response.setHeader('Retry-After', retryAfterSeconds ?? RETRY_AFTER_SECONDS);
}

function send(response: Response, status: number, type: string, text: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', type);
  // Compression takes the response apart before it knows the size: small answers are spared that.
  if (text.length < COMPRESSED_FROM_BYTES) response.end(text);
  else compress(response.req, response, () => response.end(text));
}
