/** Owns an embedded broker for one suite: on a free port, with accounts in memory that a test can take away. */

import {
  type EmbeddedBroker,
  type EmbeddedBrokerSetup,
  startEmbeddedBroker,
} from '../../../src/brokers/embedded/embedded.ts';
import { topicsOf } from '../../../src/protocol/topics.ts';
import { PATIENCE_MS } from '../patience.ts';
import { type RecordingLog, recordingLog } from '../recording-log.ts';
import { systemClock } from '../system-clock.ts';
import { type MemoryDirectory, tenants } from './directory.ts';
import { connectClient, type TestClient, type TestClientOptions } from './mqtt-client.ts';
import { connectRaw, type RawConnect, type RawMqtt } from './raw-mqtt.ts';

export interface TestBroker {
  readonly broker: EmbeddedBroker;
  /** Has the admin `root`, the user `carol` and the instances `alice` and `bob`; passwords are the names. */
  readonly directory: MemoryDirectory;
  readonly log: RecordingLog;
  readonly url: string;
  client(username: string, options?: Partial<TestClientOptions>): Promise<TestClient>;
  raw(username: string, options: RawConnect): Promise<RawMqtt>;
  /** Resolves when an account has this many connections. */
  connections(accountKey: string, count: number): Promise<void>;
  stop(): Promise<void>;
}

export const TOPICS = topicsOf('nestmtx');

export async function startTestBroker(options: Partial<EmbeddedBrokerSetup> = {}): Promise<TestBroker> {
  const directory = tenants();
  const log = recordingLog();
  const broker = await startEmbeddedBroker({
    topics: TOPICS,
    directory,
    log,
    clock: systemClock,
    listen: { host: '127.0.0.1', port: 0 },
    ...options,
  });
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const opened: { destroy(): unknown }[] = [];

  return {
    broker,
    directory,
    log,
    url,
    async client(username, clientOptions) {
      const client = await connectClient({ url, username, password: username, ...clientOptions });
      opened.push(client);
      return client;
    },
    async raw(username, rawOptions) {
      const raw = await connectRaw(broker.port, { username, ...rawOptions });
      opened.push(raw);
      return raw;
    },
    async connections(accountKey, count) {
      await until(() => broker.sessions(accountKey).length === count, `${count} connections of ${accountKey}`);
    },
    async stop() {
      for (const client of opened) client.destroy();
      await broker.close();
    },
  };
}

/** Waits for a condition, with a deadline. */
export async function until(isMet: () => boolean, what: string, timeoutMs = PATIENCE_MS): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!isMet()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
