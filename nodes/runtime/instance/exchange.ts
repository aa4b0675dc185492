/** Owns one exchange with the instance API over HTTP; follows no redirection, for the token would travel along. */

import { once } from 'node:events';
import { request as ask, Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { request as askSecurely, Agent as HttpsAgent } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Tls } from '../../../src/client/address.ts';
import { ClientError } from '../../../src/client/client-error.ts';
import { unreachable } from '../../../src/client/reasons/unreachable.ts';

export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

export interface Answer {
  readonly status: number;
  /** Parsed where it is JSON, else the text. */
  readonly body: unknown;
  readonly text: string;
  /** Of the instance that the answer shows. */
  readonly etag: string | undefined;
}

export interface Exchanges {
  /**
   * @param signal its reason is what is thrown when it ends the exchange
   * @throws ClientError `not_connected` with the reason, and what happened as its cause
   */
  exchange(exchange: Exchange, signal: AbortSignal): Promise<Answer>;
  /** Ends what connections are kept. */
  close(): void;
}

/** @param tls whom to trust besides those that Node.js knows, and as whom to come */
export function createExchange(tls: Tls = {}): Exchanges {
  const given = Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));
  const agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true, ...given }) };

  async function exchange({ method, url, token, headers: more, body }: Exchange, signal: AbortSignal): Promise<Answer> {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...more,
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(sent === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) }),
    };
    const isSecure = url.startsWith('https:');
    try {
      const asked = isSecure
        ? askSecurely(url, { method, headers, signal, agent: agents.https })
        : ask(url, { method, headers, signal, agent: agents.http });
      asked.end(sent);
      const [response]: IncomingMessage[] = await once(asked, 'response');
      if (!response) throw new Error('no answer');
      const received = await text(response);
      return { status: response.statusCode ?? 0, body: parsed(received), text: received, etag: response.headers.etag };
    } catch (error) {
      signal.throwIfAborted();
      const fault = error instanceof Error ? error : new Error(String(error));
      const { words } = unreachable(fault, 'HTTP');
      throw new ClientError('not_connected', `${new URL(url).origin} cannot be reached: ${words}`, fault);
    }
  }

  return {
    exchange,
    close: () => {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
