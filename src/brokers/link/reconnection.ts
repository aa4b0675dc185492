/** Owns when the next connection is tried and in which MQTT version; knows nothing of what a connection is for. */

import { backOffMs } from '../../connection/back-off.ts';
import type { ProtocolVersion } from '../../connection/mqtt-options.ts';
import type { Clock } from '../../core/ports.ts';
import type { Ending } from './connection.ts';
import { evidenceOf, FIRST_CHOICE, nextChoice } from './protocol-version.ts';

export interface Reconnection {
  readonly clock: Clock;
  /** Gives numbers in [0, 1), for the pauses between attempts. */
  readonly random: () => number;
  /** Makes one connection and resolves when it has ended, however that was. */
  connectOnce(version: ProtocolVersion): Promise<Ending>;
  /** Before each pause. */
  onDown(ending: Ending): void;
}

/** A connection that held this long was sound: its loss starts again with the shortest pause. */
const SOUND_MS = 30_000;

export interface KeptConnection {
  /** The broker is another one now, or takes us for somebody else: connects without a pause when the connection of the moment has ended. */
  startOver(): void;
  /** Resolves when the connection of the moment has ended too. */
  stop(): Promise<void>;
}

/** Connects for ever. */
export function keepConnected({ clock, random, connectOnce, onDown }: Reconnection): KeptConnection {
  let stopping = false;
  let startsOver = false;
  let endPause = (): void => undefined;

  async function run(): Promise<void> {
    let choice = FIRST_CHOICE;
    let failures = 0;
    while (!stopping) {
      if (startsOver) [choice, failures] = [FIRST_CHOICE, 0];
      startsOver = false;
      const startedAt = clock.monotonicMs();
      const ending = await connectOnce(choice.version);
      if (startsOver) continue;
      const evidence = evidenceOf(ending);
      choice = nextChoice(choice, evidence);
      if (evidence === 'refused' && choice.version === 4) continue;
      if (stopping) return;
      onDown(ending);
      failures = ending.accepted && clock.monotonicMs() - startedAt > SOUND_MS ? 1 : failures + 1;
      await pause(backOffMs(failures, random));
    }
  }

  function pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(delayMs, resolve);
      endPause = () => {
        cancel();
        resolve();
      };
    });
  }

  const running = run();
  return {
    startOver: () => {
      startsOver = true;
      endPause();
    },
    stop: () => {
      stopping = true;
      endPause();
      return running;
    },
  };
}
