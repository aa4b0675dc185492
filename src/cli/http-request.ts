/** Owns one request over the HTTP API: the verb as method and path, the answer as a value or an error (contract 2.8). */

import { errorOf } from '../client/requests/answer.ts';
import type { Command } from '../protocol/verbs.ts';
import { Failure } from './failure.ts';
import type { Io } from './io.ts';

export interface ApiRequest {
  readonly command: Command;
  readonly module: string;
  readonly entity?: string | undefined;
  readonly payload?: Readonly<Record<string, unknown>> | undefined;
}

/** Nothing listens there. */
export class NotRunning extends Failure {}

const METHODS = { list: 'GET', read: 'GET', create: 'POST', update: 'PUT', delete: 'DELETE' } as const;
const TIMEOUT_MS = 30_000;

/**
 * @returns the module's value; undefined where it has none
 * @throws ApiError as the service refused it; NotRunning, or a Failure of exit code 3, when no service answers
 */
export async function httpRequest(
  io: Pick<Io, 'fetch'>,
  { url, token }: { readonly url: string; readonly token: string | undefined },
  request: ApiRequest,
): Promise<unknown> {
  const { path, method, body, headers } = wireOf(request, token);
  const response = await send(io, url, url + path, {
    method,
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    body: body ? JSON.stringify(body) : null,
    // A redirect would lead the token elsewhere.
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return resultOf(response, url);
}

/** How it is written: `path` begins with a slash, `body` goes as JSON. */
export function wireOf({ command, module, entity, payload }: ApiRequest, token: string | undefined) {
  const hasBody = command === 'create' || command === 'update';
  const path = ['api', module, entity].filter((part) => part !== undefined).map(encodeURIComponent);
  const query = command === 'list' && payload ? `?${new URLSearchParams(asText(payload))}` : '';
  const bearer: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return {
    path: `/${path.join('/')}${query}`,
    method: METHODS[command],
    headers: { accept: 'application/json', ...bearer },
    body: hasBody ? (payload ?? {}) : undefined,
  };
}

/** @throws ApiError as the service refused it; Failure of exit code 3 for an answer that is none of a service */
export function resultOf({ status, text }: { readonly status: number; readonly text: string }, url: string): unknown {
  const value = bodyOf(text);
  const error = errorOf(value);
  if (error) throw error;
  if (status >= 200 && status < 300) return value;
  throw new Failure(3, `what answers at ${url} is no NestMTX service (HTTP ${status})`, 'Check the URL.');
}

async function send(io: Pick<Io, 'fetch'>, url: string, target: string, init: RequestInit) {
  try {
    const response = await io.fetch(target, init);
    return { status: response.status, text: await response.text() };
  } catch (error) {
    const code = causeOf(error);
    // `bad port`: fetch refuses port 0, the setting for any free one.
    if (code === 'ECONNREFUSED' || code === 'bad port')
      throw new NotRunning(3, `no service is running at ${url}`, START);
    throw new Failure(3, `the service at ${url} cannot be reached (${code})`, 'Check the URL and the network.');
  }
}

const START = 'Start it with nestmtx-bridge start, or give the URL of another one with --url.';

/** The code of the system's error that `fetch` wraps. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1000} s`;
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error.message;
}

/** A scalar comes as plain text, which need not be JSON: a URL without quotes. */
export function bodyOf(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function asText(payload: Readonly<Record<string, unknown>>): Record<string, string> {
  const given = Object.entries(payload).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(
    given.map(([key, value]) => [key, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
  );
}
