/** Owns a small service for the suites of HTTP and Socket.IO: real modules over a store in memory, real sockets on a free port. */

import { createFailedLogins } from '../../../src/core/accounts/failed-logins.ts';
import { prepareUsers } from '../../../src/core/accounts/first-start.ts';
import { createGuesses } from '../../../src/core/accounts/guesses.ts';
import { createLogins } from '../../../src/core/accounts/logins.ts';
import { USERS } from '../../../src/core/accounts/records.ts';
import { createSessions } from '../../../src/core/accounts/sessions.ts';
import { createBus } from '../../../src/core/bus.ts';
import { createCameras } from '../../../src/core/cameras/cameras.ts';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import { CREDENTIALS } from '../../../src/core/google/credentials.ts';
import { GOOGLE_NOT_CONFIGURED } from '../../../src/core/google/google.ts';
import { createJobs } from '../../../src/core/jobs.ts';
import { createHistory } from '../../../src/core/outages/history.ts';
import type { Clock } from '../../../src/core/ports.ts';
import { createProcesses } from '../../../src/core/processes.ts';
import { createRequestLimits } from '../../../src/core/requests/limits.ts';
import { createRegistry, type Registry } from '../../../src/core/requests/registry.ts';
import { authModule } from '../../../src/modules/auth.ts';
import { camerasModule } from '../../../src/modules/cameras/cameras.ts';
import { credentialsModule } from '../../../src/modules/credentials.ts';
import { cronjobsModule } from '../../../src/modules/cronjobs.ts';
import { healthModule } from '../../../src/modules/health.ts';
import { eventsModule } from '../../../src/modules/history/events.ts';
import { htopModule } from '../../../src/modules/htop.ts';
import { addUser, usersModule } from '../../../src/modules/users.ts';
import { versionModule } from '../../../src/modules/version.ts';
import { openSecrets } from '../../../src/secrets/open-secrets.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';
import { createHost } from '../../../src/system/host.ts';
import { createHttp } from '../../../src/transports/http/http.ts';
import type { LogTail } from '../../../src/transports/socketio/feed.ts';
import { createSocketIo } from '../../../src/transports/socketio/socketio.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { systemClock } from '../../support/system-clock.ts';

const PASSWORD = 'correct horse battery';

interface Options {
  /** Takes the place of the modules. */
  readonly registry?: Registry;
  readonly logTail?: LogTail;
  readonly corsOrigins?: readonly string[];
  /** Counted on a clock that stands still: how fast this machine is decides nothing. */
  readonly requestsPerSecond?: number;
}

export type WebSetting = Awaited<ReturnType<typeof startWeb>>;

export async function startWeb({ logTail, corsOrigins = [], requestsPerSecond, ...options }: Options = {}) {
  const log = recordingLog();
  let skippedMs = 0;
  const clock: Clock = {
    ...systemClock,
    now: () => Date.now() + skippedMs,
    monotonicMs: () => performance.now() + skippedMs,
  };
  const store = memoryStore([...COLLECTIONS, CREDENTIALS]);
  const secrets = await openSecrets({ dir: '', appKey: 'a key that only this suite knows' });
  await prepareUsers(store, secrets, clock, { username: 'admin', password: PASSWORD }, log);
  const passwordHash = await secrets.hashPassword(PASSWORD);
  await addUser(store, secrets, clock, { username: 'someone', passwordHash, canLogin: true, role: 'user' });
  const sessions = createSessions(store, secrets, clock);
  const verified = { verify: (_login: object, slow: () => Promise<boolean>) => slow(), forget: () => undefined };
  const logins = createLogins({ store, secrets, verified, guesses: createGuesses(clock) });
  const bus = createBus(log);
  const failedLogins = createFailedLogins({ store, bus, clock, log });
  const cameras = createCameras(store, bus, clock, log);
  const history = createHistory({ store, bus, clock, log, cameras });
  const ports = {
    store,
    secrets,
    clock,
    sessions,
    logins,
    failedLogins,
    cameras,
    history,
    bus,
    userChanged: () => undefined,
  };
  const modules = [
    authModule(ports),
    camerasModule({ ...ports, publicHost: { configured: undefined, fallback: 'fallback.example' } }),
    credentialsModule({ ...ports, google: GOOGLE_NOT_CONFIGURED }),
    cronjobsModule(createJobs([{ name: 'CredentialsJob', crontab: '* * * * *', run: () => undefined }], clock, log)),
    eventsModule(ports),
    healthModule({}),
    htopModule(createProcesses(createHost(), () => [])),
    usersModule({ ...ports, baseTopic: 'nestmtx' }),
    versionModule('1.2.3', 'test'),
  ];
  const registry = options.registry ?? createRegistry(modules, sessions, log);
  const http = createHttp({
    registry,
    log,
    clock,
    corsOrigins,
    status: () => 'ok',
    rate: { requests: 5000, windowMs: 10_000 },
  });
  const limits =
    requestsPerSecond === undefined
      ? createRequestLimits(100, 1000, clock)
      : createRequestLimits(100, requestsPerSecond, manualClock());
  const socketIo = createSocketIo({
    http,
    registry,
    sessions,
    limits,
    bus,
    log,
    corsOrigins,
    ...(logTail ? { logTail } : {}),
  });
  const { port } = await http.listen('127.0.0.1', 0);

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    http,
    bus,
    log,
    sessions,
    accounts: {
      admin: { id: 1, username: 'admin', password: PASSWORD },
      user: { id: 2, username: 'someone', password: PASSWORD },
    },
    /** A fresh token of one of the two users. */
    async token(name: 'admin' | 'user'): Promise<string> {
      const user = store.collection(USERS).get(name === 'admin' ? '1' : '2');
      if (!user) throw new Error(`${name} is gone`);
      return (await sessions.issue(user, { rememberMe: false })).token;
    },
    /** Lets time pass for tokens and limits. */
    skip: (ms: number) => {
      skippedMs += ms;
    },
    async stop() {
      await socketIo.close();
      await http.close();
    },
  };
}
