/** Owns how a request that reached us is carried out by NestMTX: sent on with the caller's token, its answer put in our form. */

import type { Client } from '../client/client.ts';
import { ClientError } from '../client/client-error.ts';
import type { Request } from '../client/requests/requests.ts';
import type { Sessions } from '../core/accounts/sessions.ts';
import type { Log } from '../core/ports.ts';
import { errorBody, toApiError } from '../core/requests/error-body.ts';
import { createRegistry, type Module, type Outcome, type Registry } from '../core/requests/registry.ts';
import { ApiError } from '../protocol/api-error.ts';
import { PAGED } from '../protocol/entities/page.ts';
import type { Envelope } from '../protocol/envelope.ts';
import { presentable, withLogin } from './answers.ts';
import type { UpdateCamera } from './cameras/updates.ts';
import type { UpstreamLogin } from './upstream-login.ts';

/** Asks NestMTX as whoever made a request. */
type Ask = (request: Omit<Request, 'token'>) => Promise<unknown>;

interface Parts {
  readonly client: Client;
  readonly login: UpstreamLogin;
  /** All that we would serve ourselves. */
  readonly modules: readonly Module[];
  readonly sessions: Sessions;
  readonly updateCamera: UpdateCamera;
  /** Whether a token is that of whoever runs this service, who acts as the configured user. */
  readonly isOperator: (token: string) => boolean;
  /** Host for the addresses of streams; the one of the request unless it is configured. */
  readonly publicHost: { readonly configured: string | undefined; readonly fallback: string };
  readonly log: Log;
}

const TIMEOUT_MS = 10_000;
const FORWARDED: readonly string[] = [
  'auth',
  'cameras',
  'credentials',
  'cronjobs',
  'health',
  'htop',
  'users',
  'version',
];
/** What speaks of this service and not of cameras. */
const OWN: readonly string[] = ['backups', 'clients', 'operations', 'service', 'settings', 'swagger'];

export function createForwarding(parts: Parts): Registry {
  const { client, login, modules, sessions, updateCamera, isOperator, publicHost, log } = parts;
  const own = createRegistry(
    modules.filter(({ name }) => OWN.includes(name)),
    sessions,
    log,
  );

  async function send(request: Envelope): Promise<unknown> {
    const { command, module, entity, payload, token } = request;
    const ask: Ask = (wanted) =>
      token !== undefined && isOperator(token)
        ? login.request(wanted, { timeoutMs: TIMEOUT_MS })
        : client.request({ ...wanted, token }, { timeoutMs: TIMEOUT_MS });
    if (module === 'cameras' && command === 'update') return updateCamera(entity ?? '', payload ?? {}, ask);
    return ask({ command, module, entity, payload: payloadOf(request) });
  }

  return {
    modules: modules.filter(({ name }) => FORWARDED.includes(name) || OWN.includes(name)),
    async execute(request, origin): Promise<Outcome> {
      const { command, module, requestId } = request;
      if (!FORWARDED.includes(module)) return own.execute(request, origin);
      try {
        const value = await send(request);
        if (module === 'health') return { ok: true, value: withLogin(value, login.isRefused) };
        const host = publicHost.configured ?? origin.host ?? publicHost.fallback;
        return { ok: true, value: presentable(module, command, value, host) };
      } catch (thrown) {
        const error = refusal(thrown);
        if (error.cause) log.warn({ err: error.cause, requestId, module }, 'NestMTX failed a request');
        return { ok: false, error, body: errorBody(error, request) };
      }
    },
  };
}

function refusal(thrown: unknown): ApiError {
  if (thrown instanceof ClientError) {
    const code = thrown.code === 'timeout' ? 'upstream_failed' : 'unavailable';
    const message = code === 'unavailable' ? 'NestMTX cannot be reached' : 'NestMTX did not answer';
    return new ApiError(code, { message, cause: thrown });
  }
  const error = toApiError(thrown);
  // Words that are not in the contract: the text of an exception, or SQL.
  return error.code === 'upstream_failed' ? new ApiError('upstream_failed', { cause: thrown }) : error;
}

/** Upstream fills in all parts of a page or none (2.5, N-20). */
function payloadOf({ command, module, payload }: Envelope): Envelope['payload'] {
  if (!payload || command !== 'list' || !PAGED.includes(module)) return payload;
  return { search: null, page: 1, itemsPerPage: 10, sortBy: null, ...payload };
}
