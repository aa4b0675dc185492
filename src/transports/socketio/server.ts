/** Owns the request API over Socket.IO: a `request` to an event named by its id, faults to `failure` (contract 2.8, N-51). */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Server as Engine } from 'engine.io';
import { Server, type Socket } from 'socket.io';
import type { Sessions } from '../../core/accounts/sessions.ts';
import type { Bus } from '../../core/bus.ts';
import type { Log } from '../../core/ports.ts';
import { envelopeErrorBody, toApiError } from '../../core/requests/error-body.ts';
import type { RequestLimits } from '../../core/requests/limits.ts';
import type { Origin, Registry } from '../../core/requests/registry.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { type Envelope, isObject, parseEnvelope, readableRequestId } from '../../protocol/envelope.ts';
import { custom } from '../../protocol/violation.ts';
import type { HttpTransport } from '../http/http.ts';
import { cutWhenStuck, handshakeToken } from './connection.ts';
import { type AcceptsToken, createFeed, type LogTail } from './feed.ts';
import { isReservedId } from './ids.ts';

const MAX_MESSAGE_BYTES = 256 * 1024;

export interface Parts {
  readonly http: Pick<HttpTransport, 'onRequest' | 'onUpgrade' | 'peer'>;
  readonly registry: Registry;
  readonly sessions: Pick<Sessions, 'find'>;
  /** Where somebody else issues the tokens; absent: `sessions` knows them all. */
  readonly accepts?: AcceptsToken | undefined;
  readonly limits: RequestLimits;
  readonly bus: Bus;
  readonly log: Log;
  /** Absent: nobody gets the log. */
  readonly logTail?: LogTail;
  readonly corsOrigins: readonly string[];
}

export interface SocketIoServer {
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Takes no further requests, lets those in flight be answered, then disconnects everybody. */
  close(): Promise<void>;
}

/** What a request comes to: on which event it is answered, and with what. */
interface Answer {
  readonly requestId: string | undefined;
  readonly body: unknown;
}

export function openServer(parts: Parts): SocketIoServer {
  const { http, registry, sessions, accepts, limits, bus, log, logTail, corsOrigins } = parts;
  const feed = createFeed({ sessions, accepts, bus, logTail });
  const inFlight = new Set<Promise<void>>();
  let closing = false;
  const engine = new Engine({
    // Upstream takes clients of Socket.IO 2 as well.
    allowEIO3: true,
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    ...(corsOrigins.length > 0 ? { cors: { origin: [...corsOrigins] } } : {}),
  });
  const io = new Server({ serveClient: false });
  io.bind(engine);

  function accept(socket: Socket): void {
    const token = handshakeToken(socket.handshake);
    const origin: Origin = { transport: 'socketio', ...http.peer(socket.request) };
    cutWhenStuck(socket, log);
    if (token !== undefined) void feed.add(socket, token);
    socket.on('request', (...sent: unknown[]) => {
      const done = answer(socket, messageOf(sent[0]), token, origin)
        .then(({ requestId, body }) => {
          if (requestId !== undefined) socket.emit(requestId, body);
          const acknowledge = sent.at(-1);
          if (typeof acknowledge === 'function') acknowledge(body);
        })
        .catch((error: unknown) => log.error({ err: error }, 'a request could not be answered'))
        .finally(() => inFlight.delete(done));
      inFlight.add(done);
    });
  }

  async function answer(socket: Socket, message: unknown, token: string | undefined, origin: Origin): Promise<Answer> {
    let leave: () => void;
    try {
      if (closing) throw new ApiError('unavailable');
      leave = limits.enter(accountOf(message, token, origin));
    } catch (refused) {
      return refuse(message, toApiError(refused));
    }
    try {
      let request: Envelope;
      try {
        request = parse(message);
      } catch (fault) {
        return fail(socket, message, toApiError(fault));
      }
      const outcome = await registry.execute(token === undefined ? request : { token, ...request }, origin);
      return { requestId: request.requestId, body: outcome.ok ? (outcome.value ?? null) : outcome.body };
    } finally {
      leave();
    }
  }

  /** Whom a request counts for: the user of its token, else the address. */
  function accountOf(message: unknown, token: string | undefined, { address = 'unknown' }: Origin): string {
    const given = isObject(message) ? message['token'] : undefined;
    const used = typeof given === 'string' ? given : token;
    const session = used === undefined ? undefined : sessions.find(used);
    return session ? `user:${session.user.id}` : `address:${address}`;
  }

  io.on('connection', accept);

  return {
    handleRequest: (request, response) => engine.handleRequest(request, response),
    handleUpgrade: (request, socket, head) => engine.handleUpgrade(request, socket, head),
    async close() {
      closing = true;
      feed.close();
      await Promise.all(inFlight);
      io.disconnectSockets(true);
      engine.close();
    },
  };
}

/** Upstream takes a JSON text, too; what is none is told in the words for a request that is no object. */
function messageOf(sent: unknown): unknown {
  if (typeof sent !== 'string') return sent;
  try {
    return JSON.parse(sent);
  } catch {
    return sent;
  }
}

/** @throws ApiError also for an id that an answer could not be told apart by */
function parse(message: unknown): Envelope {
  const request = parseEnvelope(message);
  if (!isReservedId(request.requestId)) return request;
  const violation = custom(['requestId'], 'string.requestId', 'must not be the name of an event', request.requestId);
  throw new ApiError('invalid_request_id', { message: violation.message, details: [violation] });
}

/** Tells `failure`, in upstream's flat form, and whoever waits under a safe id. */
function fail(socket: Socket, message: unknown, { code, details }: ApiError): Answer {
  const requestId = safeRequestId(message);
  const body = envelopeErrorBody(new ApiError(code, { message: 'Invalid Request', details }), message, requestId);
  socket.emit('failure', body.error);
  return { requestId, body };
}

function refuse(message: unknown, error: ApiError): Answer {
  const requestId = safeRequestId(message);
  return { requestId, body: envelopeErrorBody(error, message, requestId) };
}

function safeRequestId(message: unknown): string | undefined {
  const requestId = readableRequestId(message);
  return requestId !== undefined && isReservedId(requestId) ? undefined : requestId;
}
