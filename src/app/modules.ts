/** Owns the list of modules that the service offers, each with the ports it works on. */

import { hostname } from 'node:os';
import type { Config } from '../config/config.ts';
import type { CameraControl } from '../core/cameras/control.ts';
import { GOOGLE_NOT_CONFIGURED } from '../core/google/google.ts';
import type { Instances } from '../core/instances/instances.ts';
import { createJobs, type Job, type Jobs } from '../core/jobs.ts';
import { createProcesses } from '../core/processes.ts';
import type { Module } from '../core/requests/registry.ts';
import type { Google } from '../google/start-google.ts';
import { authModule } from '../modules/auth.ts';
import { camerasModule } from '../modules/cameras/cameras.ts';
import { createCameraUpdates } from '../modules/cameras/updates.ts';
import { credentialsModule } from '../modules/credentials.ts';
import { cronjobsModule } from '../modules/cronjobs.ts';
import { healthModule } from '../modules/health.ts';
import { eventsModule } from '../modules/history/events.ts';
import { outagesModule } from '../modules/history/outages.ts';
import { htopModule } from '../modules/htop.ts';
import { instancesModule, unrentedModule } from '../modules/instances.ts';
import { swaggerModule } from '../modules/swagger.ts';
import { usersModule } from '../modules/users.ts';
import { versionModule } from '../modules/version.ts';
import { snapshotsModule } from '../modules/watching/snapshots.ts';
import type { StreamAction } from '../protocol/entities/camera.ts';
import { STREAM_PORTS } from '../protocol/stream-ports.ts';
import { createHost } from '../system/host.ts';
import { VERSION } from '../version.ts';
import type { CameraSources } from './cameras.ts';
import type { Core } from './core.ts';
import { describeHttp } from './documents.ts';
import type { Checks } from './health/checks.ts';
import type { CameraPictures } from './snapshots.ts';
import { PLATFORM } from './system/modules.ts';

interface Parts {
  /** Absent where there is no broker to rent them on. */
  readonly instances?: Instances | undefined;
  /** What is said in place of them. */
  readonly unrented?: string | undefined;
  /** Absent where nothing observes cameras. */
  readonly sources?: CameraSources | undefined;
  /** Absent where nobody takes any. */
  readonly pictures?: CameraPictures | undefined;
  /** Absent where nobody speaks to Google. */
  readonly google?: Google | undefined;
  /** Absent where nothing runs by the clock. */
  readonly jobs?: Jobs | undefined;
  /** Watching through us; absent where nothing is carried. */
  readonly watching?: readonly Module[] | undefined;
  /** About a service that runs. */
  readonly system?: readonly Module[] | undefined;
}

/** @param checks how it is with each part of the service, by name */
export function createModules(
  config: Config,
  core: Core,
  checks: Checks,
  { instances, unrented, sources, pictures, google, jobs = jobsOf(core), watching = [], system = [] }: Parts = {},
): Module[] {
  const { directory } = core;
  const userChanged = (userId: number) => directory.userChanged(userId);
  const { baseTopic } = config.mqtt;
  const publicHost = { configured: config.publicHost, fallback: hostname() };
  const streamPorts = () => ({ ...STREAM_PORTS, ...sources?.streamPorts?.(), ...config.streamPorts });
  const modules: Module[] = [
    authModule({ ...core, userChanged }),
    camerasModule({
      ...core,
      publicHost,
      streamPorts,
      control: sources?.control,
      renewPicture: pictures?.published?.renew,
    }),
    credentialsModule({
      ...core,
      google: google?.tokenEndpoint ?? GOOGLE_NOT_CONFIGURED,
      heardAtMs: google?.heardAtMs,
    }),
    cronjobsModule(jobs),
    eventsModule(core),
    healthModule(checks),
    htopModule(
      createProcesses(createHost(), () => sources?.control.media.list() ?? []),
      config.mediamtx && sources && streamsOf(core, sources.control),
    ),
    ...(instances
      ? [instancesModule(instances, core.store)]
      : unrented === undefined
        ? []
        : [unrentedModule(unrented)]),
    outagesModule(core),
    ...watching,
    ...system,
    ...(pictures ? [snapshotsModule({ ...core, ...pictures })] : []),
    swaggerModule(() => describeHttp(modules, '../')),
    usersModule({ ...core, userChanged, baseTopic, ...(instances ? { ownerGone: instances.removeAllOf } : {}) }),
    versionModule(VERSION, PLATFORM),
  ];
  return modules;
}

/** What htop can do to streams. */
function streamsOf(core: Core, control: CameraControl) {
  const update = createCameraUpdates({ ...core, control });
  const { media } = control;
  return { store: core.store, media, act: (id: string, action: StreamAction) => update(id, {}, action) };
}

/** The jobs of all parts under upstream's names; to be started where they shall run by the clock. */
export function jobsOf({ clock, log }: Pick<Core, 'clock' | 'log'>, google?: Google): Jobs {
  const own = new Map(google?.jobs.map((job) => [job.name, job]));
  const jobs = JOBS.map((job) => own.get(job.name) ?? job);
  return createJobs(jobs, clock, log);
}

/** Upstream's jobs by name. What they do there, our sources do when it is due, so running one by hand has nothing left to do. */
const JOBS: readonly Job[] = [
  { name: 'ExtendCameraStreamAuthenticationJob', crontab: '* * * * *', run: () => undefined },
  { name: 'PersistCameraJob', crontab: '* * * * *', run: () => undefined },
  { name: 'SyncCloudCamerasJob', crontab: '0 * * * *', run: () => undefined },
  { name: 'CredentialsJob', crontab: '* * * * *', run: () => undefined },
  { name: 'ConfirmStreamerProcessesJob', crontab: '*/30 * * * * *', run: () => undefined },
];
