/** Owns the request API as a stock Socket.IO client speaks it: emit the request, wait for the event named by its id. */

import { randomUUID } from 'node:crypto';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import type { ErrorBody } from '../../../src/protocol/api-error.ts';
import { isObject } from '../../../src/protocol/envelope.ts';
import type { Answer, ApiRequest } from '../../contracts/api/api.contract.ts';

/**
 * A connected client; rejects when the server does not take it.
 * @param onEvent hears everything the server says, from the first moment on
 */
export async function connectSocket(
  url: string,
  options: Partial<ManagerOptions & SocketOptions> = {},
  onEvent: (name: string, body: unknown) => void = () => undefined,
): Promise<Socket> {
  const socket = io(url, { transports: ['websocket'], reconnection: false, forceNew: true, ...options });
  socket.onAny(onEvent);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return socket;
}

export async function requestOverSocketIo(socket: Socket, request: ApiRequest): Promise<Answer> {
  const requestId = randomUUID();
  const answered = nextEvent(socket, requestId);
  socket.emit('request', { ...request, requestId });
  const body = await answered;
  if (isErrorBody(body)) return { ok: false, error: body.error };
  return { ok: true, value: body ?? undefined };
}

/** The first argument of the next event of that name; rejects when the connection ends first. */
export function nextEvent(socket: Socket, name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const end = () => {
      socket.off(name, arrived);
      reject(new Error(`disconnected before ${name}`));
    };
    const arrived = (body: unknown) => {
      socket.off('disconnect', end);
      resolve(body);
    };
    socket.once(name, arrived);
    socket.once('disconnect', end);
  });
}

function isErrorBody(body: unknown): body is ErrorBody {
  return isObject(body) && isObject(body['error']);
}
