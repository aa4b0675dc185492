/** Owns what the wire shows of the jobs that run by the clock (contract 2.7, `cronjobs`). */

export interface JobInfo {
  readonly name: string;
  readonly crontab: string;
  /** ISO 8601 with `+00:00`; absent before the first run. */
  readonly last_run_at?: string;
  /** Absent before the first end; older than `last_run_at` while the job runs. */
  readonly last_end_at?: string;
}
