/** Owns the one connection to the broker: keeps it up for ever, and says what state it is in. */

import type { IClientOptions } from 'mqtt';
import { backOffMs } from '../connection/back-off.ts';
import type { ProtocolVersion } from '../connection/mqtt-options.ts';
import { callAll } from './call-all.ts';
import type { Clock, Log } from './environment.ts';
import { nextVersion } from './protocol-version.ts';
import type { Ending, EndingCause } from './reasons/ending.ts';
import { type Message, openSession, type Session } from './session.ts';

/** `disconnected` waits for the next attempt, `connecting` is one. */
export type ConnectionState = 'idle' | 'connecting' | 'connected' | 'disconnected' | 'closed';

/** `reason` says why a connection failed or ended, `cause` the same to programs. */
export type StateListener = (state: ConnectionState, reason?: string, cause?: EndingCause) => void;

export interface Connection {
  readonly state: ConnectionState;
  /** Starts trying, once; returns at once. */
  open(): void;
  onState(listener: StateListener): () => void;
  /** The broker is another one now, or takes us for somebody else: connects anew at once. */
  startOver(): void;
  /** Ends it for good, with DISCONNECT if the broker takes it within 2 s. */
  close(): Promise<void>;
}

interface Parts {
  readonly options: (version: ProtocolVersion) => IClientOptions;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Before the state changes to `connected`. */
  readonly onUp: (session: Session) => void;
  readonly onDown: (reason: string) => void;
  readonly onMessage: (message: Message) => void;
}

const FAREWELL_MS = 2000;

/** A connection that held this long was sound: its loss starts again with the shortest pause. */
const SOUND_MS = 30_000;

export function createConnection(parts: Parts): Connection {
  const { clock, random, log } = parts;
  const listeners = new Set<StateListener>();
  let state: ConnectionState = 'idle';
  let session: Session | undefined;
  let running: Promise<void> | undefined;
  let closing: Promise<void> | undefined;
  let isClosing = false;
  let startsOver = false;
  let endPause = (): void => undefined;

  function become(next: ConnectionState, reason?: string, cause?: EndingCause): void {
    state = next;
    callAll(listeners, log, next, reason, cause);
  }

  async function keepConnected(): Promise<void> {
    const worked = new Set<ProtocolVersion>();
    let version: ProtocolVersion = 5;
    let failures = 0;
    while (!isClosing) {
      if (startsOver) {
        worked.clear();
        [version, failures] = [5, 0];
      }
      startsOver = false;
      const startedAt = clock.now();
      const ending = await connectOnce(version);
      if (ending.accepted) worked.add(version);
      const next = nextVersion(version, worked.has(version), ending);
      // The broker has told what it wants: no reason to wait, unless it refuses both.
      const isAnswered = ending.versionRefused && version === 5;
      version = next;
      if (isClosing || isAnswered || startsOver) continue;
      failures = ending.accepted && clock.now() - startedAt > SOUND_MS ? 1 : failures + 1;
      become('disconnected', ending.reason, ending.cause);
      await pause(backOffMs(failures, random));
    }
  }

  /** One connection, from CONNECT to its end. */
  async function connectOnce(version: ProtocolVersion): Promise<Ending> {
    become('connecting');
    try {
      if (isClosing) throw new Error('closed by a listener of the state');
      const current = openSession(parts.options(version), {
        message: parts.onMessage,
        accepted: () => {
          if (isClosing) return;
          parts.onUp(current);
          become('connected');
        },
      });
      session = current;
      return await current.ended;
    } catch (error) {
      // Unusable options, such as a certificate that is none.
      return { reason: String(error), cause: 'unreachable', accepted: false, versionRefused: false, hungUp: false };
    } finally {
      const wasUp = state === 'connected';
      session = undefined;
      if (wasUp) parts.onDown('the connection to the broker was lost');
    }
  }

  function pause(delayMs: number): Promise<void> {
    // A listener of the state may have closed us just now.
    if (isClosing) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = clock.after(delayMs, resolve);
      endPause = () => {
        cancel();
        resolve();
      };
    });
  }

  async function leave(): Promise<void> {
    isClosing = true;
    endPause();
    const last = session;
    if (state === 'connected') last?.leave();
    else last?.drop();
    const giveUp = clock.after(FAREWELL_MS, () => last?.drop());
    await running;
    giveUp();
    become('closed');
  }

  return {
    get state() {
      return state;
    },
    open: () => {
      if (!isClosing) running ??= keepConnected();
    },
    startOver: () => {
      startsOver = true;
      endPause();
      session?.drop();
    },
    onState: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => {
      closing ??= leave();
      return closing;
    },
  };
}
