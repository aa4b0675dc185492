/** Owns how the HTTP API of another program is asked: with which login, for how long, and how large an answer may be. Follows nobody elsewhere. */

import type { Clock } from '../core/ports.ts';
import { ApiError } from '../protocol/api-error.ts';
import { type Answer, openRoundTrips } from './round-trips.ts';

export interface HttpClient {
  /**
   * @param path what follows the address, begins with a slash and is percent-encoded
   * @throws ApiError `upstream_failed` where there is no answer within the bounds, with no secret in its message
   */
  ask(path: string, more?: More): Promise<Answer>;
  /** Breaks off what is under way; later questions fail at once. */
  close(): void;
}

interface More {
  /** GET when absent. */
  readonly method?: string;
  /** Goes as JSON; a text goes as it is. */
  readonly body?: object | string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

interface Options {
  /** For people, such as `MediaMTX`. */
  readonly name: string;
  /** For example `http://127.0.0.1:9997`. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly clock: Pick<Clock, 'after'>;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

/** A program that is well answers such questions at once. */
const TIMEOUT_MS = 5000;
/** Ten thousand paths with their configuration, or five thousand streams that are all connected, are less. */
const MAX_BYTES = 64 * 1024 * 1024;

export function openHttpClient(options: Options): HttpClient {
  const { name, url, clock, timeoutMs: usualMs = TIMEOUT_MS, maxBytes = MAX_BYTES } = options;
  const trips = openRoundTrips({ name, base: url.replace(/\/+$/, ''), maxBytes });
  const always = { ...options.headers, ...loginOf(options) };

  async function ask(path: string, { method = 'GET', body, headers, timeoutMs = usualMs }: More = {}): Promise<Answer> {
    const isText = typeof body === 'string';
    const type = body && !isText && { 'content-type': 'application/json' };
    const written = isText ? body : body && JSON.stringify(body);
    const trip = trips.begin({ method, path, headers: { ...always, ...type, ...headers }, body: written });
    let isLate = false;
    const stopWaiting = clock.after(timeoutMs, () => {
      isLate = true;
      trip.cancel();
    });
    try {
      const answer = await trip.answer;
      if (answer.status >= 300 && answer.status < 400) throw failure(`${name} answers with a redirection`);
      return answer;
    } catch (cause) {
      if (cause instanceof ApiError) throw cause;
      throw failure(`${name} ${isLate ? 'does not answer in time' : 'cannot be reached'}`, cause);
    } finally {
      stopWaiting();
    }
  }

  return { ask, close: trips.close };
}

function loginOf({ username, password = '' }: Options): Readonly<Record<string, string>> {
  if (username === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

function failure(message: string, cause?: unknown): ApiError {
  return new ApiError('upstream_failed', { message, cause });
}
