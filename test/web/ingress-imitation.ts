/**
 * Owns a proxy as Home Assistant puts one before us: a prefix that is taken off, a person it vouches for, WebSockets handed
 * through, and 400 for addresses that look like an attack. What is asked for outside the prefix is kept, and answered with 404.
 */

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request as requestTo } from 'node:http';
import type { Socket } from 'node:net';
import { portOf } from '../support/free-port.ts';

export interface IngressImitation {
  /** With the slash at its end. */
  readonly url: string;
  /** A page of Home Assistant's that shows the app in a frame. */
  readonly panelUrl: string;
  /** Paths and queries that never reached the app. */
  readonly refused: readonly string[];
  close(): Promise<void>;
}

const PREFIX = '/api/hassio_ingress/dGhlLXRva2Vu-of_the_session';
const PANEL = '/panel';
/** The rules of Supervisor's own filter that addresses of ours could break. */
const ATTACK = /\.\.\/|[?&]\w+=\/[a-z]\/|<script|union.*select/i;

/** @param token of whom Home Assistant's user is signed in as; undefined for a user who is nobody to us */
export async function imitateIngress(targetPort: number, token: string | undefined): Promise<IngressImitation> {
  const refused: string[] = [];
  const sockets = new Set<Socket>();

  function target({ url = '', method, headers }: IncomingMessage) {
    const path = url.slice(PREFIX.length);
    const { authorization: _dropped, ...kept } = headers;
    const vouched = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const sent: IncomingHttpHeaders = { ...kept, ...vouched, 'x-ingress-path': PREFIX };
    return { host: '127.0.0.1', port: targetPort, path, method, headers: sent };
  }

  function refusal(url: string): number | undefined {
    if (!url.startsWith(`${PREFIX}/`)) return 404;
    return ATTACK.test(decodeURIComponent(url)) ? 400 : undefined;
  }

  const server = createServer((incoming, outgoing) => {
    const { url = '' } = incoming;
    if (url === PANEL) {
      outgoing
        .setHeader('Content-Type', 'text/html')
        .end(`<iframe src="${PREFIX}/" width="1200" height="800"></iframe>`);
      return;
    }
    const status = refusal(url);
    if (status !== undefined) {
      refused.push(url);
      outgoing.writeHead(status).end();
      return;
    }
    const onward = requestTo(target(incoming), (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(onward);
  });

  server.on('upgrade', (incoming: IncomingMessage, client: Socket, head: Buffer) => {
    sockets.add(client.on('close', () => sockets.delete(client)).on('error', () => client.destroy()));
    if (refusal(incoming.url ?? '') !== undefined) {
      refused.push(incoming.url ?? '');
      client.destroy();
      return;
    }
    const onward = requestTo(target(incoming));
    onward.on('error', () => client.destroy());
    onward.on('upgrade', (answer, service, first) => {
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
      client.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`);
      client.write(first);
      service.on('error', () => client.destroy()).on('close', () => client.destroy());
      client.on('close', () => service.destroy());
      service.pipe(client).pipe(service);
    });
    onward.end(head);
  });

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${portOf(server)}`;
  return {
    url: `${origin}${PREFIX}/`,
    panelUrl: `${origin}${PANEL}`,
    refused,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
