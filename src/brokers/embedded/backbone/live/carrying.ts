/** Owns what becomes of a message that was said here: it is put where kept sessions elsewhere find it, and told to whoever listens. */

import type { Exchange } from '../../../../core/cluster/exchange.ts';
import type { Clock, Log } from '../../../../core/ports.ts';
import type { Message } from '../../message.ts';
import type { Here } from '../backbone.ts';
import type { Groups } from '../groups/groups.ts';
import { writeMessage } from '../live-message.ts';
import { type Due, type Elsewhere, sessionKey } from '../shared/elsewhere.ts';
import type { Queues } from '../shared/queues.ts';

interface Parts {
  readonly exchange: Exchange;
  readonly elsewhere: Elsewhere;
  readonly queues: Queues;
  readonly groups: Pick<Groups, 'choose'>;
  readonly here: Here;
  readonly newMark: () => string;
  readonly clock: Clock;
  readonly log: Log;
}

export function createCarrying(parts: Parts): (bucket: string, message: Message) => void {
  const { exchange, elsewhere, groups, newMark, log } = parts;

  return (bucket, message) => {
    // Before anybody gets it: here, too, it is chosen once.
    if (!message.isForQueues) message.choice = groups.choose(bucket, message.topic);
    if (message.qos > 0) message.id ??= newMark();
    try {
      const due = message.qos === 0 || message.onlyFor !== undefined ? [] : elsewhere.due(bucket, message.topic);
      const queuedFor = due.filter((one) => queue(parts, bucket, message, one));
      const names = queuedFor.map(({ absent: { facts } }) => sessionKey(facts.account.key, facts.clientId));
      if (!message.isForQueues) exchange.say(bucket, writeMessage(message, names, message.choice));
    } catch (error) {
      log.warn({ err: error, topic: message.topic }, 'a message could not be sent to the other bridges');
    }
  };
}

/** @returns whether it gets the message from its queue */
function queue({ queues, here, clock }: Parts, bucket: string, message: Message, due: Due): boolean {
  const { born, facts } = due.absent;
  const { account, clientId, awaySinceMs, expirySeconds } = facts;
  // Here it gets it from its publisher.
  if (here.session(account.key, clientId) !== undefined) return false;
  if (awaySinceMs !== undefined && awaySinceMs + expirySeconds * 1000 <= clock.now()) return false;
  const qos = due.qos < message.qos ? due.qos : message.qos;
  if (qos === 0 || !here.mayReceive(account, message.topic)) return false;
  queues.send(facts, [bucket, account.key, clientId, born], {
    message,
    qos,
    retain: due.retainAsPublished && message.retain,
    subscriptionIds: due.subscriptionIds,
    packetId: 0,
    isReleased: false,
    origin: message.id,
  });
  return true;
}
