/** Owns a port in front of Node-RED as Home Assistant's ingress is one: everything is below a path that Node-RED knows nothing of. */

import { once } from 'node:events';
import { request as ask, createServer, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { portOf } from '../../support/free-port.ts';

export interface PrefixProxy {
  /** With the path, without a slash at the end. */
  readonly url: string;
  /** What was asked for below the path, without it. */
  readonly passed: readonly string[];
  /** What was asked for elsewhere, and not found. */
  readonly astray: readonly string[];
  close(): Promise<void>;
}

export async function startPrefixProxy(target: string, prefix: string): Promise<PrefixProxy> {
  const { hostname, port } = new URL(target);
  const passed: string[] = [];
  const astray: string[] = [];

  function pathBelow({ url = '' }: IncomingMessage): string | undefined {
    const isBelow = url.startsWith(`${prefix}/`);
    (isBelow ? passed : astray).push(isBelow ? url.slice(prefix.length) : url);
    return isBelow ? url.slice(prefix.length) : undefined;
  }

  const server = createServer((request, response) => {
    const path = pathBelow(request);
    if (path === undefined) return void response.writeHead(404).end();
    const { method, headers } = request;
    const onward = ask({ hostname, port, path, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  // The editor's own connection, over which it hears of statuses.
  server.on('upgrade', (request, socket) => {
    const path = pathBelow(request);
    if (path === undefined) return void socket.destroy();
    const onward = connect(Number(port), hostname, () => {
      const headers = request.rawHeaders.reduce((text, part, at) => text + part + (at % 2 ? '\r\n' : ': '), '');
      onward.write(`GET ${path} HTTP/1.1\r\n${headers}\r\n`);
      onward.pipe(socket).pipe(onward);
    });
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${portOf(server)}${prefix}`,
    passed,
    astray,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
