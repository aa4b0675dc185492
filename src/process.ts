/** Owns the program as a process: commands, log, signals, exit codes. What it is configured by and what it starts come in. */

import { nodeIo } from './cli/node-io.ts';
import { runCli } from './cli/run.ts';
import type { Config } from './config/config.ts';
import type { Clock } from './core/ports.ts';
import { createLog, type LineLog } from './log.ts';
import { ApiError } from './protocol/api-error.ts';
import { systemClock } from './system/clock.ts';
import { VERSION } from './version.ts';

interface Service {
  /** Of the first administrator, if it was generated just now: to be shown once, never logged. */
  readonly generatedPassword: string | undefined;
  reload(): void;
  close(): Promise<void>;
}

interface Edge<C extends Config> {
  /** @throws ConfigError with every problem */
  loadConfig(): C;
  start(
    config: C,
    surroundings: {
      readonly log: LineLog;
      readonly clock: Clock;
      readonly adopts: boolean;
      /** Aborted when the service shall end, also while it waits for its turn. */
      readonly stopping: AbortSignal;
      /** Has it started again; rejects where the configuration is not usable. Resolves when that has begun. */
      readonly restart: () => Promise<void>;
    },
  ): Promise<Service>;
}

const STOP_LIMIT_MS = 5000;
const FAULT = 'fault';
const RESTART = 'restart';

/** Carries out the command line, and ends the process. */
export async function runProcess<C extends Config>({ loadConfig, start }: Edge<C>): Promise<never> {
  // Whoever reads our output may leave before we have said everything, as `head` does.
  process.stdout.on('error', () => undefined);
  process.exitCode = await runCli(process.argv.slice(2), nodeIo(process), {
    version: VERSION,
    start: runService,
    loadConfig,
    openOffline: openStore,
    // What only commands need is loaded by them: a service starts without it.
    openMoving: async (isLook) => {
      const { openMoving } = await import('./app/offline/moving.ts');
      return openMoving(loadConfig(), { log: commandLog(), clock: systemClock, isLook });
    },
    wholeFolder: async () => {
      const { wholeFolder } = await import('./app/offline/folder.ts');
      return wholeFolder(loadConfig(), commandLog());
    },
    backups: async () => {
      const { backups } = await import('./app/offline/backup.ts');
      return backups(loadConfig());
    },
    cluster: async () => {
      const { clusterFolder } = await import('./app/offline/cluster.ts');
      return clusterFolder(loadConfig(), commandLog(), systemClock);
    },
    checks: async (config) => {
      const { machineChecks } = await import('./app/health/findings.ts');
      return machineChecks(config, systemClock.now());
    },
  });
  // A socket that lingers must not keep a finished program.
  process.exit();

  /** Resolves with 0 when SIGTERM or SIGINT has stopped the service for good, with 1 when an error that nobody caught has. */
  async function runService(adopts: boolean): Promise<number> {
    const config = loadConfig();
    const log = createLog({ level: config.log.level, out: process.stdout });
    process.on('unhandledRejection', (error) => log.error({ err: error }, 'a promise was left alone with its error'));
    // Heard from the beginning: whoever stops a service that is just starting shall see it end well, too.
    const signalled = new Promise<string>((resolve) => {
      for (const name of ['SIGTERM', 'SIGINT']) process.once(name, () => resolve(name));
    });
    const stopping = new AbortController();
    void signalled.then((name) => stopping.abort(name));
    let service: Service | undefined;
    process.on('SIGHUP', () => readAnew(log, service));
    let failed: Promise<typeof FAULT> | undefined;
    for (let runs = config, isFirst = true; ; runs = loadConfig(), isFirst = false) {
      const { again, restart } = restarting(log);
      log.setLevel(runs.log.level);
      const surroundings = { log, clock: systemClock, adopts: adopts && isFirst, restart, stopping: stopping.signal };
      service = await startUntil(stopping.signal, () => start(runs, surroundings));
      if (service === undefined) return 0;
      failed ??= uncaught(log);
      if (service.generatedPassword !== undefined) showPassword(runs.admin.username, service.generatedPassword);
      const reason = await Promise.race([signalled, failed, again]);
      log.info(reason === FAULT || reason === RESTART ? {} : { signal: reason }, 'stopping');
      const limit = setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
      await service.close();
      if (reason !== RESTART) return reason === FAULT ? 1 : 0;
      clearTimeout(limit);
    }
  }

  /** The service begins anew with the configuration as it is written then. */
  function restarting(log: LineLog): { again: Promise<typeof RESTART>; restart: () => Promise<void> } {
    let begin = () => {};
    const again = new Promise<typeof RESTART>((resolve) => {
      begin = () => resolve(RESTART);
    });
    const restart = async () => {
      try {
        loadConfig();
      } catch (error) {
        const words = error instanceof Error ? error.message : '';
        log.warn({ err: error }, 'the configuration is not usable as it is now: the service goes on with what it has');
        throw new ApiError('unavailable', { message: `The configuration is not usable as it is now: ${words}` });
      }
      begin();
    };
    return { again, restart };
  }

  /** Of a terminal that closes, too: nothing ends. */
  function readAnew(log: LineLog, service: Service | undefined): void {
    try {
      const { level } = loadConfig().log;
      log.setLevel(level);
      log.info({ signal: 'SIGHUP', logLevel: level }, 'the log level and certificates are read anew');
    } catch (error) {
      log.warn({ err: error }, 'the configuration is not usable as it is now: the log level stays');
    }
    service?.reload();
  }

  async function openStore(isLook: boolean) {
    const config = loadConfig();
    const { openOffline } = await import('./app/offline/requests.ts');
    return openOffline(config, { log: commandLog(), clock: systemClock, isLook });
  }
}

/** Undefined where the wait for a turn was ended. */
async function startUntil(stopping: AbortSignal, start: () => Promise<Service>): Promise<Service | undefined> {
  try {
    return await start();
  } catch (error) {
    if (stopping.aborted && error === stopping.reason) return undefined;
    throw error;
  }
}

/** What the error has left half done is unknown, so the service ends; but in order, and not in the middle of what others do. */
function uncaught(log: LineLog): Promise<typeof FAULT> {
  return new Promise((resolve) => {
    process.on('uncaughtException', (error) => {
      log.error({ err: error }, 'an error that nobody caught: the service ends');
      resolve(FAULT);
    });
  });
}

/** A command prints its result, not the log of the modules it used. */
function commandLog(): LineLog {
  return createLog({ level: 'error', out: process.stderr });
}

function showPassword(username: string, password: string): void {
  process.stdout.write(`\nThe first administrator is "${username}" with the password ${password}\n`);
  process.stdout.write(`It is shown this once: keep it, or change it: nestmtx-bridge users passwd ${username}\n\n`);
}
