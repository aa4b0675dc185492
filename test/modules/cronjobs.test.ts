/** Pins the jobs that run by the clock, and the `cronjobs` module over them (contract 2.5, 2.7). */

import { describe, expect, it } from 'vitest';
import { createJobs, type Job } from '../../src/core/jobs.ts';
import { cronjobsModule } from '../../src/modules/cronjobs.ts';
import { type ModuleApi, moduleApi } from '../support/api/modules.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { type RecordingLog, recordingLog } from '../support/recording-log.ts';

const SHOWN = [
  { name: 'ExtendCameraStreamAuthenticationJob', crontab: '* * * * *' },
  { name: 'PersistCameraJob', crontab: '* * * * *' },
  { name: 'SyncCloudCamerasJob', crontab: '0 * * * *' },
  { name: 'CredentialsJob', crontab: '* * * * *' },
  { name: 'ConfirmStreamerProcessesJob', crontab: '*/30 * * * * *' },
] as const;

interface Setting {
  readonly api: ModuleApi;
  readonly clock: ManualClock;
  readonly log: RecordingLog;
  /** When each job ran, as the time of day. */
  readonly runs: Record<string, string[]>;
  start(): () => Promise<void>;
}

function setting(override: Partial<Job> = {}, startIso = '2026-11-21T16:48:30.698Z'): Setting {
  const clock = manualClock(startIso);
  const log = recordingLog();
  const runs: Record<string, string[]> = {};
  const given = SHOWN.map(({ name, crontab }): Job => {
    const run = () => {
      runs[name] = [...(runs[name] ?? []), new Date(clock.now()).toISOString().slice(11, 19)];
    };
    return { name, crontab, run, ...(override.name === name ? override : {}) };
  });
  const jobs = createJobs(given, clock, log);
  return { api: moduleApi(cronjobsModule(jobs)), clock, log, runs, start: jobs.start };
}

