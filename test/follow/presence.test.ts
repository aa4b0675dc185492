/** Pins when a followed NestMTX is asked whether it is there, and what is said about it. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../src/client/client.ts';
import type { MqttLink, OutboundMessage } from '../../src/core/ports.ts';
import { type Presence, watchPresence } from '../../src/follow/presence.ts';
import { topicsOf } from '../../src/protocol/topics.ts';
import { eventually } from '../support/eventually.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { type RecordingLog, recordingLog } from '../support/recording-log.ts';
import { startUpstream, type Upstream } from '../support/upstream/upstream.ts';

let upstream: Upstream;
let clock: ManualClock;
let client: Client;
let presence: Presence;
let log: RecordingLog;
let said: string[];
let linkUp: () => void;
const happened: string[] = [];

beforeEach(async () => {
  upstream = await startUpstream();
  clock = manualClock();
  log = recordingLog();
  said = [];
  happened.length = 0;
  linkUp = () => undefined;
  client = createClient({ url: upstream.url, clock });
  const link: MqttLink = {
    up: true,
    publish: async ({ topic, payload, retain }: OutboundMessage) => {
      if (topic === 'nestmtx/availability' && retain) said.push(String(payload));
      return true;
    },
    onRequest: () => () => undefined,
    listen: () => () => undefined,
    beforeUp: () => () => undefined,
    onUp: (handler) => {
      linkUp = handler;
      return () => undefined;
    },
    stopRequests: async () => undefined,
    close: async () => undefined,
  };
  presence = watchPresence({
    client,
    link,
    topics: topicsOf('nestmtx'),
    clock,
    log,
    onReturn: () => happened.push('return'),
    onGone: () => happened.push('gone'),
  });
});

afterEach(async () => {
  presence.close();
  await client.close();
  await upstream.close();
});

async function connected(): Promise<void> {
  client.connect();
  await eventually(() => said.at(-1) === 'online', 'online');
}

/** Lets the question under way go unanswered. */
async function unanswered(): Promise<void> {
  const before = upstream.requests.length;
  clock.advance(30_000);
  await eventually(() => upstream.requests.length > before, 'a question');
  clock.advance(5000);
  await eventually(() => !presence.isAnswering, 'silence');
}

describe('a followed NestMTX', () => {
  it('is asked as soon as there is a connection, and said to be online once', async () => {
    await connected();
    expect(presence.isAnswering).toBe(true);
    const before = upstream.requests.length;
    clock.advance(30_000);
    await eventually(() => upstream.requests.length > before, 'the next question');
    expect(said).toEqual(['online']);
    expect(happened).toEqual(['return']);
  });

  it('is told again to a broker that may have forgotten it', async () => {
    await connected();
    linkUp();
    await eventually(() => said.length === 2, 'once more');
    expect(said).toEqual(['online', 'online']);
    expect(happened).toEqual(['return']);
  });

  it('is gone only when the grace is over', async () => {
    await connected();
    upstream.silence(true);
    await unanswered();
    expect([said.at(-1), happened]).toEqual(['offline', ['return']]);
    clock.advance(29_999);
    expect(happened).toEqual(['return']);
    clock.advance(1);
    expect(happened).toEqual(['return', 'gone']);
  });

  it('that returns within the grace was never gone, and an event of it is reason enough to ask', async () => {
    await connected();
    upstream.silence(true);
    await unanswered();
    upstream.silence(false);
    presence.notice();
    await eventually(() => said.at(-1) === 'online', 'online');
    const before = upstream.requests.length;
    presence.notice();
    await client.request({ command: 'list', module: 'version' });
    expect(upstream.requests.length).toBe(before + 1);
    clock.advance(30_000);
    expect(happened).toEqual(['return', 'return']);
  });

  it('leaves no timer behind', async () => {
    await connected();
    upstream.silence(true);
    await unanswered();
    presence.close();
    await client.close();
    expect(clock.waiting).toBe(0);
  });
});
