/** Owns what the wire shows of the jobs that run by the clock (contract 2.7, `cronjobs`). */

import type { FromSchema } from 'json-schema-to-ts';
import { moment } from './fields.ts';

export const JOB = {
  title: 'Job',
  type: 'object',
  properties: {
    name: { type: 'string' },
    crontab: { type: 'string' },
    last_run_at: { ...moment, description: 'Absent before the first run' },
    last_end_at: {
      ...moment,
      description: 'Absent before the first end; older than `last_run_at` while the job runs',
    },
  },
  required: ['name', 'crontab'],
  additionalProperties: false,
} as const;

export const JOB_DONE = {
  type: 'object',
  description: 'Empty; where there is no such job, there is no answer at all',
  additionalProperties: false,
} as const;

export type JobInfo = Readonly<FromSchema<typeof JOB>>;
