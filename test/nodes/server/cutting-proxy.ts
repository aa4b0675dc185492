/** Owns a port in front of an HTTP service which loses an answer when it is told to: the request has arrived, and who asked never knows. */

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { portOf } from '../../support/free-port.ts';

interface Passed {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface CuttingProxy {
  readonly url: string;
  readonly passed: readonly Passed[];
  /** The answers to the next creations are lost. */
  lose(count: number): void;
  close(): Promise<void>;
}

export async function startCuttingProxy(target: string): Promise<CuttingProxy> {
  const passed: Passed[] = [];
  let toLose = 0;
  const server = createServer(async (request, response) => {
    const { method = '', url: path = '', headers } = request;
    const sent = await text(request);
    passed.push({ method, path, headers });
    const { authorization = '', 'content-type': type = 'application/json', 'idempotency-key': key } = headers;
    const onward = { authorization, 'content-type': type, ...(key && { 'idempotency-key': String(key) }) };
    const answer = await fetch(target + path, { method, headers: onward, body: sent === '' ? null : sent });
    const body = await answer.text();
    const isLost = method === 'POST' && path.endsWith('/mqtt') && toLose > 0;
    if (!isLost) response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body);
    else {
      toLose -= 1;
      response.destroy();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    passed,
    lose: (count) => {
      toLose = count;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
