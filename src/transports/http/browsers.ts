/** Owns what browsers are told: the security headers, and which pages of other origins may call us. */

import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { sendValue } from './answer.ts';

/** Made for a page of our own that is served over plain HTTP in a home, and may be framed by a page of the same origin. */
export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        // Live feeds of the page; 'self' covers WebSockets in current browsers only.
        'connect-src': ["'self'", 'ws:', 'wss:'],
        // Pictures and films of cameras come as answers of the API, and go into the page from there.
        'img-src': ["'self'", 'data:', 'blob:'],
        'media-src': ["'self'", 'blob:'],
        'object-src': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'self'"],
      },
    },
    // Whoever ends TLS decides for its whole host; and on plain HTTP browsers ignore these and complain.
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  });
}

const ALLOWED = 'Authorization, Content-Type, X-Request-Id, Idempotency-Key, If-Match';

const EXPOSED = [
  'X-Request-Id',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'Allow',
  'ETag',
  'Link',
  'Location',
  'WWW-Authenticate',
  'Idempotency-Replayed',
  'X-Receipt-Kicked',
  'X-Receipt-Offline-Dropped',
  'X-Receipt-Retained-Purged',
].join(', ');

/** Lets pages of the listed origins call us; without origins there is nothing to say, and browsers refuse. */
export function crossOrigin(origins: readonly string[]): RequestHandler {
  const allowed = new Set(origins);
  return (request, response, next) => {
    if (allowed.size === 0) return next();
    response.vary('Origin');
    const { origin } = request.headers;
    if (origin === undefined || !allowed.has(origin)) return next();
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Expose-Headers', EXPOSED);
    const isPreflight = request.method === 'OPTIONS' && 'access-control-request-method' in request.headers;
    if (!isPreflight) return next();
    response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, POST, PUT, PATCH, DELETE');
    response.setHeader('Access-Control-Allow-Headers', ALLOWED);
    response.setHeader('Access-Control-Max-Age', '600');
    sendValue(response, 204, undefined);
  };
}
