#!/usr/bin/env node
/** Owns the edge of the process: arguments, environment, signals and exit codes. Everything else is elsewhere. */

import { readFileSync } from 'node:fs';
import { startApp } from './app.ts';
import { ConfigError } from './config/config-error.ts';
import { loadConfig } from './config/load.ts';
import { createLog } from './log.ts';
import { systemClock } from './system/clock.ts';

const STOP_LIMIT_MS = 5000;

/** Exit codes: 0 after SIGTERM or SIGINT, 1 on a fault, 2 on bad configuration. */
async function main(): Promise<void> {
  const cwd = process.cwd();
  const config = loadConfig({ env: process.env, cwd, readFile: (path) => readFileSync(path, 'utf8') });
  const log = createLog({ level: config.log.level, out: process.stdout });
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a promise was left alone with its error'));
  const app = await startApp(config, { log, clock: systemClock });
  if (app.generatedPassword !== undefined) {
    process.stdout.write(
      `\nThe first administrator is "${config.admin.username}" with the password ${app.generatedPassword}\n`,
    );
    process.stdout.write('It is shown this once: keep it, or change it with users.update.\n\n');
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'stopping');
      setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
      app.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof ConfigError ? 2 : 1);
}

main().catch(fail);
