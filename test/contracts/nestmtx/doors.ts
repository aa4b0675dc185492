/** Owns the doors that a case goes through, each a real socket: how a request is written there, what cannot be, and how the answer is read. */

import type { Socket } from 'socket.io-client';
import { isSecretKey } from '../../../src/core/redaction.ts';
import type { Command } from '../../../src/protocol/verbs.ts';
import { requestText } from '../../support/api/mqtt.ts';
import { connectSocket, requestOverSocketIo } from '../../support/api/socketio.ts';
import type { Service } from '../../support/service.ts';
import type { Answer } from '../api/caller.ts';
import type { Case, DoorName, Request, Who } from './case.ts';

/** By who asks; nobody has none. */
export type Tokens = Readonly<Partial<Record<Who, string>>>;

export interface Seen {
  readonly answer: Answer;
  /** Over HTTP. */
  readonly status?: number;
}

export interface Door {
  readonly ask: (request: Request, who: Who) => Promise<Seen>;
  close(): void | Promise<void>;
}

type Way = (service: Service, tokens: Tokens) => Promise<Door>;

export const DOORS: Readonly<Record<DoorName, Way>> = {
  MQTT: async (service, tokens) => {
    const client = await service.client();
    return {
      ask: async (request, who) => {
        const text = await requestText(client, { ...request, ...(tokens[who] && { token: tokens[who] }) });
        return { answer: answerIn(text === '' ? undefined : JSON.parse(text)) };
      },
      close: () => client.end(),
    };
  },
  'Socket.IO': async ({ httpUrl }, tokens) => {
    const sockets = new Map<Who, Promise<Socket>>();
    const socketOf = (who: Who) => connectSocket(httpUrl, tokens[who] ? { auth: { token: tokens[who] } } : {});
    return {
      ask: async (request, who) => {
        const socket = sockets.get(who) ?? socketOf(who);
        sockets.set(who, socket);
        return { answer: await requestOverSocketIo(await socket, request) };
      },
      async close() {
        for (const socket of await Promise.all(sockets.values())) socket.disconnect();
      },
    };
  },
  'HTTP JSON': overHttp(({ payload }) => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(payload),
  })),
  'HTTP form': overHttp(({ payload = {} }) => ({ body: textsOf(payload) })),
  'HTTP query': overHttp(undefined),
};

/** Whether a case can be written there, and differs from how it is written elsewhere. */
export function carries(door: DoorName, { doors, request }: Case): boolean {
  if (doors && !doors.includes(door)) return false;
  if (door !== 'HTTP form' && door !== 'HTTP query') return true;
  const { command, payload = {} } = request;
  const hasBody = (command === 'create' || command === 'update') && Object.keys(payload).length > 0;
  if (!hasBody || !Object.values(payload).every(isText)) return false;
  return door === 'HTTP form' || doors !== undefined || !Object.keys(payload).some(isSecretKey);
}

const METHODS = { list: 'GET', read: 'GET', create: 'POST', update: 'PUT', delete: 'DELETE' } as const;

/** @param write absent: the payload of a create or an update goes into the query, as that of a list does everywhere */
function overHttp(write: ((request: Request) => RequestInit) | undefined): Way {
  return async ({ httpUrl }, tokens) => ({
    ask: async (request, who) => {
      const { command, module, entity, payload } = request;
      const url = new URL(`/api/${module}${entity === undefined ? '' : `/${encodeURIComponent(entity)}`}`, httpUrl);
      const isBody = write !== undefined && payload !== undefined && command !== 'list';
      if (payload && !isBody) url.search = textsOf(payload).toString();
      const { headers, ...init } = isBody ? write(request) : { headers: {} };
      const token = tokens[who];
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const response = await fetch(url, {
        method: METHODS[command],
        ...init,
        headers: { ...headers, ...authorization },
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
      // HTTP writes a scalar as plain text, which does not tell 7 from "7".
      const value = isJson ? JSON.parse(text) : scalar(text);
      return { answer: answerIn(value), status: response.status };
    },
    close: () => undefined,
  });
}

/** The status of an answer that is none of a failure; NestMTX answers an update with 201. */
export const OK: Readonly<Record<Command, number>> = { list: 200, read: 200, create: 201, update: 201, delete: 204 };

function answerIn(body: unknown): Answer {
  const { error } = Object(body ?? {});
  return error === undefined ? { ok: true, value: body ?? undefined } : { ok: false, error };
}

function scalar(text: string): unknown {
  if (text === '') return undefined;
  return /^\d+$/.test(text) ? Number(text) : text;
}

function textsOf(payload: NonNullable<Request['payload']>): URLSearchParams {
  return new URLSearchParams(Object.entries(payload).map(([key, value]) => [key, value === null ? '' : String(value)]));
}

function isText(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean';
}
