#!/usr/bin/env node
/** Owns what the program is in the image: Home Assistant's app where Supervisor has started it, else the service as anywhere. */

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { startApp } from '../src/app/app.ts';
import { loadConfig } from '../src/config/load.ts';
import { runProcess } from '../src/process.ts';
import { loadAppConfig } from './app-config.ts';
import { startHomeAssistantApp } from './home-assistant-app.ts';

/** What Supervisor has decided once for all apps; the rest is for tests. */
const {
  SUPERVISOR_TOKEN: token,
  SUPERVISOR_URL: url = 'http://supervisor',
  OPTIONS_FILE: optionsFile = '/data/options.json',
  INGRESS_PROXY: proxy = '172.30.32.2',
  INGRESS_PORT: port = '8099',
} = process.env;

const files = { cwd: process.cwd(), readFile: (path: string) => readFileSync(path, 'utf8') };

if (token) {
  const place = { supervisor: { url, token }, ingress: { proxy, port: Number(port) }, hostname: hostname() };
  await runProcess({
    loadConfig: () => loadAppConfig({ ...files, env: process.env, optionsFile }),
    start: (config, surroundings) => startHomeAssistantApp(config, surroundings, place),
  });
} else {
  await runProcess({
    loadConfig: () => loadConfig({ ...files, env: { DATA_DIR: '/data', ...process.env } }),
    start: startApp,
  });
}
