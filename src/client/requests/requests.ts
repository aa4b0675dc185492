/** Owns the requests under way: each is answered once, or rejected at the latest when its time is up; none waits for a connection. */

import { ApiError } from '../../protocol/api-error.ts';
import { parseEnvelope } from '../../protocol/envelope.ts';
import type { Topics } from '../../protocol/topics.ts';
import type { Command } from '../../protocol/verbs.ts';
import { ClientError } from '../client-error.ts';
import type { Clock, Log } from '../environment.ts';
import type { Message, Session } from '../session.ts';
import { readAnswer } from './answer.ts';
import { type AnswerChannel, openAnswerChannel } from './answer-channel.ts';

export interface Request {
  readonly command: Command;
  readonly module: string;
  readonly entity?: string | number | undefined;
  readonly payload?: Readonly<Record<string, unknown>> | undefined;
  readonly token?: string | undefined;
}

export interface RequestOptions {
  /** Default 10 s. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told the id of the request, and the topic its answer comes on, before it is sent; again if it is sent anew after a login. */
  readonly onSent?: ((requestId: string, responseTopic: string) => void) | undefined;
}

export interface Requests {
  /**
   * Resolves with the module's value; undefined where it has none.
   * @throws ApiError what the server refused, or `invalid_envelope` and `invalid_payload` before anything is sent
   * @throws ClientError `not_connected`, `timeout`, `aborted`, `closed`, `refused` by the broker, or `too_large` for it: then nothing was sent
   */
  send(request: Request, options?: RequestOptions): Promise<unknown>;
  /** Whether the message was an answer. */
  receive(message: Message): boolean;
  readonly pending: number;
  up(session: Session): void;
  down(reason: string): void;
  close(): void;
}

interface Parts {
  readonly topics: Topics;
  /** Also the first level of all request ids: nobody else's answers can then be mistaken for ours. */
  readonly clientId: string;
  readonly clock: Clock;
  readonly log: Log;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

interface Link {
  readonly session: Session;
  readonly channel: AnswerChannel;
}

const DEFAULT_TIMEOUT_MS = 10_000;

export function createRequests({ topics, clientId, clock, log }: Parts): Requests {
  const pending = new Map<string, Pending>();
  let link: Link | undefined;
  let isClosed = false;
  let count = 0;

  async function send(request: Request, { timeoutMs = DEFAULT_TIMEOUT_MS, signal, onSent }: RequestOptions = {}) {
    if (isClosed) throw new ClientError('closed', 'the client was closed');
    if (!link) throw new ClientError('not_connected', 'not connected to the broker');
    if (signal?.aborted) throw aborted(signal);
    const current = link;
    count += 1;
    const requestId = `${clientId}/${count}`;
    const text = encode(request, requestId);
    // Where it throws, nothing is under way yet.
    onSent?.(requestId, topics.response(requestId));
    const fail = (error: unknown) => pending.get(requestId)?.reject(error);
    const answer = new Promise<unknown>((resolve, reject) => pending.set(requestId, { resolve, reject }));
    const late = `no answer to ${request.command} ${request.module} within ${timeoutMs} ms`;
    const cancelTimeout = clock.after(timeoutMs, () => fail(new ClientError('timeout', late)));
    const abort = () => fail(aborted(signal));
    signal?.addEventListener('abort', abort, { once: true });
    deliver(current, requestId, text).catch(fail);
    try {
      return await answer;
    } finally {
      pending.delete(requestId);
      cancelTimeout();
      signal?.removeEventListener('abort', abort);
      current.channel.unlisten(requestId);
    }
  }

  async function deliver({ session, channel }: Link, requestId: string, text: string): Promise<void> {
    await channel.listen(requestId);
    // Meanwhile its time may be up.
    if (pending.has(requestId)) session.publish(topics.requests, text);
    else channel.unlisten(requestId);
  }

  function rejectAll(error: ClientError): void {
    for (const { reject } of [...pending.values()]) reject(error);
  }

  return {
    send,
    get pending() {
      return pending.size;
    },
    receive: ({ topic, payload }) => {
      if (!topic.startsWith(topics.responsePrefix)) return false;
      const waiting = pending.get(topic.slice(topics.responsePrefix.length));
      try {
        waiting?.resolve(readAnswer(payload));
      } catch (error) {
        waiting?.reject(error);
      }
      return true;
    },
    up: (session) => {
      link = { session, channel: openAnswerChannel(session, topics, clientId, log) };
    },
    down: (reason) => {
      link = undefined;
      // They were asked over a connection that is gone: their answers go nowhere.
      rejectAll(new ClientError('not_connected', reason));
    },
    close: () => {
      isClosed = true;
      rejectAll(new ClientError('closed', 'the client was closed'));
    },
  };
}

function encode({ command, module, entity, payload, token }: Request, requestId: string): string {
  const fields = { command, module, requestId, entity: entity === undefined ? entity : String(entity), payload, token };
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  try {
    return JSON.stringify(parseEnvelope(given));
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError('invalid_payload', { message: `The payload cannot be written as JSON: ${wordsOf(error)}` });
  }
}

/** A cycle, a BigInt, too many levels; whatever else a payload throws may throw again when looked at. */
function wordsOf(error: unknown): string {
  return error instanceof TypeError || error instanceof RangeError ? error.message : 'it throws';
}

function aborted(signal: AbortSignal | undefined): ClientError {
  return new ClientError('aborted', 'the request was aborted', signal?.reason);
}
