/** Owns one exchange with MediaMTX's control API: what a status means, and what a refusal means in words for a person. */

import { refusedLogin } from '../core/cameras/reachability.ts';
import type { Clock } from '../core/ports.ts';
import { openHttpClient } from '../http-client/http-client.ts';
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

const LOGIN_HINT =
  'MediaMTX refuses the login at its control API. Outside of its own machine it wants an entry in authInternalUsers ' +
  'with the permission "action: api", and its user and pass in MEDIAMTX_USER and MEDIAMTX_PASS';

/** Every exchange that does not succeed rejects with ApiError `upstream_failed`; its message names no secret. */
export function openControlExchange(address: ControlAddress, clock: Clock): ControlExchange {
  const { url, username, password } = address;
  const { ask, close } = openHttpClient({
    name: 'MediaMTX',
    url: `${url.replace(/\/+$/, '')}/v3`,
    username,
    password,
    clock,
  });

  async function exchange(method: string, path: string, body?: object): Promise<unknown> {
    const { status, text } = await ask(path, { method, body });
    return answerOf(status, text);
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
  if (status === 401 || status === 403) throw refusedLogin(LOGIN_HINT);
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
