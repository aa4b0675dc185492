/** Owns one question to go2rtc's API: as whom it is asked, and what a refused login means. Nothing is written: who offers to watch is a viewer. */

import { refusedLogin } from '../core/cameras/reachability.ts';
import type { Clock } from '../core/ports.ts';
import { openHttpClient } from '../http-client/http-client.ts';
import type { Answer } from '../http-client/round-trips.ts';
import { ApiError } from '../protocol/api-error.ts';

export interface Go2RtcAddress {
  /** For example `http://127.0.0.1:1984`. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

export interface Questions {
  /**
   * @param path begins with a slash and is percent-encoded
   * @throws ApiError `upstream_failed` where there is no answer, with no secret in its message
   */
  ask(path: string, timeoutMs?: number): Promise<Answer>;
  /** @param sdp of somebody who would watch */
  offer(path: string, sdp: string, timeoutMs: number): Promise<Answer>;
  /** Breaks off what is under way; later questions fail at once. */
  close(): void;
}

/** By this our own questions are known from viewers, where go2rtc lists them. */
export const USER_AGENT = 'nestmtx-bridge';

const LOGIN_HINT =
  'go2rtc refuses the login at its API: GO2RTC_USER and GO2RTC_PASS must be the username and password below "api" in its file';

export function openQuestions(address: Go2RtcAddress, clock: Clock): Questions {
  const http = openHttpClient({ name: 'go2rtc', ...address, headers: { 'user-agent': USER_AGENT }, clock });
  async function admitted(asking: Promise<Answer>): Promise<Answer> {
    const answer = await asking;
    if (answer.status === 401 || answer.status === 403) throw refusedLogin(LOGIN_HINT);
    return answer;
  }

  return {
    ask: (path, timeoutMs) => admitted(http.ask(path, timeoutMs === undefined ? {} : { timeoutMs })),
    offer: (path, body, timeoutMs) =>
      admitted(http.ask(path, { method: 'POST', body, headers: { 'content-type': 'application/sdp' }, timeoutMs })),
    close: http.close,
  };
}

export function failure(message: string): ApiError {
  return new ApiError('upstream_failed', { message });
}
