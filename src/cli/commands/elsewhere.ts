/** Owns whom `import` asks over the network: the address and the login, and what is said when nobody answers there. Changes nothing there. */

import { type HttpClient, openHttpClient } from '../../http-client/http-client.ts';
import type { Household } from '../../moving/household.ts';
import { readNestMtx } from '../../moving/nestmtx/read-nestmtx.ts';
import { readGo2Rtc } from '../../moving/read-go2rtc.ts';
import { readMediaMtx } from '../../moving/read-mediamtx.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { isObject } from '../../protocol/envelope.ts';
import type { Context } from '../command.ts';
import { Failure, usageFailure } from '../failure.ts';
import { bodyOf, resultOf, wireOf } from '../http-request.ts';
import { readPassword } from '../password.ts';

const NAME = 'import';
/** Who has a thousand cameras may take a while to list them. */
const TIMEOUT_MS = 30_000;
const CURE = 'Nothing was changed. Check what was given; docs/from-nestmtx.md has every step.';

/** @param origin whose household is read; whoever reads it is let in first */
export function readElsewhere(context: Context, origin: 'nestmtx' | 'mediamtx' | 'go2rtc'): Promise<Household> {
  switch (origin) {
    case 'nestmtx':
      return fromNestMtx(context);
    case 'mediamtx':
      return fromRestreamer(context, 'MediaMTX', readMediaMtx);
    case 'go2rtc':
      return fromRestreamer(context, 'go2rtc', readGo2Rtc);
  }
}

async function fromNestMtx(context: Context): Promise<Household> {
  const { io, values } = context;
  const url = addressOf(context);
  const appKey = values.get('app-key') ?? io.env['NESTMTX_APP_KEY'];
  if (!appKey) throw usageFailure('import nestmtx needs --app-key, or NESTMTX_APP_KEY', NAME);
  const username = values.get('user') ?? 'nestmtx';
  const payload = { username, password: await passwordThere(context, username) };
  return asking(context, { name: 'NestMTX', url }, async (ask) => {
    const exchange = async (request: Parameters<typeof wireOf>[0], token?: string) => {
      const { path, ...question } = wireOf(request, token);
      return resultOf(await ask(path, question), url);
    };
    const login = await exchange({ command: 'create', module: 'auth', payload });
    const token = isObject(login) && typeof login['bearer'] === 'string' ? login['bearer'] : undefined;
    if (token === undefined) throw new Failure(3, `what answers at ${url} is no NestMTX`);
    return readNestMtx((request) => exchange(request, token), appKey);
  });
}

async function fromRestreamer(
  context: Context,
  name: string,
  read: (get: (path: string) => Promise<unknown>) => Promise<Household>,
): Promise<Household> {
  const url = addressOf(context);
  const username = context.values.get('user');
  const password = username === undefined ? undefined : await passwordThere(context, username);
  return asking(context, { name, url, username, password }, (ask) =>
    read(async (path) => {
      const { status, text } = await ask(path);
      if (status === 401 || status === 403) throw new ApiError('invalid_credentials');
      return status === 200 ? bodyOf(text) : undefined;
    }),
  );
}

type Server = Pick<Parameters<typeof openHttpClient>[0], 'name' | 'url' | 'username' | 'password'>;

async function asking(
  { io: { clock } }: Context,
  server: Server,
  read: (ask: HttpClient['ask']) => Promise<Household>,
): Promise<Household> {
  const http = openHttpClient({ ...server, clock, timeoutMs: TIMEOUT_MS });
  try {
    return await read((path, more) => http.ask(path, more).catch((error: unknown) => unreachable(server, error)));
  } catch (error) {
    const isElsewhere = error instanceof ApiError && error.code === 'upstream_failed';
    throw isElsewhere ? new Failure(1, error.message, CURE) : error;
  } finally {
    http.close();
  }
}

function unreachable({ name, url }: Server, error: unknown): never {
  const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined };
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  const cure = `Check the URL and the network: ${name} must run meanwhile.`;
  throw new Failure(3, `${message}, at ${url}${code}`, cure);
}

function addressOf({ values }: Context): string {
  const from = values.get('from') ?? '';
  const url = URL.canParse(from) ? new URL(from) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '') {
    throw usageFailure('--from must be a URL such as http://nest:2000, without user and password', NAME);
  }
  return url.href.replace(/\/+$/, '');
}

function passwordThere({ io }: Context, username: string): Promise<string> {
  return readPassword(io, { question: `Password of ${username} there: `, variable: 'NESTMTX_BRIDGE_PASSWORD' });
}
