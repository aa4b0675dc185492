/** Owns how the holder of a lease lets the others hear that it lives, and how it learns that it can still reach the log itself. */

import type { ClusterConnection } from '../connection.ts';
import { type LogStreams, reachOver } from '../log/streams.ts';

export interface Beat {
  readonly lease: string;
  readonly epoch: number;
  /** Which bridge it is. */
  readonly holder: string;
  /** Of a bridge that says how it is; absent: it speaks of a lease. */
  readonly life?: Life;
}

export interface Life {
  /** What it does that only one bridge does at a time. */
  readonly held: readonly string[];
  /** How far it has the log. */
  readonly entry: number;
  /** Whether it can be given something to do. */
  readonly takesPart: boolean;
}

export interface Pulse {
  beat(beat: Beat): void;
  /** Hears of everybody's, one's own too. @returns what ends it */
  onBeat(listener: (beat: Beat) => void): () => void;
  /** Rejects when there is no majority of those who keep the log, or it is out of reach. */
  reachLog(): Promise<void>;
}

const ANSWER_MS = 2000;

export function natsPulse({ nats }: ClusterConnection, streams: Pick<LogStreams, 'majority'>, name: string): Pulse {
  const subject = `${name}.leases`;
  return {
    beat(beat) {
      // While there is no connection, nobody hears it: that is what silence is.
      if (!nats.isClosed()) nats.publish(subject, JSON.stringify(beat));
    },
    onBeat(listener) {
      const subscription = nats.subscribe(subject, {
        callback: (error, message) => {
          if (error === null) listener(message.json<Beat>());
        },
      });
      return () => {
        if (!nats.isClosed()) subscription.unsubscribe();
      };
    },
    reachLog: reachOver(nats, streams, ANSWER_MS),
  };
}
