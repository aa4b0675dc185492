/** Owns the live connection: requests and their answers, events as they happen, and since when there is none. Knows no module of the API. */

import { signal } from '@preact/signals';
import { io, type Socket } from 'socket.io-client';
import { isObject } from '../../protocol/envelope.ts';
import type { Command } from '../../protocol/verbs.ts';

export interface Request {
  readonly module: string;
  readonly command: Command;
  readonly entity?: string;
  readonly payload?: object;
}

/** An event as the feed tells it: of a newer service perhaps, so nothing in it is taken for granted. */
export interface LiveEvent {
  readonly domain: string;
  readonly event: string;
  readonly entity: number | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly at: string;
}

/** Longer than any good answer takes; a connection that died unnoticed would else be waited for forever. */
const TIMEOUT_MS = 15_000;
const RECONNECT_MS = 1000;

export const isConnected = signal(false);
/** When this page last heard the service while it was connected; undefined before the first time. */
export const lastHeardMs = signal<number | undefined>(undefined);

const eventListeners = new Set<(event: LiveEvent) => void>();
const connectListeners = new Set<() => void>();
const logListeners = new Set<(line: Readonly<Record<string, unknown>>) => void>();
let socket: Socket | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Opens the connection anew, as the holder of this token; what was asked on the old one is not answered any more. */
export function connect(token: string | undefined): void {
  disconnect();
  const { pathname } = new URL('socket.io/', document.baseURI);
  const opened = io({
    path: pathname,
    auth: token === undefined ? {} : { token },
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    forceNew: true,
    reconnectionDelay: RECONNECT_MS,
    reconnectionDelayMax: 4 * RECONNECT_MS,
  });
  socket = opened;
  opened.on('connect', () => {
    isConnected.value = true;
    for (const listener of connectListeners) listener();
  });
  opened.on('disconnect', (reason) => {
    noteHeard();
    isConnected.value = false;
    // A service that stops says goodbye, and the client takes that for a wish to be left alone.
    if (reason === 'io server disconnect') timer = setTimeout(() => opened.connect(), RECONNECT_MS);
  });
  opened.on('nestmtx:*', (told: unknown) => {
    noteHeard();
    const event = eventIn(told);
    if (event) for (const listener of eventListeners) listener(event);
  });
  opened.on('log', (line: unknown) => {
    if (isObject(line)) for (const listener of logListeners) listener(line);
  });
}

export function disconnect(): void {
  clearTimeout(timer);
  socket?.off();
  socket?.disconnect();
  socket = undefined;
  isConnected.value = false;
}

/** Resolves with what was answered, a failure included; rejects when nothing was. */
export async function send(request: Request): Promise<unknown> {
  if (!socket) throw new Error('there is no connection');
  const requestId = crypto.getRandomValues(new Uint32Array(4)).join('-');
  const answer: unknown = await socket.timeout(TIMEOUT_MS).emitWithAck('request', { ...request, requestId });
  noteHeard();
  return answer;
}

/** @returns its end */
export function onEvent(listener: (event: LiveEvent) => void): () => void {
  eventListeners.add(listener);
  return () => void eventListeners.delete(listener);
}

/** Lines of the service's log as they are written, for who may read it. @returns its end */
export function onLogLine(listener: (line: Readonly<Record<string, unknown>>) => void): () => void {
  logListeners.add(listener);
  return () => void logListeners.delete(listener);
}

/** Also each time that the connection is there again. @returns its end */
export function onConnect(listener: () => void): () => void {
  connectListeners.add(listener);
  return () => void connectListeners.delete(listener);
}

function noteHeard(): void {
  lastHeardMs.value = Date.now();
}

function eventIn(told: unknown): LiveEvent | undefined {
  if (!isObject(told)) return undefined;
  const { domain, event, entity, details, at } = told;
  if (typeof domain !== 'string' || typeof event !== 'string' || typeof at !== 'string') return undefined;
  return {
    domain,
    event,
    at,
    entity: typeof entity === 'number' ? entity : null,
    details: isObject(details) ? details : {},
  };
}
