/** Owns which path a handler stands for: one that ends with a slash for all below it, any other for itself. Queries do not count. */

import type { IncomingMessage } from 'node:http';

export function atPath<T>(handlers: ReadonlyMap<string, T>, { url = '' }: IncomingMessage): T | undefined {
  const [path = ''] = url.split('?', 1);
  for (const [name, handler] of handlers)
    if (path === name || (name.endsWith('/') && path.startsWith(name))) return handler;
  return undefined;
}
