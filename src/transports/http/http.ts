/** Owns the HTTP side of the service: the one server, what stands before every route, the request API and the order of them all. */

import type { IncomingMessage, RequestListener, Server } from 'node:http';
import express, { type RequestHandler, Router } from 'express';
import type { Clock, Log } from '../../core/ports.ts';
import type { Registry } from '../../core/requests/registry.ts';
import { compress, sendJson } from './answer.ts';
import { apiRouter } from './api.ts';
import { crossOrigin, securityHeaders } from './browsers.ts';
import { createDirectRoutes, type DirectRoutes } from './direct.ts';
import { bearerOf } from './envelope.ts';
import { answerErrors, notFound } from './errors.ts';
import { type HttpRate, limitRate } from './rate.ts';
import { identify, logRequests } from './requests.ts';
import { atPath } from './server/at-path.ts';
import { expressServer } from './server/express-server.ts';
import { close, listen } from './server/listener.ts';
import { type Peer, peerReader } from './server/peer.ts';
import { dispatchUpgrades, type UpgradeHandler } from './server/upgrades.ts';

interface Parts {
  readonly registry: Registry;
  readonly log: Log;
  readonly clock: Clock;
  /** Pages of these origins may call the API. */
  readonly corsOrigins: readonly string[];
  /** Number of reverse proxies, or their addresses and subnets, whose X-Forwarded headers are believed. */
  readonly trustProxy?: number | readonly string[] | undefined;
  /** What `/healthz` says; everything but `ok` is answered with 503. */
  readonly status: () => string;
  /** Waits until a token is known that may be; absent, or undefined: there is nothing to wait for. */
  readonly known?: ((token: string) => Promise<void> | undefined) | undefined;
  /** Per address; 20,000 requests in 10 s when absent: far above what people need, far below what a runaway loop would do. */
  readonly rate?: HttpRate;
}

export interface HttpTransport {
  readonly server: Server;
  /** Adds routes below `path`, behind the guards and before the 404. Bodies are read by the routes that want them. */
  mount(path: string, ...handlers: (RequestHandler | Router)[]): void;
  /** Adds routes below `/api`, ahead of the request API, which would take their addresses for modules. */
  mountInApi(router: Router): void;
  /** Adds POSTs that are answered ahead of all other routes and of their rate limit. */
  answerDirectly: DirectRoutes['add'];
  /** Hands over what is asked for at this path, ahead of all routes, of their guards and of their rate limit. */
  onRequest(path: string, handler: RequestListener): void;
  /** Hands over WebSockets to be at this path; the handler answers or destroys the socket. */
  onUpgrade(path: string, handler: UpgradeHandler): void;
  /** Address and host of a request that no route of this server handles. */
  peer(request: IncomingMessage): Peer;
  /** Rejects when the address cannot be had. */
  listen(host: string, port: number): Promise<{ port: number }>;
  /** Accepts nothing more, lets requests end, and cuts what is left after two seconds. */
  close(): Promise<void>;
}

const RATE: HttpRate = { requests: 20_000, windowMs: 10_000 };

export function createHttp({
  registry,
  log,
  clock,
  corsOrigins,
  trustProxy,
  status,
  known,
  rate = RATE,
}: Parts): HttpTransport {
  const limiter = limitRate(rate);
  const mounted = Router();
  const inApi = Router();
  const app = express()
    .disable('x-powered-by')
    .disable('etag')
    .set('query parser', 'simple')
    .set('trust proxy', trustProxy ?? false);
  app.use(securityHeaders());
  app.get('/healthz', (_request, response) => {
    const now = status();
    sendJson(response, now === 'ok' ? 200 : 503, { status: now });
  });
  app.use(identify, logRequests(log, clock), crossOrigin(corsOrigins), limiter.handler);
  if (known)
    app.use(({ headers }, _response, next) => {
      const token = bearerOf(headers.authorization);
      const waiting = token === undefined ? undefined : known(token);
      if (waiting === undefined) next();
      else void waiting.then(() => next());
    });
  app.use('/api', inApi, apiRouter(registry));
  app.use(compress, mounted);
  app.use(notFound, answerErrors(log));

  const direct = createDirectRoutes(log, clock);
  const others = new Map<string, RequestListener>();
  const server = expressServer(app, (request, response) => {
    const handler = atPath(others, request);
    handler?.(request, response);
    return handler !== undefined || direct.take(request, response);
  });
  const upgrades = dispatchUpgrades(server);

  return {
    server,
    mount: (path, ...handlers) => void mounted.use(path, ...handlers),
    mountInApi: (router) => void inApi.use(router),
    answerDirectly: direct.add,
    onRequest: (path, handler) => void others.set(path, handler),
    onUpgrade: upgrades.on,
    peer: peerReader(app),
    listen: (host, port) => listen(server, host, port),
    async close() {
      await close(server, clock, upgrades.destroyAll);
      limiter.close();
    },
  };
}
