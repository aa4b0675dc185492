#!/usr/bin/env node
/** Owns the edge of the process: arguments, environment, signals and exit codes. Everything else is elsewhere. */

import { readFileSync } from 'node:fs';
import { startApp } from './app.ts';
import { nodeIo } from './cli/node-io.ts';
import type { Offline, Program } from './cli/program.ts';
import { runCli } from './cli/run.ts';
import type { Config } from './config/config.ts';
import { loadConfig } from './config/load.ts';
import { createLog } from './log.ts';
import { openOffline } from './offline.ts';
import { systemClock } from './system/clock.ts';
import { VERSION } from './version.ts';

const STOP_LIMIT_MS = 5000;

const program: Program = {
  version: VERSION,
  start,
  loadConfig: readConfig,
  openOffline: openStore,
  checks: [],
};

function readConfig(): Config {
  return loadConfig({ env: process.env, cwd: process.cwd(), readFile: (path) => readFileSync(path, 'utf8') });
}

/** Resolves with 0 when SIGTERM or SIGINT has stopped the service. */
async function start(): Promise<number> {
  const config = readConfig();
  const log = createLog({ level: config.log.level, out: process.stdout });
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a promise was left alone with its error'));
  const app = await startApp(config, { log, clock: systemClock });
  if (app.generatedPassword !== undefined) showPassword(config.admin.username, app.generatedPassword);
  const signal = await new Promise<string>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT']) process.once(name, () => resolve(name));
  });
  log.info({ signal }, 'stopping');
  setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
  await app.close();
  return 0;
}

async function openStore(): Promise<Offline> {
  const config = readConfig();
  // A command prints its result, not the log of the modules it used.
  const log = createLog({ level: 'error', out: process.stderr });
  const onGeneratedPassword = (password: string) => showPassword(config.admin.username, password, process.stderr);
  return openOffline(config, { log, clock: systemClock, onGeneratedPassword });
}

function showPassword(username: string, password: string, out: NodeJS.WritableStream = process.stdout): void {
  out.write(`\nThe first administrator is "${username}" with the password ${password}\n`);
  out.write('It is shown this once: keep it, or change it with users.update.\n\n');
}

// Whoever reads our output may leave before we have said everything, as `head` does.
process.stdout.on('error', () => undefined);
const [...given] = process.argv.slice(2);
process.exitCode = await runCli(given.length === 0 ? ['start'] : given, nodeIo(process), program);
// A socket that lingers must not keep a finished program.
process.exit();
