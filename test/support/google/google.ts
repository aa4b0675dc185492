/**
 * Owns a strict stand-in for Google over HTTP: the token endpoint, the list of devices and their commands. It enforces the published
 * limits, ends tokens and streams in time, and keeps what a client did that no client may do. Fails when told.
 */

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { GoogleTokens } from '../../../src/core/google/google.ts';
import { isObject, type JsonObject } from '../../../src/protocol/envelope.ts';
import { commandLimits, googleLimits, listLimits } from './limits.ts';
import { type GooglePubSub, googlePubSub } from './pubsub.ts';
import { type GoogleStreams, googleStreams } from './streams.ts';
import { type GoogleStandIn, googleStandIn } from './token.ts';

interface HttpAnswer {
  readonly status: number;
  readonly body: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface GoogleServer {
  readonly urls: { readonly token: string; readonly sdm: string; readonly pubsub: string };
  /** The same answers without a socket in between, for a simulated day. */
  readonly fetcher: typeof fetch;
  /** Consent, and the codes that come of it. */
  readonly consent: GoogleStandIn['consent'];
  readonly streams: GoogleStreams;
  readonly pubsub: GooglePubSub;
  /** How often each was called: `token`, `list`, `pull`, `acknowledge`, or the name of a command. */
  readonly calls: ReadonlyMap<string, number>;
  /** What no client may do. */
  readonly faults: readonly string[];
  /** As they are listed; two to a page unless said otherwise. */
  devices: JsonObject[];
  pageSize: number;
  /** Devices that run on a battery. */
  readonly battery: Set<string>;
  /** While true, nobody can reach Google. */
  isCut: boolean;
  /** How long a login is good, while the consent screen is in testing. */
  refreshEndsAfterSeconds: number | undefined;
  /** Whether each renewal of a login gives another refresh token, and ends the former one. */
  rotates: boolean;
  /** Decides calls before Google does: an answer is sent in place of the real one. */
  intercept: (operation: string) => HttpAnswer | undefined;
  /** A login as if it had been authorised just now. */
  login(scope?: string): GoogleTokens;
  /** Ends every access token, as if its hour were over. */
  expireAccess(): void;
  /** The user takes the authorisation back. */
  revoke(): void;
  close(): Promise<void>;
}

const ACCESS_SECONDS = 3599;

export async function startGoogleServer(
  now: () => number,
  {
    project,
    client,
    mediaUrl = 'rtsps://stream.example:443/live',
  }: {
    readonly project: string;
    readonly client: { readonly id: string; readonly secret: string };
    readonly mediaUrl?: string;
  },
): Promise<GoogleServer> {
  const oauth = googleStandIn({ [client.id]: client.secret }, now);
  const limits = googleLimits(now);
  const battery = new Set<string>();
  const streams = googleStreams(now, battery, mediaUrl);
  const calls = new Map<string, number>();
  const access = new Map<string, { readonly endsAtMs: number; readonly scope: string }>();
  /** What each grants. */
  const refresh = new Map<string, string>();
  const faults = streams.faults;
  const pubsub = googlePubSub(now, faults);

  function issue(refreshToken: string, scope: string): JsonObject & { access_token: string } {
    const accessToken = `ya29.${randomUUID()}`;
    access.set(accessToken, { endsAtMs: now() + ACCESS_SECONDS * 1000, scope });
    refresh.set(refreshToken, scope);
    const left = server.refreshEndsAfterSeconds;
    return {
      ...{ access_token: accessToken, expires_in: ACCESS_SECONDS, scope, token_type: 'Bearer' },
      ...(left !== undefined && { refresh_token_expires_in: left }),
    };
  }

  async function token(form: URLSearchParams): Promise<HttpAnswer> {
    const given = (name: string) => form.get(name) ?? '';
    const refused = (status: number, error: string) => ({
      status,
      body: { error, error_description: `${error} it is` },
    });
    if (given('client_id') !== client.id || given('client_secret') !== client.secret)
      return refused(401, 'invalid_client');
    if (given('grant_type') === 'refresh_token') {
      const old = given('refresh_token');
      const scope = refresh.get(old);
      if (scope === undefined) return refused(400, 'invalid_grant');
      if (!server.rotates) return { status: 200, body: issue(old, scope) };
      refresh.delete(old);
      const next = `1//${randomUUID()}`;
      return { status: 200, body: { ...issue(next, scope), refresh_token: next } };
    }
    try {
      const { refreshToken, scope } = await oauth.exchangeCode({
        clientId: client.id,
        clientSecret: client.secret,
        code: given('code'),
        redirectUri: given('redirect_uri'),
        codeVerifier: given('code_verifier'),
      });
      return { status: 200, body: { ...issue(refreshToken, scope), refresh_token: refreshToken } };
    } catch {
      return refused(400, 'invalid_grant');
    }
  }

  function list(query: URLSearchParams): HttpAnswer {
    const exceeded = limits.count(...listLimits(project));
    if (exceeded !== undefined) return limited(exceeded);
    const from = Number(query.get('pageToken') ?? 0);
    const devices = server.devices.slice(from, from + server.pageSize);
    const next = from + server.pageSize;
    return {
      status: 200,
      // As Google does: no key where there is nothing.
      body: {
        ...(devices.length > 0 ? { devices } : {}),
        ...(next < server.devices.length ? { nextPageToken: String(next) } : {}),
      },
    };
  }

  function command(deviceName: string, { command: full, params }: JsonObject): HttpAnswer {
    const device = server.devices.find(({ name }) => name === deviceName);
    const name = String(full).replace('sdm.devices.commands.CameraLiveStream.', '');
    const exceeded = limits.count(...commandLimits(project, deviceName, name));
    if (exceeded !== undefined) return limited(exceeded);
    if (!device) return failure(404, 'NOT_FOUND');
    const answer = streams.command(device, name, isObject(params) ? params : {});
    return 'word' in answer ? failure(answer.status, answer.word) : { status: 200, body: answer };
  }

  function limited(key: string): HttpAnswer {
    faults.push(`beyond a limit: ${key}`);
    return failure(429, 'RESOURCE_EXHAUSTED');
  }

  async function answer(
    path: string,
    bearer: string | undefined,
    body: string,
    gone = new AbortController().signal,
  ): Promise<HttpAnswer> {
    const { pathname, searchParams } = new URL(path, 'http://google.example');
    const json: unknown = pathname === '/token' || body === '' ? {} : JSON.parse(body);
    const sent = isObject(json) ? json : {};
    const operation =
      pathname === '/token'
        ? 'token'
        : ((/CameraLiveStream\.(\w+)$/.exec(String(sent['command'])) ?? /:(pull|acknowledge)$/.exec(pathname))?.[1] ??
          'list');
    calls.set(operation, (calls.get(operation) ?? 0) + 1);
    const instead = server.intercept(operation);
    if (instead) return instead;
    if (operation === 'token') return token(new URLSearchParams(body));
    const login = access.get(bearer?.replace('Bearer ', '') ?? '');
    if (!login || login.endsAtMs <= now()) return failure(401, 'UNAUTHENTICATED');
    if (pathname.startsWith('/v1/projects/')) {
      const told = await pubsub.answer(pathname, login.scope, sent, gone);
      return 'word' in told ? failure(told.status, told.word) : { status: 200, body: told.body };
    }
    const device = /^\/v1\/(enterprises\/[^/]+\/devices\/[^/]+):executeCommand$/.exec(pathname)?.[1];
    if (device !== undefined) return command(device, sent);
    return pathname === `/v1/enterprises/${project}/devices` ? list(searchParams) : failure(404, 'NOT_FOUND');
  }

  const http = createServer(async (request, response) => {
    const body = await text(request);
    if (server.isCut) {
      request.socket.destroy();
      return;
    }
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const { authorization } = request.headers;
    const { status, body: sent, headers = {} } = await answer(request.url ?? '', authorization, body, gone.signal);
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(sent));
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  const base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;

  const fetcher: typeof fetch = async (input, init = {}) => {
    if (server.isCut) throw new TypeError('fetch failed');
    const path = String(input instanceof Request ? input.url : input).replace(base, '');
    const bearer = new Headers(init.headers).get('authorization') ?? undefined;
    const { status, body, headers = {} } = await answer(path, bearer, String(init.body ?? ''));
    return Response.json(body, { status, headers });
  };

  const server: GoogleServer = {
    fetcher,
    urls: { token: `${base}/token`, sdm: `${base}/v1`, pubsub: `${base}/v1` },
    consent: oauth.consent,
    streams,
    pubsub,
    calls,
    faults,
    devices: [],
    pageSize: 2,
    battery,
    isCut: false,
    refreshEndsAfterSeconds: undefined,
    rotates: false,
    intercept: () => undefined,
    login(scope = 'sdm') {
      const refreshToken = `1//${randomUUID()}`;
      const { access_token: accessToken } = issue(refreshToken, scope);
      return { accessToken, refreshToken, expiresAtMs: now() + ACCESS_SECONDS * 1000, scope };
    },
    expireAccess: () => access.clear(),
    revoke() {
      refresh.clear();
      access.clear();
    },
    async close() {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
  return server;
}

export function failure(status: number, word: string, headers?: Readonly<Record<string, string>>): HttpAnswer {
  const error = { code: status, status: word, message: `Google says ${word}` };
  return { status, body: { error }, ...(headers ? { headers } : {}) };
}

/** A camera as Google lists it. */
export function googleDevice(
  project: string,
  id: string,
  more: { protocol?: string; name?: string; room?: string } = {},
) {
  const { protocol = 'RTSP', name = `Camera ${id}`, room = 'Garden' } = more;
  const traits = {
    'sdm.devices.traits.Info': { customName: name },
    'sdm.devices.traits.CameraLiveStream': {
      maxVideoResolution: { width: 640, height: 480 },
      videoCodecs: ['H264'],
      audioCodecs: ['AAC'],
      supportedProtocols: [protocol],
    },
  };
  const parentRelations = [{ parent: `enterprises/${project}/structures/s/rooms/r`, displayName: room }];
  return { name: `enterprises/${project}/devices/${id}`, type: 'sdm.devices.types.CAMERA', traits, parentRelations };
}
