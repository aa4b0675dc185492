/** Owns what Home Assistant's proxy sends to an app: the headers, and an HTTP client that can come from any loopback address. */

import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

export const PROXY = '127.0.0.2';
export const INGRESS_PATH = '/api/hassio_ingress/mL0d-yZ_4';

export interface HomeAssistantUser {
  readonly id: string;
  readonly name?: string;
  readonly displayName?: string;
}

export const ALICE: HomeAssistantUser = { id: '0a1b2c3d4e5f60718293a4b5c6d7e8f9', name: 'alice', displayName: 'Alice' };

export function proxyHeaders(user: HomeAssistantUser = ALICE): Record<string, string> {
  return {
    'X-Ingress-Path': INGRESS_PATH,
    'X-Remote-User-Id': user.id,
    ...(user.name === undefined ? {} : { 'X-Remote-User-Name': latin1(user.name) }),
    ...(user.displayName === undefined ? {} : { 'X-Remote-User-Display-Name': latin1(user.displayName) }),
  };
}

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: object;
  /** The peer that the app sees. */
  readonly from?: string;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** As the proxy, for Alice, unless told otherwise. */
export function send(port: number, path: string, sent: Sent = {}): Promise<Answer> {
  const { method = 'GET', headers = proxyHeaders(), body, from = PROXY } = sent;
  const all = { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) };
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, method, headers: all, localAddress: from, agent: false });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      text(response).then(
        (answer) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answer }),
        reject,
      );
    });
    outgoing.end(body && JSON.stringify(body));
  });
}

/** Home Assistant sends UTF-8; Node writes headers byte by byte. */
function latin1(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1');
}
