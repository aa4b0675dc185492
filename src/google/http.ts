/** Owns one exchange with Google over HTTP: sends it, gives up in time, and reads the answer. Knows no endpoint and tries once. */

import type { Clock } from '../core/ports.ts';
import { isObject, type JsonObject } from '../protocol/envelope.ts';
import { type Answer, failed, failureOf, granted } from './answer.ts';

export interface GoogleRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** A form for the token endpoint, JSON for everything else. */
  readonly body?: URLSearchParams | JsonObject;
  readonly accessToken?: string;
  /** For an answer that Google itself holds back for a while; absent: the usual time. */
  readonly timeoutMs?: number;
  /** Gives it up; the answer is then as if Google could not be reached. */
  readonly signal?: AbortSignal;
}

export type GoogleHttp = (request: GoogleRequest) => Promise<Answer<JsonObject>>;

/** More than any home has to be listed. */
const MAX_ANSWER = 4 * 1024 * 1024;
/** Waking a sleeping camera takes Google several seconds. */
const TIMEOUT_MS = 20_000;

export function createGoogleHttp(fetcher: typeof fetch, clock: Clock): GoogleHttp {
  return async ({ method, url, body, accessToken, timeoutMs = TIMEOUT_MS, signal }) => {
    const isForm = body instanceof URLSearchParams;
    const abort = new AbortController();
    const cancel = clock.after(timeoutMs, () => abort.abort());
    try {
      const response = await fetcher(url, {
        method,
        headers: {
          accept: 'application/json',
          ...(body && !isForm ? { 'content-type': 'application/json' } : {}),
          ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
        },
        ...(body ? { body: isForm ? body : JSON.stringify(body) } : {}),
        // A token goes where it was meant to go, and nowhere else.
        redirect: 'error',
        signal: signal ? AbortSignal.any([abort.signal, signal]) : abort.signal,
      });
      const text = await boundedText(response);
      if (text === undefined) return failed(502, 'INTERNAL', 'Google answered more than can be true');
      const answer = parse(text);
      if (!response.ok) return failureOf(response.status, answer ?? {}, retryAfterMs(response.headers));
      return answer
        ? granted(answer)
        : failed(502, 'INTERNAL', 'Google answered with something that is no JSON object');
    } catch {
      // The cause may name the URL and with it the device: that it failed is enough.
      const timedOut = abort.signal.aborted;
      return failed(503, 'UNAVAILABLE', timedOut ? 'Google did not answer in time' : 'Google could not be reached');
    } finally {
      cancel();
    }
  };
}

/** Undefined when it is longer than can be; the rest is not read. */
async function boundedText(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 9110, 10.2.3: only the form in seconds; Google sends no other. */
function retryAfterMs(headers: Headers): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}
