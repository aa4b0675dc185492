/**
 * Owns the backbone of a broker beside others: messages go to where clients of the same account are, and all others are asked before
 * a client is let in or an account sent away.
 */

import { randomUUID } from 'node:crypto';
import type { Account } from '../../../core/accounts/accounts.ts';
import type { Answers, Exchange } from '../../../core/exchange.ts';
import type { Log } from '../../../core/ports.ts';
import { ApiError } from '../../../protocol/api-error.ts';
import type { Message } from '../message.ts';
import { answerOthers, QUESTION, readReceipt, readSessions } from './answering.ts';
import type { Backbone, Claim, JoinBackbone } from './backbone.ts';
import { createClaims } from './claims.ts';
import { readMessage, writeMessage } from './live-message.ts';
import { sumOf } from './receipts.ts';
import { read, write } from './texts.ts';

/** A broker that stands still must keep nobody from coming to another one. */
const TAKE_MS = 1000;
/** One that lives answers, and any other is taken for lost before that. */
const SEND_AWAY_MS = 12_000;
const LOOK_MS = 1000;
/** What is not of an instance: the service itself listens there. */
const HOUSE = '';

interface Joined {
  readonly exchange: Exchange;
  readonly log: Log;
}

export function joinOthers({ exchange, log }: Joined): JoinBackbone {
  return (here, bucketOf): Backbone => {
    const claims = createClaims(randomUUID);
    const listening = new Map<string, Listening>();
    const stopAnswering = answerOthers(exchange, here, claims);
    hold(HOUSE);

    function hold(bucket: string): void {
      const known = listening.get(bucket);
      if (known !== undefined) {
        known.holders += 1;
        return;
      }
      const stop = exchange.listen(bucket, (bytes) => here.hear(bucket, readMessage(bytes)));
      listening.set(bucket, { holders: 1, stop });
    }

    function letGo(bucket: string): void {
      const known = listening.get(bucket);
      if (known === undefined) return;
      known.holders -= 1;
      if (known.holders > 0) return;
      known.stop();
      listening.delete(bucket);
    }

    async function claim(account: Account, clientId: string): Promise<Claim> {
      const bucket = account.kind === 'instance' ? account.username : HOUSE;
      // Before the question: who has answered it sends here what is said of this account.
      hold(bucket);
      const pending = claims.begin(account.key, clientId);
      const { answers } = await exchange.ask(QUESTION.take, write(account.key, clientId, pending.ticket), TAKE_MS);
      for (const answer of answers) if (read(answer).integer() === 0) pending.lose();
      let isHeld = true;
      return {
        get isLost() {
          return pending.isLost;
        },
        opened: pending.opened,
        release() {
          pending.release();
          if (isHeld) letGo(bucket);
          isHeld = false;
        },
      };
    }

    async function sendAway(question: string, ...texts: string[]): Promise<readonly Uint8Array[]> {
      return complete(await exchange.ask(question, write(...texts), SEND_AWAY_MS));
    }

    return {
      get isBehind() {
        return exchange.isBehind;
      },
      caughtUp: (callback) => void exchange.caughtUp().then(callback),
      carry(message: Message) {
        try {
          exchange.say(bucketOf(message.topic), writeMessage(message));
        } catch (error) {
          log.warn({ err: error, topic: message.topic }, 'a message could not be sent to the other bridges');
        }
      },
      claim,
      settle: async (accountKey) => void (await sendAway(QUESTION.settle, accountKey)),
      async kick(accountKey, clientId) {
        const answers = await sendAway(QUESTION.kick, accountKey, clientId);
        return answers.some((answer) => read(answer).integer() === 1);
      },
      async disconnect(accountKey) {
        const answers = await sendAway(QUESTION.disconnect, accountKey);
        return answers.reduce((sum, answer) => sum + read(answer).integer(), 0);
      },
      async evict(accountKey, root) {
        return sumOf((await sendAway(QUESTION.evict, accountKey, root)).map(readReceipt));
      },
      async sessions(accountKey) {
        const { answers } = await exchange.ask(QUESTION.sessions, write(accountKey), LOOK_MS);
        return answers.flatMap(readSessions);
      },
      close() {
        stopAnswering();
        for (const { stop } of listening.values()) stop();
        listening.clear();
      },
    };
  };
}

interface Listening {
  holders: number;
  readonly stop: () => void;
}

/** @throws ApiError `unavailable` where somebody may still serve whoever was to be sent away */
function complete({ answers, silent }: Answers): readonly Uint8Array[] {
  if (silent.length === 0) return answers;
  throw new ApiError('unavailable', { message: `${silent.length} of the other bridges have not answered` });
}
