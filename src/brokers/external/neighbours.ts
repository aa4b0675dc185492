/**
 * Owns the suspicion that another service uses our base topic at the same broker: both would answer every request. It is said, and our
 * own availability is put right when the other takes its leave for both.
 */

import type { Clock, InboundMessage, Log } from '../../core/ports.ts';

export interface Neighbours {
  /** To be called for each message on the topic of availability. Nobody answers us before we have said something there. */
  hear(message: InboundMessage): void;
  /** A new connection: what came back of the former one does not any more. @param echoes whether the broker sends us what we say */
  begin(echoes: boolean): void;
  /** We say something there: a neighbour may answer before the broker has acknowledged it. */
  said(): void;
  readonly isShared: boolean;
}

interface Parts {
  readonly sayOnline: () => void;
  readonly clock: Clock;
  readonly log: () => Log;
}

/** Two services that answer each other would never stop. */
const ANSWER_EVERY_MS = 60_000;

export function watchNeighbours({ sayOnline, clock, log }: Parts): Neighbours {
  let isEchoing = false;
  let hasSpoken = false;
  /** Of our own words, still to come back. */
  let echoes = 0;
  let isShared = false;
  let answeredAtMs = Number.NEGATIVE_INFINITY;

  function say(): void {
    if (isEchoing) echoes += 1;
    sayOnline();
  }

  return {
    get isShared() {
      return isShared;
    },
    begin(isEcho) {
      isEchoing = isEcho;
      hasSpoken = false;
      echoes = 0;
      isShared = false;
    },
    said() {
      hasSpoken = true;
      if (isEchoing) echoes += 1;
    },
    hear({ payload, retained }) {
      // What the broker remembers is nobody's word.
      if (!hasSpoken || retained) return;
      const word = Buffer.from(payload).toString();
      if (word === 'offline') {
        log().warn({}, 'somebody else said offline on our base topic: put right. Two services must not share one');
        isShared = false;
        say();
      } else if (word === 'online' && echoes > 0) {
        echoes -= 1;
      } else if (word === 'online') {
        if (!isShared)
          log().warn(
            {},
            'another service uses our base topic at this broker: give one of them another MQTT_BASE_TOPIC',
          );
        isShared = true;
        // So that the other hears of us, too.
        if (clock.monotonicMs() - answeredAtMs < ANSWER_EVERY_MS) return;
        answeredAtMs = clock.monotonicMs();
        say();
      }
    },
  };
}
