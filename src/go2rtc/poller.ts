/** Owns the rhythm of asking: the whole list every few seconds, one question at a time. */

import type { Reachability } from '../core/cameras/reachability.ts';
import type { Clock, Log } from '../core/ports.ts';
import { createRounds } from '../core/timing/rounds.ts';
import type { Go2RtcApi } from './go2rtc-api.ts';
import { createRestarts } from './restarts.ts';
import type { StreamWatch } from './streams/watch.ts';

export interface Poller {
  /** Asks at once, or soon after what is under way. */
  now(): void;
  close(): Promise<void>;
}

interface Parts {
  readonly api: Pick<Go2RtcApi, 'streams'>;
  readonly watch: Pick<StreamWatch, 'ticket' | 'see'>;
  readonly reachability: Reachability;
  /** Whether something goes on, or is about to. */
  readonly isBusy: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

const BUSY_MS = 2000;
const IDLE_MS = 5000;

export function startPoller({ api, watch, reachability, isBusy, clock, log }: Parts): Poller {
  const noticeRestart = createRestarts();
  const pauseMs = () => (isBusy() || reachability.isUp === false ? BUSY_MS : IDLE_MS);
  const rounds = createRounds({ clock, round: poll, pauseMs });

  async function poll(): Promise<void> {
    try {
      const ticket = watch.ticket();
      const reports = await api.streams();
      if (rounds.isClosed) return;
      const isRestarted = noticeRestart(reports);
      if (isRestarted) log.info({}, 'go2rtc has been restarted');
      await watch.see(ticket, reports, isRestarted);
      reachability.answered();
    } catch (error) {
      if (!rounds.isClosed) reachability.failed(error);
    }
    log.debug({ isUp: reachability.isUp }, 'asked go2rtc');
  }

  rounds.now();
  return { now: rounds.now, close: rounds.close };
}
