/** Owns one question to go2rtc's API: address, login, and how long and how large an answer may be. Only ever asks: nothing is written. */

import type { Clock } from '../core/ports.ts';
import { ApiError } from '../protocol/api-error.ts';

export interface Go2RtcAddress {
  /** For example `http://127.0.0.1:1984`. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface Questions {
  /**
   * @param path begins with a slash and is percent-encoded
   * @throws ApiError `upstream_failed` where there is no answer, with no secret in its message
   */
  ask(path: string, timeoutMs?: number): Promise<Answer>;
  /** Breaks off what is under way; later questions fail at once. */
  close(): void;
}

/** By this our own questions are known from viewers, where go2rtc lists them. */
export const USER_AGENT = 'nestmtx-bridge';

const TIMEOUT_MS = 5000;
/** Five thousand streams that are all connected are less. */
const MAX_ANSWER = 16 * 1024 * 1024;
const LOGIN_HINT =
  'go2rtc refuses the login at its API: GO2RTC_USER and GO2RTC_PASS must be the username and password below "api" in its file';

export function openQuestions({ url, username, password = '' }: Go2RtcAddress, clock: Clock): Questions {
  const base = url.replace(/\/+$/, '');
  const login = Buffer.from(`${username}:${password}`).toString('base64');
  const headers = { 'user-agent': USER_AGENT, ...(username !== undefined && { authorization: `Basic ${login}` }) };
  const stopping = new AbortController();

  async function exchange(path: string, signal: AbortSignal): Promise<Answer> {
    // Elsewhere than where it was meant to go, a login goes to nobody.
    const response = await fetch(base + path, { headers, signal, redirect: 'error' });
    return { status: response.status, text: await textOf(response) };
  }

  return {
    async ask(path, timeoutMs = TIMEOUT_MS) {
      const late = new AbortController();
      const stopWaiting = clock.after(timeoutMs, () => late.abort());
      try {
        const answer = await exchange(path, AbortSignal.any([late.signal, stopping.signal]));
        if (answer.status === 401 || answer.status === 403) throw failure(LOGIN_HINT);
        return answer;
      } catch (cause) {
        if (cause instanceof ApiError) throw cause;
        throw failure(late.signal.aborted ? 'go2rtc does not answer in time' : 'go2rtc cannot be reached', cause);
      } finally {
        stopWaiting();
      }
    },
    close: () => stopping.abort(),
  };
}

export function failure(message: string, cause?: unknown): ApiError {
  return new ApiError('upstream_failed', { message, cause });
}

async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    // Leaving the loop ends the connection.
    if (length > MAX_ANSWER) throw failure('go2rtc answers more than can be true');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
