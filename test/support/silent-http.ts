/** Owns an HTTP server that takes every request and says nothing. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import { portOf } from './free-port.ts';

export interface SilentHttp {
  readonly url: string;
  /** How many requests have come so far. */
  asked(): number;
  /** How many of them were given up by who asked. */
  left(): number;
  close(): Promise<void>;
}

export async function startSilentHttp(): Promise<SilentHttp> {
  let asked = 0;
  let left = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.on('close', () => {
      left += 1;
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    asked: () => asked,
    left: () => left,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
