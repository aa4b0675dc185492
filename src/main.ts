#!/usr/bin/env node
/** Owns what the program is where nobody else starts it: configured by environment and YAML, and nothing around the service. */

import { readFileSync } from 'node:fs';
import { startApp } from './app/app.ts';
import { loadConfig } from './config/load.ts';
import { runProcess } from './process.ts';

await runProcess({
  loadConfig: () =>
    loadConfig({ env: process.env, cwd: process.cwd(), readFile: (path) => readFileSync(path, 'utf8') }),
  start: startApp,
});
