/** Owns the jobs that run by the clock: when each is due, when it last ran, and that no job ever runs twice at once. */

import type { JobInfo } from '../protocol/entities/jobs.ts';
import type { Clock, Log } from './ports.ts';
import { isoOffset } from './wire-time.ts';

/** The crontabs that jobs are shown with, and the time between two runs that each of them means. */
const INTERVALS_MS = { '*/30 * * * * *': 30_000, '* * * * *': 60_000, '0 * * * *': 3_600_000 } as const;

/** Timers may fire a little early: a moment this close counts as the one it was set for. */
const EARLY_MS = 1000;

export interface Job {
  readonly name: string;
  readonly crontab: keyof typeof INTERVALS_MS;
  run(): void | Promise<void>;
}

export interface Jobs {
  /** In the order they were given. */
  list(): JobInfo[];
  /**
   * Runs a job now, or joins the run that is under way; rejects with what the job threw.
   * @returns false when there is no such job
   */
  run(name: string): Promise<boolean>;
  /** Runs every job when it is due; the result stops that, and resolves when no job runs any longer. */
  start(): () => Promise<void>;
}

interface State {
  lastRunMs?: number;
  lastEndMs?: number;
  running?: Promise<void> | undefined;
}

interface Entry {
  readonly job: Job;
  readonly state: State;
}

export function createJobs(given: readonly Job[], clock: Clock, log: Log): Jobs {
  const jobs = given.map((job): Entry => ({ job, state: {} }));

  function runOnce({ job, state }: Entry): Promise<void> {
    state.running ??= execute(job, state).finally(() => {
      state.running = undefined;
    });
    return state.running;
  }

  async function execute(job: Job, state: State): Promise<void> {
    state.lastRunMs = clock.now();
    try {
      await job.run();
    } finally {
      state.lastEndMs = clock.now();
    }
  }

  async function runDue(entry: Entry): Promise<void> {
    if (entry.state.running !== undefined) return;
    try {
      await runOnce(entry);
    } catch (error) {
      log.error({ err: error, job: entry.job.name }, 'a job failed');
    }
  }

  return {
    list: () => jobs.map(({ job, state }) => infoOf(job, state)),
    async run(name) {
      const entry = jobs.find(({ job }) => job.name === name);
      if (!entry) return false;
      await runOnce(entry);
      return true;
    },
    start() {
      const cancels = jobs.map((entry) => {
        let cancel = () => {};
        const wait = () => {
          cancel = clock.after(msUntilDue(entry.job.crontab, clock.now()), () => {
            wait();
            void runDue(entry);
          });
        };
        wait();
        return () => cancel();
      });
      return async () => {
        for (const cancel of cancels) cancel();
        await Promise.allSettled(jobs.map(({ state }) => state.running));
      };
    },
  };
}

/** Due at whole multiples of the interval, as cron is: on the minute, on the hour. */
function msUntilDue(crontab: Job['crontab'], nowMs: number): number {
  const intervalMs = INTERVALS_MS[crontab];
  return Math.floor((nowMs + EARLY_MS) / intervalMs + 1) * intervalMs - nowMs;
}

function infoOf({ name, crontab }: Job, { lastRunMs, lastEndMs }: State): JobInfo {
  return {
    name,
    crontab,
    ...(lastRunMs === undefined ? {} : { last_run_at: isoOffset(lastRunMs) }),
    ...(lastEndMs === undefined ? {} : { last_end_at: isoOffset(lastEndMs) }),
  };
}
