/** Owns the figures of camera events: from MediaMTX's hook to a subscriber's socket, alone and in a storm; what polling and many cameras cost. */

import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { BENCH_LOGIN, type Child, startChild } from './child.ts';
import { type Figure, figure, median, percentile } from './figure.ts';
import { type MediaServer, startMediaServer } from './media-server.ts';
import { connectRaw, type RawClient } from './raw-client.ts';

const ALONE = 1000;
const FLAPPING = 100;
const ROUNDS = 20;
const MANY = 1000;
const POLLS = 5;
const MISSING_MS = 10_000;
/** What upstream took from hook to MQTT when it was measured: 1.4 to 2.3 s. */
const UPSTREAM_US = 1_400_000;

export async function* benchEvents(): AsyncIterable<Figure> {
  yield* latency();
  yield* cost();
}

async function* latency(): AsyncIterable<Figure> {
  const stage = await setUp(FLAPPING);
  const [first = ''] = stage.paths;
  try {
    await flap(stage, [first], 100);
    const alone = await flap(stage, [first], ALONE);
    yield* percentiles('hook to subscriber, alone', alone.times);
    await flap(stage, stage.paths, 10);
    const storm = await flap(stage, stage.paths, ROUNDS);
    yield* percentiles(`hook to subscriber, ${FLAPPING} cameras at once`, storm.times);
    const all = alone.times.length + storm.times.length;
    yield figure('events out of order', 'events', alone.misplaced + storm.misplaced, all, 'all events', '0');
  } finally {
    await stage.close();
  }
}

function* percentiles(name: string, times: readonly number[]): Iterable<Figure> {
  const against = 'upstream, best case, measured elsewhere';
  yield figure(`${name}: p50`, 'us', median(times), UPSTREAM_US, against, '<= 5000 us');
  yield figure(`${name}: p99`, 'us', percentile(times, 0.99), UPSTREAM_US, against, '<= 25000 us');
}

async function* cost(): AsyncIterable<Figure> {
  const small = await setUp(1);
  await afterPolls(small.media, 2);
  const baseMb = residentMb(small.service.pid);
  await small.close();
  const stage = await setUp(MANY);
  try {
    for (const path of stage.paths) stage.media.switchFeed(path, true);
    await afterPolls(stage.media, 3);
    const [cpuMs, polls] = [cpuMsOf(stage.service.pid), stage.media.polls];
    await afterPolls(stage.media, POLLS);
    const perPoll = (cpuMsOf(stage.service.pid) - cpuMs) / (stage.media.polls - polls);
    yield figure('CPU of a poll, per 100 paths', 'ms', (perPoll / MANY) * 100, 2000, 'time between two polls', 'told');
    const mb = residentMb(stage.service.pid);
    yield figure(`resident memory with ${MANY} cameras`, 'MB', mb, baseMb, 'with one camera', 'told');
  } finally {
    await stage.close();
  }
}

interface Stage {
  readonly service: Child;
  readonly media: MediaServer;
  readonly subscriber: RawClient;
  readonly agent: Agent;
  readonly paths: readonly string[];
  /** Topic level of each camera by its path. */
  readonly ids: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

async function setUp(count: number): Promise<Stage> {
  const paths = Array.from({ length: count }, (_, index) => `camera-${index}`);
  const media = await startMediaServer(paths);
  const service = await startChild('../src/main.js', {
    MEDIAMTX_URL: media.url,
    EVENT_TOPICS: 'plain',
    LOG_LEVEL: 'info',
  });
  const { bearer } = await post(service, 'auth', BENCH_LOGIN);
  const ids = new Map<string, string>();
  for (const path of paths) {
    const camera = { name: path, mtx_path: path, is_enabled: true };
    ids.set(path, String((await post(service, 'cameras', camera, String(bearer)))['id']));
  }
  const subscriber = await connectRaw(service.mqttPort, BENCH_LOGIN.username, BENCH_LOGIN.password);
  await subscriber.subscribe('nestmtx/events/camera/#');
  const agent = new Agent({ keepAlive: true });
  return {
    service,
    media,
    subscriber,
    agent,
    paths,
    ids,
    async close() {
      agent.destroy();
      subscriber.close();
      await service.stop();
      await media.close();
    },
  };
}

/** Every round switches all these feeds at once and posts a hook for each; times are in microseconds, from a hook to its event. */
async function flap(stage: Stage, paths: readonly string[], rounds: number) {
  const times: number[] = [];
  let misplaced = 0;
  for (let round = 0; round < rounds; round += 1) {
    const event = round % 2 === 0 ? 'ready' : 'notReady';
    const sent = new Map<string, bigint>();
    const all = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('events are missing')), MISSING_MS);
      stage.subscriber.onPublish((topic) => {
        const [id = '', name] = topic.split('/').slice(-2);
        const start = sent.get(id);
        if (start === undefined || name !== event) {
          misplaced += 1;
          return;
        }
        times.push(Number(process.hrtime.bigint() - start) / 1000);
        sent.delete(id);
        if (sent.size > 0) return;
        clearTimeout(timer);
        resolve();
      });
    });
    for (const path of paths) stage.media.switchFeed(path, event === 'ready');
    for (const path of paths) {
      sent.set(stage.ids.get(path) ?? '', process.hrtime.bigint());
      hook(stage, event, path);
    }
    await all;
  }
  return { times, misplaced };
}

function hook({ service, agent }: Stage, event: string, path: string): void {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const where = { port: service.httpPort, host: '127.0.0.1', path: `/hooks/mediamtx/${event}` };
  request({ ...where, method: 'POST', agent, headers }, (response) => response.resume()).end(`path=${path}`);
}

async function afterPolls(media: MediaServer, count: number): Promise<void> {
  const end = media.polls + count;
  while (media.polls < end) await new Promise((resolve) => setTimeout(resolve, 100));
}

async function post(service: Child, module: string, body: object, token?: string): Promise<Record<string, unknown>> {
  const response = await fetch(`http://127.0.0.1:${service.httpPort}/api/${module}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
}

function residentMb(pid: number): number {
  const [, kb = 'NaN'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) / 1024;
}

/** User and system time, from the 14th and 15th field of stat, which counts in hundredths of a second. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