/** Lets everything that is only waiting for promises go on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const list = (api: ModuleApi, payload?: Record<string, unknown>) =>
  api.value({ command: 'list', module: 'cronjobs', ...(payload ? { payload } : {}) });
const run = (entity: string) => ({ command: 'update', module: 'cronjobs', entity, payload: {} }) as const;

describe('cronjobs.list', () => {
  it('shows name and crontab in the order the jobs were given, and no times before the first run', async () => {
    const { api } = setting();
    expect(await list(api)).toEqual({ search: null, page: 1, itemsPerPage: 10, sortBy: null, total: 5, items: SHOWN });
  });

  it('pages in that order too', async () => {
    const { api } = setting();
    expect(await list(api, { page: 2, itemsPerPage: 2 })).toMatchObject({ total: 5, items: [SHOWN[2], SHOWN[3]] });
  });

  it('sorts by a key when asked', async () => {
    const { api } = setting();
    expect(await list(api, { sortBy: 'name', itemsPerPage: 2 })).toMatchObject({ items: [SHOWN[4], SHOWN[3]] });
  });

  it('searches the name with case', async () => {
    const { api } = setting();
    expect(await list(api, { search: 'Camera' })).toMatchObject({ total: 3 });
    expect(await list(api, { search: 'camera' })).toMatchObject({ total: 0, search: 'camera' });
  });
});

describe('cronjobs.update', () => {
  it('runs the job and answers {} when it has ended; the list then tells both moments', async () => {
    let end = () => {};
    const { api, clock } = setting({
      name: 'CredentialsJob',
      run: () =>
        new Promise((resolve) => {
          end = resolve;
        }),
    });
    const answer = api.value(run('CredentialsJob'));
    await settled();
    expect(await list(api, { search: 'Cred' })).toHaveProperty('items', [
      { name: 'CredentialsJob', crontab: '* * * * *', last_run_at: '2026-11-21T16:48:30.698+00:00' },
    ]);
    clock.advance(1500);
    end();
    expect(await answer).toEqual({});
    expect(await list(api, { search: 'Cred' })).toHaveProperty('items.0.last_end_at', '2026-11-21T16:48:32.198+00:00');
  });

  it('answers nothing where there is no such job', async () => {
    const { api } = setting();
    expect(await api.value(run('NoSuchJob'))).toBeUndefined();
  });

  it('joins a run that is under way, whoever began it: no job runs twice at once', async () => {
    const ends: (() => void)[] = [];
    const { api, clock, start } = setting({
      name: 'PersistCameraJob',
      run: () => new Promise((end) => ends.push(end)),
    });
    const stop = start();
    clock.advance(60_000);
    const answers = [api.value(run('PersistCameraJob')), api.value(run('PersistCameraJob'))];
    clock.advance(120_000);
    await settled();
    expect(ends).toHaveLength(1);
    ends[0]?.();
    expect(await Promise.all(answers)).toEqual([{}, {}]);
    clock.advance(60_000);
    expect(ends).toHaveLength(2);
    ends[1]?.();
    await stop();
  });

  it.each([
    [
      'at once',
      () => {
        throw new Error('sql: secret');
      },
    ],
    ['later', () => Promise.reject(new Error('sql: secret'))],
  ])('tells that a job failed %s, not how; it can run again', async (_when, fail) => {
    let failing = true;
    const { api } = setting({ name: 'CredentialsJob', run: () => (failing ? fail() : undefined) });
    expect(await api.error(run('CredentialsJob'))).toMatchObject({ code: 'internal', message: 'Internal error' });
    expect(await list(api, { search: 'Cred' })).toHaveProperty('items.0.last_end_at');
    failing = false;
    expect(await api.value(run('CredentialsJob'))).toEqual({});
  });

  it('is for administrators', async () => {
    const { api } = setting();
    expect(await api.error({ ...run('CredentialsJob'), token: 'user' })).toMatchObject({ code: 'forbidden' });
    expect(await api.error({ command: 'list', module: 'cronjobs', token: 'nobody' })).toMatchObject({
      code: 'unauthorized',
    });
  });
});

describe('the scheduler', () => {
  it('runs each job on the minute, the half minute or the hour, as its crontab says', async () => {
    const { clock, runs, start } = setting({}, '2026-11-21T16:58:50.000Z');
    const stop = start();
    for (let second = 0; second < 130; second += 1) {
      clock.advance(1000);
      await settled();
    }
    expect(runs).toEqual({
      ExtendCameraStreamAuthenticationJob: ['16:59:00', '17:00:00', '17:01:00'],
      PersistCameraJob: ['16:59:00', '17:00:00', '17:01:00'],
      SyncCloudCamerasJob: ['17:00:00'],
      CredentialsJob: ['16:59:00', '17:00:00', '17:01:00'],
      ConfirmStreamerProcessesJob: ['16:59:00', '16:59:30', '17:00:00', '17:00:30', '17:01:00'],
    });
    await stop();
  });

  it('a timer that fires a little early makes no second run', async () => {
    const { clock, runs, start } = setting({}, '2026-11-21T16:58:59.500Z');
    const stop = start();
    clock.advance(30_400);
    expect(runs).toEqual({});
    clock.advance(200);
    expect(Object.keys(runs)).toEqual(['ConfirmStreamerProcessesJob']);
    await stop();
  });

  it('logs a failing job by name and runs it again when it is next due', async () => {
    let tries = 0;
    const { clock, log, start } = setting({
      name: 'CredentialsJob',
      run: () => {
        tries += 1;
        throw new Error('no');
      },
    });
    const stop = start();
    clock.advance(60_000);
    await settled();
    clock.advance(60_000);
    await settled();
    expect(tries).toBe(2);
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: 'error', fields: expect.objectContaining({ job: 'CredentialsJob' }) }),
    );
    await stop();
  });

  it('logs the failure of a long run once, however many times the job was due meanwhile', async () => {
    let fail = (_: Error) => {};
    const { clock, log, start } = setting({
      name: 'CredentialsJob',
      run: () =>
        new Promise((_, reject) => {
          fail = reject;
        }),
    });
    const stop = start();
    clock.advance(180_000);
    fail(new Error('no'));
    await stop();
    expect(log.lines).toHaveLength(1);
  });

  it('stopping waits for the job that runs, and starts no other', async () => {
    let end = () => {};
    const { clock, start } = setting({
      name: 'PersistCameraJob',
      run: () =>
        new Promise((resolve) => {
          end = resolve;
        }),
    });
    const stop = start();
    clock.advance(60_000);
    let stopped = false;
    const stopping = stop().then(() => {
      stopped = true;
    });
    await settled();
    expect(stopped).toBe(false);
    expect(clock.waiting).toBe(0);
    end();
    await stopping;
  });
});
