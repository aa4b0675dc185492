/** Owns the list of modules that the service offers, each with the ports it works on. */

import { hostname } from 'node:os';
import type { Config } from './config/config.ts';
import type { Bus } from './core/bus.ts';
import type { Cameras } from './core/cameras.ts';
import type { Directory } from './core/directory.ts';
import { GOOGLE_NOT_CONFIGURED } from './core/google.ts';
import { createJobs, type Job } from './core/jobs.ts';
import type { Logins } from './core/logins.ts';
import type { Clock, Log, MqttLink, Secrets } from './core/ports.ts';
import { createProcesses } from './core/processes.ts';
import type { Module } from './core/registry.ts';
import type { Sessions } from './core/sessions.ts';
import type { Store } from './core/store.ts';
import { authModule } from './modules/auth.ts';
import { camerasModule } from './modules/cameras.ts';
import { credentialsModule } from './modules/credentials.ts';
import { cronjobsModule } from './modules/cronjobs.ts';
import { eventsModule } from './modules/events.ts';
import { healthModule } from './modules/health.ts';
import { htopModule } from './modules/htop.ts';
import { usersModule } from './modules/users.ts';
import { versionModule } from './modules/version.ts';
import { createHost } from './system/host.ts';
import { VERSION } from './version.ts';

/** What is the same for every transport. */
export interface Core {
  readonly log: Log;
  readonly clock: Clock;
  readonly store: Store;
  readonly secrets: Secrets;
  readonly sessions: Sessions;
  readonly logins: Logins;
  readonly directory: Directory;
  readonly bus: Bus;
  readonly cameras: Cameras;
}

export function createModules(config: Config, core: Core, link: MqttLink): Module[] {
  const { store, directory } = core;
  const userChanged = (userId: number) => directory.userChanged(userId);
  const publicHost = { configured: config.publicHost, fallback: hostname() };
  return [
    authModule({ ...core, userChanged }),
    camerasModule({ ...core, publicHost }),
    credentialsModule({ ...core, google: GOOGLE_NOT_CONFIGURED }),
    cronjobsModule(createJobs(JOBS, core.clock, core.log)),
    eventsModule(core),
    healthModule(store, {
      store: () => ({ healthy: store.fault === null }),
      // Without a broker the service goes on over HTTP: degraded, not unhealthy.
      mqtt: () => ({ healthy: link.up || null }),
    }),
    htopModule(createProcesses(createHost(), () => [])),
    usersModule({ ...core, userChanged }),
    versionModule(VERSION, `${process.platform}/${process.arch}, node ${process.version}`),
  ];
}

/** Upstream's jobs by name. What they do there, our sources do when it is due, so running one by hand has nothing left to do. */
const JOBS: readonly Job[] = [
  { name: 'ExtendCameraStreamAuthenticationJob', crontab: '* * * * *', run: () => undefined },
  { name: 'PersistCameraJob', crontab: '* * * * *', run: () => undefined },
  { name: 'SyncCloudCamerasJob', crontab: '0 * * * *', run: () => undefined },
  { name: 'CredentialsJob', crontab: '* * * * *', run: () => undefined },
  { name: 'ConfirmStreamerProcessesJob', crontab: '*/30 * * * * *', run: () => undefined },
];
