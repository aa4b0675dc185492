/** Owns the rhythm of asking: the whole list every few seconds, one question at a time. */

import type { Reachability } from '../core/cameras/reachability.ts';
import type { Clock, Log } from '../core/ports.ts';
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
const AGAIN_MS = 250;

export function startPoller({ api, watch, reachability, isBusy, clock, log }: Parts): Poller {
  const noticeRestart = createRestarts();
  let polling: Promise<void> | undefined;
  let isDueAgain = false;
  let isClosed = false;
  let cancelNext = () => {};

  async function poll(): Promise<void> {
    try {
      const ticket = watch.ticket();
      const reports = await api.streams();
      if (isClosed) return;
      const isRestarted = noticeRestart(reports);
      if (isRestarted) log.info({}, 'go2rtc has been restarted');
      await watch.see(ticket, reports, isRestarted);
      reachability.answered();
    } catch (error) {
      if (!isClosed) reachability.failed(error);
    }
    log.debug({ isUp: reachability.isUp }, 'asked go2rtc');
  }

  function run(): void {
    cancelNext();
    if (isClosed) return;
    if (polling !== undefined) {
      isDueAgain = true;
      return;
    }
    polling = poll().finally(() => {
      polling = undefined;
      const delayMs = isDueAgain ? AGAIN_MS : isBusy() || reachability.isUp === false ? BUSY_MS : IDLE_MS;
      isDueAgain = false;
      if (!isClosed) cancelNext = clock.after(delayMs, run);
    });
  }

  run();
  return {
    now: run,
    async close() {
      isClosed = true;
      cancelNext();
      await polling;
    },
  };
}
