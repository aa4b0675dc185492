/** Owns handlers whose library is loaded by the first request that comes: a service starts without them. */

import type { RequestHandler } from 'express';

export function loadedByFirst(load: () => Promise<RequestHandler>): RequestHandler {
  let loading: Promise<RequestHandler> | undefined;
  let loaded: RequestHandler | undefined;
  return (request, response, next) => {
    if (loaded !== undefined) {
      loaded(request, response, next);
      return;
    }
    loading ??= load();
    loading.then((handler) => {
      loaded = handler;
      handler(request, response, next);
    }, next);
  };
}
