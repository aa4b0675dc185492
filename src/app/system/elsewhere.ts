/** Owns asking a NestMTX, a MediaMTX or a go2rtc what lives there, for an administrator who wants it to move in. Changes nothing there. */

import { wireOf } from '../../cli/http-request.ts';
import { errorOf } from '../../client/requests/answer.ts';
import type { Clock } from '../../core/ports.ts';
import { type HttpClient, openHttpClient } from '../../http-client/http-client.ts';
import type { Household } from '../../moving/household.ts';
import { readNestMtx } from '../../moving/nestmtx/read-nestmtx.ts';
import { readGo2Rtc } from '../../moving/read-go2rtc.ts';
import { readMediaMtx } from '../../moving/read-mediamtx.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { ImportCreate } from '../../protocol/entities/system/imports.ts';
import { isObject } from '../../protocol/envelope.ts';

const NAMES = { nestmtx: 'NestMTX', mediamtx: 'MediaMTX', go2rtc: 'go2rtc' } as const;
/** Who has a thousand cameras may take a while to list them. */
const TIMEOUT_MS = 30_000;

/** @throws ApiError `upstream_failed` when nobody answers, or something else does; `invalid_credentials` when the login is refused */
export async function readElsewhere(where: ImportCreate, clock: Clock, signal: AbortSignal): Promise<Household> {
  const { from, url, username, password, app_key: appKey = '' } = where;
  const login = from === 'nestmtx' ? {} : { username, password };
  const http = openHttpClient({ name: NAMES[from], url, ...login, clock, timeoutMs: TIMEOUT_MS });
  const stop = () => http.close();
  signal.addEventListener('abort', stop);
  try {
    if (from === 'nestmtx') return await fromNestMtx(http, { username, password }, appKey);
    const get = async (path: string) => answered(await http.ask(path));
    return await (from === 'mediamtx' ? readMediaMtx(get) : readGo2Rtc(get));
  } finally {
    signal.removeEventListener('abort', stop);
    http.close();
  }
}

async function fromNestMtx(
  http: HttpClient,
  { username = 'nestmtx', password = '' }: { username: string | undefined; password: string | undefined },
  appKey: string,
): Promise<Household> {
  const exchange = async (request: Parameters<typeof wireOf>[0], token?: string) => {
    const { path, ...question } = wireOf(request, token);
    return answered(await http.ask(path, question));
  };
  const login = await exchange({ command: 'create', module: 'auth', payload: { username, password } });
  const token = isObject(login) ? login['bearer'] : undefined;
  if (typeof token !== 'string') throw new ApiError('upstream_failed', { message: 'what answers there is no NestMTX' });
  return readNestMtx((request) => exchange(request, token), appKey);
}

function answered({ status, text }: { readonly status: number; readonly text: string }): unknown {
  if (status === 401 || status === 403) throw new ApiError('invalid_credentials');
  const value = parsed(text);
  const error = errorOf(value);
  if (error) throw error;
  return status >= 200 && status < 300 ? value : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
