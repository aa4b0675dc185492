/** Owns an HTTP server that a test scripts: it keeps what it was sent and answers as told. */

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';

interface HttpRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body as it came. */
  readonly bytes: Buffer;
}

interface HttpAnswer {
  readonly status?: number;
  /** An object goes out as JSON, a string as plain text. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpStandIn {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly HttpRequest[];
  answer(how: (request: HttpRequest) => HttpAnswer): void;
  close(): Promise<void>;
}

export async function startHttpStandIn(): Promise<HttpStandIn> {
  const requests: HttpRequest[] = [];
  let answerTo = (_request: HttpRequest): HttpAnswer => ({ status: 404, body: { message: 'Cannot GET:/' } });
  const server = createServer(async (incoming, response) => {
    const { method = '', url: target = '', headers } = incoming;
    const bytes = await buffer(incoming);
    const request = { method, target, headers, body: bytes.toString(), bytes };
    requests.push(request);
    const { status = 200, body, headers: more } = answerTo(request);
    const isText = typeof body === 'string';
    const type = isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
    response.writeHead(status, { ...(body === undefined ? {} : { 'content-type': type }), ...more });
    response.end(isText ? body : body === undefined ? '' : JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand-in has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    answer: (how) => {
      answerTo = how;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
