/** Owns how what is told of retained messages gets into a broker: what this broker has changed itself meanwhile is newer. */

import type { Kept } from '../../../core/cluster/shelf.ts';
import type { Log } from '../../../core/ports.ts';
import type { Here } from './backbone.ts';
import { readMessage } from './live-message.ts';
import type { OwnWrites } from './own-writes.ts';
import { nameOf } from './shared-keeper.ts';

type Learner = Pick<Here, 'learn' | 'forget'>;

export interface RetainedNews {
  take(bucket: string, kept: Kept | 'again'): void;
  /** The broker is there: it is told all that came before. */
  tell(learner: Learner): void;
}

export function createRetainedNews(own: OwnWrites, log: Log): RetainedNews {
  let early: [string, Kept | 'again'][] | undefined = [];
  let learner: Learner | undefined;

  function learn(bucket: string, kept: Kept | 'again'): void {
    if (kept === 'again') {
      own.again();
      learner?.forget(bucket);
      return;
    }
    const [, topic = ''] = kept.key;
    if (!own.isNews(nameOf('retained', bucket, topic), kept.mark)) return;
    try {
      learner?.learn(bucket, topic, kept.bytes.length === 0 ? undefined : readMessage(kept.bytes));
    } catch (error) {
      log.error({ err: error, topic }, 'what another bridge has retained could not be read');
    }
  }

  return {
    take(bucket, kept) {
      if (early === undefined) learn(bucket, kept);
      else early.push([bucket, kept]);
    },
    tell(broker) {
      learner = broker;
      const due = early ?? [];
      early = undefined;
      for (const [bucket, kept] of due) learn(bucket, kept);
    },
  };
}
