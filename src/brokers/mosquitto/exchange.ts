/** Owns question and answer over one connection to mosquitto's control topic: matched by correlation data, each with a time limit. */

import type { Clock } from '../../core/ports.ts';
import type { Session } from '../link/session.ts';
import { type Answer, CONTROL_TOPIC, type Command, RESPONSE_TOPIC, readAnswers } from './commands.ts';

export interface Exchange {
  /** Sends commands in one message and resolves with their answers in the same order, whether or not they succeeded. */
  ask(commands: readonly Command[]): Promise<Answer[]>;
  /** To be called with every message of the session. */
  receive(topic: string, payload: Uint8Array): void;
}

interface Question {
  readonly answers: (Answer | undefined)[];
  readonly resolve: (answers: Answer[]) => void;
  readonly reject: (reason: Error) => void;
}

/**
 * The broker shows every answer to everybody who may read answers: a name that nobody else has tells ours apart.
 * `ask` rejects when the broker refuses the message, the session ends or no answer comes in time. In the last case the session
 * is dropped: what the broker has done is unknown then, and a late answer must not meet a later question.
 */
export function openExchange(session: Session, name: string, clock: Clock, timeoutMs: number): Exchange {
  const questions = new Map<string, Question>();
  let asked = 0;
  void session.ended.then(({ reason }) => {
    for (const { reject } of questions.values()) reject(new Error(reason));
  });

  async function ask(commands: readonly Command[]): Promise<Answer[]> {
    asked += 1;
    const id = `${name}/${asked}`;
    const payload = JSON.stringify({
      commands: commands.map((command, index) => ({ ...command, correlationData: `${id}/${index}` })),
    });
    const cancel = clock.after(timeoutMs, () => session.drop(new Error(`no answer within ${timeoutMs} ms`)));
    try {
      return await new Promise<Answer[]>((resolve, reject) => {
        questions.set(id, { answers: commands.map(() => undefined), resolve, reject });
        session.publish({ topic: CONTROL_TOPIC, payload, qos: 1 }).then((taken) => {
          if (!taken) reject(new Error('the connection does not take it'));
        }, reject);
      });
    } finally {
      cancel();
      questions.delete(id);
    }
  }

  function take(answer: Answer): void {
    const correlation = answer.correlationData ?? '';
    const end = correlation.lastIndexOf('/');
    const question = questions.get(correlation.slice(0, end));
    if (question === undefined) return;
    question.answers[Number(correlation.slice(end + 1))] = answer;
    const given = question.answers.filter((one) => one !== undefined);
    if (given.length === question.answers.length) question.resolve(given);
  }

  return {
    ask,
    receive(topic, payload) {
      if (topic === RESPONSE_TOPIC) readAnswers(payload).forEach(take);
    },
  };
}
