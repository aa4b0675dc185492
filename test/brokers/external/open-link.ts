/** Owns the links that tests open to external brokers: each with its own topics, log and shortest pauses, closed after the test. */

import { randomUUID } from 'node:crypto';
import { afterEach, expect } from 'vitest';
import { fixedBroker } from '../../../src/brokers/external/broker-source.ts';
import { connectExternalBroker } from '../../../src/brokers/external/external.ts';
import type { BrokerAddress } from '../../../src/brokers/link/address.ts';
import type { InboundMessage, MqttLink } from '../../../src/core/ports.ts';
import { type Topics, topicsOf } from '../../../src/protocol/topics.ts';
import type { Mosquitto } from '../../support/brokers/mosquitto.ts';
import { connectClient, type TestClient } from '../../support/brokers/mqtt-client.ts';
import { comesTrue } from '../../support/patience.ts';
import { type RecordingLog, recordingLog } from '../../support/recording-log.ts';
import { systemClock } from '../../support/system-clock.ts';

export interface OpenedLink {
  readonly link: MqttLink;
  readonly topics: Topics;
  readonly log: RecordingLog;
  readonly requests: InboundMessage[];
  /** How often it came up. */
  ups(): number;
  isUp(times?: number): Promise<void>;
}

const cleanups: (() => Promise<void>)[] = [];

/** After the test, before what was left to do earlier. */
export function afterThisTest(cleanup: () => Promise<void>): void {
  cleanups.push(cleanup);
}

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A link with the shortest pauses; closed after the test. */
export function openLink(
  address: Partial<BrokerAddress> & { readonly port: number },
  base: string = randomUUID(),
): OpenedLink {
  const topics = topicsOf(base);
  const log = recordingLog();
  const requests: InboundMessage[] = [];
  let ups = 0;
  const link = connectExternalBroker({
    broker: fixedBroker({ protocol: 'mqtt', host: '127.0.0.1', ...address }),
    topics,
    clientId: `bridge-${base}`,
    log,
    clock: systemClock,
    random: () => 0,
  });
  afterThisTest(link.close);
  link.onRequest((message) => requests.push(message));
  link.onUp(() => {
    ups += 1;
  });
  const isUp = (times = 1) => comesTrue(() => expect(ups).toBe(times));
  return { link, topics, log, requests, ups: () => ups, isUp };
}

/** An ordinary client, gone after the test. */
export async function clientOf({ port, username, password }: Mosquitto, version: 4 | 5 = 5): Promise<TestClient> {
  const client = await connectClient({ url: `mqtt://127.0.0.1:${port}`, username, password, version });
  afterThisTest(client.end);
  return client;
}

export function textOf({ payload }: InboundMessage): string {
  return Buffer.from(payload).toString();
}
