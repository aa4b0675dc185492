/** Owns questions that this bridge has asked all others, until each of them has answered, failed to, or is no more. */

import type { Answers, IsEnough } from '../../core/cluster/exchange.ts';
import type { Clock } from '../../core/ports.ts';

interface Open {
  readonly waiting: Set<string>;
  readonly failed: string[];
  readonly answers: Uint8Array[];
  readonly isEnough: IsEnough;
  readonly finish: () => void;
}

export interface Questions {
  /** @param others who is to answer; `send` is called with the number of the question */
  ask(
    others: readonly string[],
    patienceMs: number,
    send: (number: number) => void,
    isEnough?: IsEnough,
  ): Promise<Answers>;
  /** @param answer undefined where it failed */
  answered(number: number, by: string, answer: Uint8Array | undefined): void;
  /** It has nothing to say to it. */
  unconcerned(number: number, by: string): void;
  /** Nobody waits for it any more. */
  lost(id: string): void;
  /** Nobody answers any more. */
  close(): void;
}

export function createQuestions(clock: Clock): Questions {
  const open = new Map<number, Open>();
  let last = 0;

  return {
    ask(others, patienceMs, send, isEnough = () => false) {
      last += 1;
      const number = last;
      return new Promise((resolve) => {
        const waiting = new Set(others);
        const failed: string[] = [];
        const answers: Uint8Array[] = [];
        const finish = () => {
          cancel();
          open.delete(number);
          resolve({ answers, silent: [...waiting, ...failed] });
        };
        const cancel = clock.after(patienceMs, finish);
        open.set(number, { waiting, failed, answers, isEnough, finish });
        send(number);
        if (waiting.size === 0) finish();
      });
    },
    answered(number, by, answer) {
      const question = open.get(number);
      if (question === undefined) return;
      if (answer === undefined) question.failed.push(by);
      else question.answers.push(answer);
      question.waiting.delete(by);
      if (question.waiting.size === 0 || (answer !== undefined && question.isEnough(answer))) question.finish();
    },
    unconcerned(number, by) {
      const question = open.get(number);
      if (question?.waiting.delete(by) && question.waiting.size === 0) question.finish();
    },
    lost(id) {
      for (const { waiting, finish } of [...open.values()]) if (waiting.delete(id) && waiting.size === 0) finish();
    },
    close() {
      for (const { finish } of [...open.values()]) finish();
    },
  };
}
