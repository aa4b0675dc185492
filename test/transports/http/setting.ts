/** Owns an HTTP side without modules: requests are recorded and answered as the test says. */

import { errorBody } from '../../../src/core/requests/error-body.ts';
import type { Origin, Outcome } from '../../../src/core/requests/registry.ts';
import { ApiError, type ErrorBody } from '../../../src/protocol/api-error.ts';
import type { Envelope } from '../../../src/protocol/envelope.ts';
import type { ErrorCode } from '../../../src/protocol/errors.ts';
import { createHttp } from '../../../src/transports/http/http.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { systemClock } from '../../support/system-clock.ts';

type Options = Partial<
  Pick<Parameters<typeof createHttp>[0], 'clock' | 'corsOrigins' | 'trustProxy' | 'rate' | 'status'>
>;

export function httpSetting(options: Options = {}) {
  const log = recordingLog();
  const asked: { request: Envelope; origin: Origin }[] = [];
  let answer: (request: Envelope) => Outcome | Promise<Outcome> = () => ({ ok: true, value: {} });
  const registry = {
    modules: [],
    execute: async (request: Envelope, origin: Origin) => {
      asked.push({ request, origin });
      return answer(request);
    },
  };
  const http = createHttp({ registry, log, clock: systemClock, corsOrigins: [], status: () => 'ok', ...options });
  return {
    http,
    log,
    asked,
    answerWith: (next: typeof answer) => {
      answer = next;
    },
    /** Every request succeeds with `value`. */
    succeedWith: (value: unknown) => {
      answer = () => ({ ok: true, value });
    },
    failWith: (code: ErrorCode, message?: string) => {
      const error = new ApiError(code, message === undefined ? {} : { message });
      answer = (request) => ({ ok: false, error, body: errorBody(error, request) });
    },
  };
}

/** Listens, and gives a `fetch` that takes paths. */
export async function openHttp(options: Options = {}) {
  const setting = httpSetting(options);
  const { port } = await setting.http.listen('127.0.0.1', 0);
  const url = `http://127.0.0.1:${port}`;
  return { ...setting, port, url, get: (path: string, init: RequestInit = {}) => fetch(url + path, init) };
}

export function json(method: string, body: unknown): RequestInit {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { method, body: text, headers: { 'content-type': 'application/json' } };
}

export async function errorOf(response: Response): Promise<ErrorBody['error']> {
  const { error }: ErrorBody = JSON.parse(await response.text());
  return error;
}
