/** Owns one exchange with the instance API over HTTP; follows no redirection, for the token would travel along. */

import { ClientError } from '../../../src/client/client-error.ts';

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

/**
 * @param signal its reason is what is thrown when it ends the exchange
 * @throws ClientError `not_connected` with the reason
 */
export async function exchange(
  { method, url, token, headers: more, body }: Exchange,
  signal: AbortSignal,
): Promise<Answer> {
  const headers = {
    ...more,
    accept: 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  try {
    const response = await fetch(url, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      redirect: 'manual',
      signal,
    });
    const text = await response.text();
    return { status: response.status, body: parsed(text), text, etag: response.headers.get('etag') ?? undefined };
  } catch (error) {
    signal.throwIfAborted();
    throw new ClientError('not_connected', `${new URL(url).origin} cannot be reached: ${reasonOf(error)}`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** `fetch failed` is all that fetch says itself. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (typeof cause !== 'object' || cause === null) return String(cause);
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return 'message' in cause ? String(cause.message) : 'no answer';
}
