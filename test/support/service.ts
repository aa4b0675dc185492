/** Owns a whole service for one suite, in this process: real sockets on free ports, a directory of its own, everything stopped at the end. */

import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, startApp } from '../../src/app/app.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Clock } from '../../src/core/ports.ts';
import type { GoogleUrls } from '../../src/google/start-google.ts';
import { createLog } from '../../src/log.ts';
import { systemClock } from '../../src/system/clock.ts';
import { connectClient, type TestClient, type TestClientOptions } from './brokers/mqtt-client.ts';

export const ADMIN = { username: 'admin', password: 'correct horse battery' };

export interface Service {
  readonly app: App;
  readonly dataDir: string;
  /** Where MQTT clients connect: the embedded broker, or the external one of `MQTT_HOST`. */
  readonly mqttUrl: string;
  readonly httpUrl: string;
  /** Every byte that was logged. */
  log(): string;
  /** Logged in at the broker as the administrator unless told otherwise. */
  client(options?: Partial<TestClientOptions>): Promise<TestClient>;
  /** Stops it; the directory goes too. */
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  /** Google's own unless there is a stand-in. */
  readonly googleUrls?: GoogleUrls;
  /** Keeps the directory of an earlier service. */
  readonly dataDir?: string;
  /** How test clients log in at the broker. */
  readonly login?: { readonly username: string; readonly password: string };
}

export async function startService({
  env = {},
  clock = systemClock,
  login = ADMIN,
  ...options
}: ServiceOptions = {}): Promise<Service> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'nestmtx-bridge-')));
  const settings = {
    DATA_DIR: dataDir,
    HOST: '127.0.0.1',
    PORT: '0',
    MQTT_PORT: '0',
    ADMIN_USERNAME: ADMIN.username,
    ADMIN_PASSWORD: ADMIN.password,
    LOG_LEVEL: 'debug',
    ...env,
  };
  const config = loadConfig({ env: settings, cwd: dataDir, readFile: (path) => readFileSync(path, 'utf8') });
  const written: string[] = [];
  const log = createLog({ level: config.log.level, out: { write: (text) => written.push(text) } });
  const app = await startApp(config, { log, clock, googleUrls: options.googleUrls });
  const port = config.mqtt.external?.port ?? app.mqttPort;
  const mqttUrl = `mqtt://127.0.0.1:${port}`;
  return {
    app,
    dataDir,
    mqttUrl,
    httpUrl: `http://127.0.0.1:${app.httpPort}`,
    log: () => written.join(''),
    client: (more = {}) => connectClient({ url: mqttUrl, ...login, ...more }),
    async stop() {
      await app.close();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true });
    },
  };
}
