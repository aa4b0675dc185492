/** Owns one exchange with MediaMTX's control API: address, login, time limit, and what a refusal means in words for a person. */

import type { Clock } from '../core/ports.ts';
import { openRoundTrips } from '../http-client/round-trips.ts';
import { ApiError } from '../protocol/api-error.ts';
import { isObject } from '../protocol/envelope.ts';

export interface ControlAddress {
  /** For example `http://127.0.0.1:9997`. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** @param path begins with a slash and is percent-encoded. Resolves with the decoded body, or undefined for 404. */
export type Exchange = (method: string, path: string, body?: object) => Promise<unknown>;

export interface ControlExchange {
  readonly exchange: Exchange;
  /** Breaks off what is under way; later exchanges fail at once. */
  close(): void;
}

const TIMEOUT_MS = 5000;
const LOGIN_HINT =
  'MediaMTX refuses the login at its control API. Outside of its own machine it wants an entry in authInternalUsers ' +
  'with the permission "action: api", and its user and pass in MEDIAMTX_USER and MEDIAMTX_PASS';

/** Every exchange that does not succeed rejects with ApiError `upstream_failed`; its message names no secret. */
export function openControlExchange(address: ControlAddress, clock: Clock): ControlExchange {
  const { url, username, password = '' } = address;
  const login = Buffer.from(`${username}:${password}`).toString('base64');
  const headers = username === undefined ? {} : { authorization: `Basic ${login}` };
  const { begin, close } = openRoundTrips(`${url.replace(/\/+$/, '')}/v3`, headers);

  async function exchange(method: string, path: string, body?: object): Promise<unknown> {
    const roundTrip = begin(method, path, body && JSON.stringify(body));
    let isLate = false;
    const stopWaiting = clock.after(TIMEOUT_MS, () => {
      isLate = true;
      roundTrip.cancel();
    });
    try {
      const { status, text } = await roundTrip.answer;
      return answerOf(status, text);
    } catch (cause) {
      if (cause instanceof ApiError) throw cause;
      throw failure(isLate ? 'MediaMTX does not answer in time' : 'MediaMTX cannot be reached', cause);
    } finally {
      stopWaiting();
    }
  }

  return { exchange, close };
}

/** MediaMTX was asked, and said no: the status is the cause. */
export function refusal(message: string, status: number): ApiError {
  return failure(message, status);
}

export function isRefusal(error: unknown): error is ApiError {
  return error instanceof ApiError && typeof error.cause === 'number';
}

function answerOf(status: number, text: string): unknown {
  if (status === 401 || status === 403) throw failure(LOGIN_HINT);
  if (status === 404) return undefined;
  const body = decoded(text);
  if (status >= 200 && status < 300) return body;
  const why = isObject(body) && typeof body['error'] === 'string' ? body['error'] : 'no reason given';
  throw refusal(`MediaMTX answers with HTTP ${status}: ${why}`, status);
}

/** Success had an empty body before 1.15.5. */
function decoded(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw failure('MEDIAMTX_URL leads to something that is not the control API of MediaMTX', cause);
  }
}

function failure(message: string, cause?: unknown): ApiError {
  return new ApiError('upstream_failed', { message, cause });
}
