/** Owns the way in through Home Assistant: a listener that believes its proxy and nobody else, and hands on what it lets in. */

import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Door } from '../src/app/door.ts';
import { listening } from '../src/app/listening.ts';
import type { Role } from '../src/core/accounts/records.ts';
import type { Clock, Log } from '../src/core/ports.ts';
import { ApiError } from '../src/protocol/api-error.ts';
import { close, listen } from '../src/transports/http/server/listener.ts';
import { readIdentity, withoutIdentity } from './identity.ts';

interface Setup {
  readonly door: Pick<Door, 'request' | 'upgrade' | 'signIn'>;
  /** Of whoever comes in here, by Home Assistant's id of the user. */
  readonly roleOf: (userId: string) => Promise<Role>;
  /** IP address of the proxy: the only peer whose word about users counts. */
  readonly proxy: string;
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Ingress {
  readonly port: number;
  close(): Promise<void>;
}

interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** Listens when it resolves. @throws when the port cannot be listened on */
export async function openIngress({ door, roleOf, proxy, host, port, clock, log }: Setup): Promise<Ingress> {
  /** Makes the request one of the user that the proxy names, or says why not. */
  async function admit(request: IncomingMessage): Promise<Refusal | undefined> {
    const peer = addressOf(request);
    if (peer !== proxy) return isHealthCheck(request, peer) ? undefined : NOT_THE_PROXY;
    const identity = readIdentity(request.headers);
    if (typeof identity === 'string') return { status: 400, message: identity };
    const { id, name } = identity;
    const role = await roleOf(id);
    const entry = await door.signIn({ externalId: `home-assistant:${id}`, name, role });
    if ('refusal' in entry) return { status: 403, message: entry.refusal };
    request.headers = withoutIdentity(request.headers, entry.token);
    return undefined;
  }

  async function refusalOf(request: IncomingMessage): Promise<Refusal | undefined> {
    try {
      const refusal = await admit(request);
      if (refusal)
        log.warn({ peer: addressOf(request), why: refusal.message }, 'a request at the ingress port was refused');
      return refusal;
    } catch (error) {
      const { status, message } = error instanceof ApiError ? error : new ApiError('internal', { cause: error });
      log.error({ err: error }, 'a request at the ingress port failed');
      return { status, message };
    }
  }

  async function onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = await refusalOf(request);
    if (!refusal) return door.request(request, response);
    const { status, message } = refusal;
    // What has not been read of the body would be taken for the next request.
    response.writeHead(status, { 'Content-Type': JSON_TYPE, 'Cache-Control': 'no-store', Connection: 'close' });
    response.end(JSON.stringify({ message }));
  }

  async function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // A peer that resets its connection before anybody listens must not end the process.
    socket.on('error', () => socket.destroy());
    const refusal = await refusalOf(request);
    if (!refusal) return door.upgrade(request, socket, head);
    const body = JSON.stringify({ message: refusal.message });
    const top = `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`;
    const fields = `Connection: close\r\nContent-Type: ${JSON_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}`;
    socket.end(`${top}\r\n${fields}\r\n\r\n${body}`);
  }

  const server = createServer((request, response) => void onRequest(request, response));
  server.on('upgrade', (request, socket, head) => void onUpgrade(request, socket, head));
  const bound = await listening(listen(server, host, port), 'INGRESS_PORT');
  // What was upgraded is the service's to end.
  return { port: bound.port, close: () => close(server, clock, () => undefined) };
}

const JSON_TYPE = 'application/json; charset=utf-8';

const NOT_THE_PROXY: Refusal = { status: 403, message: 'this port is for the proxy of Home Assistant alone' };

function isHealthCheck({ url }: IncomingMessage, peer: string): boolean {
  return (peer === '127.0.0.1' || peer === '::1') && url === '/healthz';
}

/** A socket for both families shows IPv4 inside IPv6. */
function addressOf({ socket }: IncomingMessage): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:/i, '');
}
