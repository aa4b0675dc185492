/** Owns how what is told of the shelves gets into a broker: what this broker has changed itself meanwhile is newer. */

import type { Kept } from '../../../../core/cluster/shelf.ts';
import type { Log } from '../../../../core/ports.ts';
import type { Here } from '../backbone.ts';
import { readMessage } from '../live-message.ts';
import { nameOf } from '../names.ts';
import type { Shelves } from './buckets.ts';
import type { Elsewhere } from './elsewhere.ts';
import type { SharedKeeper } from './keeper.ts';
import type { OwnWrites } from './own-writes.ts';
import { readSession } from './records.ts';

type Told = readonly [shelf: keyof Shelves, bucket: string, kept: Kept | 'again'];
type Learner = Pick<Here, 'learn' | 'forget' | 'session' | 'ended'>;

export interface News {
  take(...told: Told): void;
  /** The broker is there: it is told all that came before. */
  tell(learner: Learner): void;
}

interface Parts {
  readonly own: OwnWrites;
  readonly elsewhere: Elsewhere;
  /** Something stands in a queue now, or may: something may have been missed. */
  readonly queued: (bucket: string, kept: Kept | 'again') => void;
  readonly keeper: Pick<SharedKeeper, 'heard'>;
  readonly log: Log;
}

export function createNews({ own, elsewhere, queued, keeper, log }: Parts): News {
  let early: Told[] | undefined = [];
  let learner: Learner | undefined;

  function learn(shelf: keyof Shelves, bucket: string, kept: Kept | 'again'): void {
    if (shelf === 'queues') queued(bucket, kept);
    else if (kept === 'again') forget(shelf, bucket);
    else {
      const learnIt = () => (shelf === 'retained' ? learnRetained(bucket, kept) : learnSession(bucket, kept));
      if (own.isNews(nameOf(shelf, ...kept.key), kept, learnIt)) learnIt();
    }
  }

  function forget(shelf: keyof Shelves, bucket: string): void {
    own.again(nameOf(shelf, bucket));
    if (shelf === 'retained') learner?.forget(bucket);
    else elsewhere.forget(bucket);
  }

  function learnRetained(bucket: string, { key: [, topic = ''], bytes }: Kept): void {
    learner?.learn(bucket, topic, bytes.length === 0 ? undefined : readMessage(bytes));
  }

  function learnSession(bucket: string, { key: [, accountKey = '', clientId = ''], bytes }: Kept): void {
    const told = bytes.length === 0 ? undefined : readSession(bytes);
    if (told === undefined) elsewhere.remove(bucket, accountKey, clientId);
    else elsewhere.put(bucket, told);
    const session = learner?.session(accountKey, clientId);
    if (session !== undefined) keeper.heard(session, told);
    else if (told === undefined) learner?.ended(accountKey, clientId);
  }

  function tryTo(...told: Told): void {
    try {
      learn(...told);
    } catch (error) {
      log.error({ err: error, shelf: told[0] }, 'what another bridge keeps could not be read');
    }
  }

  return {
    take(...told) {
      if (early === undefined) tryTo(...told);
      else early.push(told);
    },
    tell(broker) {
      learner = broker;
      const due = early ?? [];
      early = undefined;
      for (const told of due) tryTo(...told);
    },
  };
}
