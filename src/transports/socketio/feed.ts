/** Owns what sockets are told unasked: events for whoever holds a good token, the log for administrators. Nothing for others (N-51). */

import type { Socket } from 'socket.io';
import type { Sessions } from '../../core/accounts/sessions.ts';
import type { Bus } from '../../core/bus.ts';
import { eventNames } from './ids.ts';
import { nestMtxLine } from './log-line.ts';

/** The log as it is written: JSON lines without secrets. */
export interface LogTail {
  /** Begins with the latest lines; the result ends it. */
  onLine(listener: (line: string) => void): () => void;
}

/** Whether a token is good, asked of whoever issued it; undefined where nobody can tell at the moment. Never rejects. */
export type AcceptsToken = (token: string) => Promise<boolean | undefined>;

interface Parts {
  readonly sessions: Pick<Sessions, 'find'>;
  readonly accepts?: AcceptsToken | undefined;
  readonly bus: Bus;
  readonly logTail?: LogTail | undefined;
}

export interface Feed {
  /** Tells the socket what its token allows, until it disconnects. */
  add(socket: Socket, token: string): Promise<void>;
  close(): void;
}

/**
 * A token is looked at again for each delivery, which costs microseconds: one that was revoked, has expired or belongs
 * to a user who is gone or may no longer log in delivers nothing from that moment on, whoever noticed.
 */
export function createFeed({ sessions, bus, logTail, ...parts }: Parts): Feed {
  const { accepts = async (token) => sessions.find(token) !== undefined } = parts;
  const watchers = new Map<string, Set<Socket>>();

  const stop = bus.on('event', (fact) => {
    const { domain, event, entity, details, at } = fact;
    // An unknown entity is JSON null here, not the text that MQTT has (N-42).
    const body = { domain, event, entity, details, at };
    for (const [token, sockets] of watchers) {
      // Answers come in the order of the questions, and so do the events.
      void accepts(token).then((isGood) => {
        if (!isGood) return;
        for (const socket of sockets) for (const name of eventNames(fact)) socket.emit(name, body);
      });
    }
  });

  function watch(socket: Socket, token: string): void {
    const sockets = watchers.get(token) ?? new Set();
    watchers.set(token, sockets.add(socket));
    socket.on('disconnect', () => {
      sockets.delete(socket);
      if (sockets.size === 0 && watchers.get(token) === sockets) watchers.delete(token);
    });
  }

  function tail(socket: Socket, token: string, lines: LogTail): void {
    const end = lines.onLine((line) => {
      if (sessions.find(token)?.user.role === 'admin') socket.emit('log', nestMtxLine(line));
    });
    socket.on('disconnect', end);
  }

  return {
    async add(socket, token) {
      if ((await accepts(token)) === false || !socket.connected) return;
      watch(socket, token);
      if (logTail) tail(socket, token, logTail);
    },
    close: stop,
  };
}
