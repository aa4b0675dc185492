/**
 * Owns what becomes of a message that was said here: it is put where kept sessions elsewhere find it, and told to whoever listens. While
 * sessions may be there that are not known here it is not to be acknowledged, and is judged again when they are.
 */

import type { Exchange } from '../../../../core/cluster/exchange.ts';
import type { Clock, Log } from '../../../../core/ports.ts';
import type { Message } from '../../message.ts';
import type { Here } from '../backbone.ts';
import type { Groups } from '../groups/groups.ts';
import { writeMessage } from '../live-message.ts';
import type { Buckets } from '../shared/buckets.ts';
import { type Due, type Elsewhere, isOf, sessionKey } from '../shared/elsewhere.ts';
import type { Queues } from '../shared/queues.ts';

interface Parts {
  readonly exchange: Exchange;
  readonly elsewhere: Elsewhere;
  readonly buckets: Pick<Buckets, 'isInDoubt' | 'whenSettled'>;
  readonly queues: Queues;
  readonly groups: Pick<Groups, 'choose'>;
  readonly here: Here;
  readonly newMark: () => string;
  readonly clock: Clock;
  readonly log: Log;
}

export function createCarrying(parts: Parts): (bucket: string, message: Message) => void {
  const { exchange, elsewhere, buckets, groups, here, newMark, log } = parts;

  function carry(bucket: string, message: Message): void {
    const isKept = message.qos > 0 && message.onlyFor === undefined;
    const due = isKept ? elsewhere.due(bucket, message.topic) : [];
    // Here it gets it from its publisher.
    const away = due.filter(({ absent: { facts } }) => here.session(facts.account.key, facts.clientId) === undefined);
    const queuedFor = away.filter((one) => queue(parts, bucket, message, one) !== undefined);
    if (isKept && buckets.isInDoubt(bucket)) message.judged = judgeAgain(parts, bucket, message, queuedFor);
    const names = queuedFor.map(({ absent: { facts } }) => sessionKey(facts.account.key, facts.clientId));
    if (!message.isForQueues) exchange.say(bucket, writeMessage(message, names, message.choice));
  }

  return (bucket, message) => {
    // Before anybody gets it: here, too, it is chosen once.
    if (!message.isForQueues) message.choice = groups.choose(bucket, message.topic);
    if (message.qos > 0) message.id ??= newMark();
    try {
      carry(bucket, message);
    } catch (error) {
      log.warn({ err: error, topic: message.topic }, 'a message could not be sent to the other bridges');
    }
  };
}

/** Resolves when it is in all queues. @param queuedFor who has it in its queue already */
function judgeAgain(parts: Parts, bucket: string, message: Message, queuedFor: readonly Due[]): Promise<void> {
  const { elsewhere, buckets, log } = parts;
  const had = new Set(queuedFor.map(({ absent: { born } }) => born));
  message.keep();

  /**
   * Also for those who seem to be here: another bridge may have them by now, and what was put there before is there once. Its publisher may not
   * want it, and where that is gone nothing is acknowledged to it.
   */
  async function judge(): Promise<void> {
    try {
      const due = elsewhere.due(bucket, message.topic);
      const isNew = ({ absent }: Due) => !had.has(absent.born) && !isOf(absent, message.session);
      await Promise.all(due.filter(isNew).map((one) => queue(parts, bucket, message, one)));
    } catch (error) {
      log.warn({ err: error, topic: message.topic }, 'a message could not be judged again');
    }
  }

  return new Promise((resolve) => buckets.whenSettled(bucket, () => resolve(judge())));
}

/** @returns undefined: it does not get the message from its queue */
function queue({ queues, here, clock }: Parts, bucket: string, message: Message, due: Due): Promise<void> | undefined {
  const { born, facts } = due.absent;
  const { account, clientId, awaySinceMs, expirySeconds } = facts;
  if (awaySinceMs !== undefined && awaySinceMs + expirySeconds * 1000 <= clock.now()) return undefined;
  const qos = due.qos < message.qos ? due.qos : message.qos;
  if (qos === 0 || !here.mayReceive(account, message.topic)) return undefined;
  return queues.send(facts, [bucket, account.key, clientId, born], {
    message,
    qos,
    retain: due.retainAsPublished && message.retain,
    subscriptionIds: due.subscriptionIds,
    packetId: 0,
    isReleased: false,
    origin: message.id,
  });
}
