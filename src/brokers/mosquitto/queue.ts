/** Owns the order of control commands: one message at a time, what waits meanwhile goes together, and nobody waits for ever. */

import type { Clock } from '../../core/ports.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { Answer, Command } from './commands.ts';

type Ask = (commands: readonly Command[]) => Promise<Answer[]>;

export interface CommandQueue {
  /** @throws ApiError `unavailable` when there is no connection in time, or it is lost before the answer */
  ask(commands: readonly Command[]): Promise<Answer[]>;
  /** A connection is ready for commands. */
  open(line: Ask): void;
  /** It is no longer: what waits fails, and what comes waits for the next one. */
  shut(reason: string): void;
}

interface Waiting {
  readonly commands: readonly Command[];
  readonly resolve: (answers: Answer[]) => void;
  readonly reject: (reason: ApiError) => void;
  cancel: () => void;
}

/** The broker does nothing else while it works one off, and Debian's saves all accounts after every command. */
const COMMANDS_PER_MESSAGE = 10;

export function openCommandQueue(clock: Clock, timeoutMs: number): CommandQueue {
  const waiting: Waiting[] = [];
  let line: Ask | undefined;
  let isBusy = false;

  async function workOff(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    while (line !== undefined && waiting.length > 0) await send(line, nextMessage());
    isBusy = false;
  }

  function nextMessage(): Waiting[] {
    let count = 0;
    const firstTooMany = waiting.findIndex(({ commands }, index) => {
      count += commands.length;
      return index > 0 && count > COMMANDS_PER_MESSAGE;
    });
    return waiting.splice(0, firstTooMany < 0 ? waiting.length : firstTooMany);
  }

  async function send(ask: Ask, message: readonly Waiting[]): Promise<void> {
    try {
      const answers = await ask(message.flatMap(({ commands }) => commands));
      for (const { commands, resolve } of message) resolve(answers.splice(0, commands.length));
    } catch (cause) {
      for (const { reject } of message) reject(unavailable(cause));
    }
  }

  return {
    ask: (commands) =>
      new Promise((resolve, reject) => {
        const entry: Waiting = { commands, resolve, reject, cancel: () => undefined };
        waiting.push(entry);
        if (line !== undefined) {
          void workOff();
          return;
        }
        entry.cancel = clock.after(timeoutMs, () => {
          waiting.splice(waiting.indexOf(entry), 1);
          reject(unavailable('there is no connection to it'));
        });
      }),

    open(newLine) {
      line = newLine;
      for (const { cancel } of waiting) cancel();
      void workOff();
    },

    shut(reason) {
      line = undefined;
      for (const { cancel, reject } of waiting.splice(0)) {
        cancel();
        reject(unavailable(reason));
      }
    },
  };
}

/** @param cause what went wrong, in words fit for whoever runs the service */
export function unavailable(cause: unknown): ApiError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ApiError('unavailable', { message: `The MQTT broker does not do as asked: ${why}`, cause });
}
