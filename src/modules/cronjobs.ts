/** Owns the `cronjobs` module (contract 2.7): which jobs run by the clock, and running one of them now. */

import type { Jobs } from '../core/jobs.ts';
import { listPage, type Page } from '../core/paging.ts';
import type { Call, Module } from '../core/requests/registry.ts';
import { JOB, JOB_DONE, type JobInfo } from '../protocol/entities/jobs.ts';
import { pageOf } from '../protocol/entities/page.ts';

export function cronjobsModule(jobs: Jobs): Module {
  function list({ payload }: Call): Page<JobInfo> {
    const { search } = payload;
    // Unlike everything else, jobs are searched with case (2.5); the search of the page itself then drops no more of them.
    const needle = typeof search === 'string' ? search : '';
    const rows = jobs.list().flatMap((job, index) => (job.name.includes(needle) ? [{ job, index }] : []));
    return listPage(payload, {
      rows,
      // Pages go by id, descending: this keeps the order in which the jobs were given.
      id: ({ index }) => -index,
      searched: ({ job }) => [job.name],
      present: ({ job }) => job,
    });
  }

  return {
    name: 'cronjobs',
    summary: 'See and run the jobs that run by the clock',
    operations: {
      list: { summary: 'Search and list jobs', result: pageOf(JOB), run: list },
      update: {
        summary: 'Run a job now; answers when it has run, and nothing where there is no such job',
        result: JOB_DONE,
        run: async ({ entity }) => ((await jobs.run(entity)) ? {} : undefined),
      },
    },
  };
}
