/** Owns the bodies of requests: JSON and forms up to 256 KB; everything else is refused with 415. */

import express, { type RequestHandler } from 'express';
import { readMultipart } from './multipart.ts';

const LIMIT_BYTES = 256 * 1024;

/** The values of a form are texts. A request without body has `undefined`. */
export const readBody: readonly RequestHandler[] = [
  // Not strict: a body such as `[]` or `"x"` is JSON, and is told what is wrong with it as on any transport.
  express.json({ limit: LIMIT_BYTES, strict: false }),
  express.urlencoded({ limit: LIMIT_BYTES, extended: false }),
  express.raw({ limit: LIMIT_BYTES, type: 'multipart/form-data' }),
  readMultipart,
  refuseOthers,
];

function refuseOthers(...[request, , next]: Parameters<RequestHandler>): void {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
  const isUnread = request.body === undefined && (encoding !== undefined || Number(length) > 0);
  next(
    isUnread
      ? Object.assign(new Error('unsupported media type'), { status: 415, type: 'media.unsupported' })
      : undefined,
  );
}
