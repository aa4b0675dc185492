/**
 * Owns the figures of camera events: from MediaMTX's hook to a subscriber's socket, for one camera, for many that flap and for all in
 * the same instant; what polling and many cameras cost.
 */

import { type Figure, figure, median, percentile } from './figure.ts';
import { BENCH_LOGIN, type Child, cpuMsOf, post, residentMb, startChild } from './stage/child.ts';
import { type HookWatch, watchHooks } from './stage/hook-watch.ts';
import { type MediaServer, startMediaServer } from './stage/media-server.ts';
import { connectRaw } from './stage/raw-client.ts';

const ALONE = 1000;
const FLAPPING = 100;
/** Of each flapping camera, on average: half of it up, half of it down. */
const PERIOD_MS = 1000;
const PERIODS = 10;
const BURSTS = 40;
const MANY = 1000;
const POLLS = 10;

export async function* benchEvents(): AsyncIterable<Figure> {
  yield* latency();
  yield* cost();
}

async function* latency(): AsyncIterable<Figure> {
  const relay = await measured(await setUpRelay());
  const ours = await measured(await setUp(FLAPPING));
  const goals = ['<= 5000 us', '<= 25000 us'] as const;
  yield* percentiles('one camera', ours.alone, relay.alone, goals);
  yield* percentiles(FLAPS, ours.flapping, relay.flapping, goals);
  yield figure(`CPU per event, ${FLAPS}`, 'us', ours.cpuUs, relay.cpuUs, BARE, 'told');
  yield* percentiles(`${FLAPPING} cameras in one instant`, ours.burst, relay.burst, ['told', 'told']);
  yield figure('events out of order', 'events', ours.misplaced, ours.seen, 'all events', '0');
}

const FLAPS = `${FLAPPING} cameras, each down and up about once a second`;
const BARE = 'a bare relay: no look at MediaMTX, nothing on disk';

function* percentiles(
  name: string,
  ours: readonly number[],
  bare: readonly number[],
  [goal50, goal99]: readonly [string, string],
) {
  yield figure(`hook to subscriber, ${name}: p50`, 'us', median(ours), median(bare), BARE, goal50);
  yield figure(`hook to subscriber, ${name}: p99`, 'us', percentile(ours, 0.99), percentile(bare, 0.99), BARE, goal99);
}

async function measured({ hooks, paths, service, close }: Pick<Stage, 'hooks' | 'paths' | 'service' | 'close'>) {
  const [first = ''] = paths;
  const times = async (work: () => Promise<void>) => {
    hooks.reset();
    await work();
    return hooks.times;
  };
  try {
    await alone(hooks, first, ALONE / 4);
    const one = await times(() => alone(hooks, first, ALONE));
    await flap(hooks, paths, 1);
    const before = cpuMsOf(service.pid);
    const flapping = await times(() => flap(hooks, paths, PERIODS));
    const cpuUs = ((cpuMsOf(service.pid) - before) / flapping.length) * 1000;
    await burst(hooks, paths, 10);
    const together = await times(() => burst(hooks, paths, BURSTS));
    return { alone: one, flapping, cpuUs, burst: together, misplaced: hooks.misplaced, seen: hooks.seen };
  } finally {
    await close();
  }
}

/** One hook after another. */
async function alone(hooks: HookWatch, path: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await hooks.send(path, nameOf(index));
}

/** Every camera at moments of its own, so that events come like rain: mostly apart, sometimes a few together. */
async function flap(hooks: HookWatch, paths: readonly string[], periods: number): Promise<void> {
  const random = randomFrom(1);
  await Promise.all(
    paths.map(async (path) => {
      for (let half = 0; half < periods * 2; half += 1) {
        const waitMs = random() * PERIOD_MS;
        await new Promise((resolve) => setTimeout(resolve, waitMs));
        await hooks.send(path, nameOf(half));
      }
    }),
  );
}

/** The worst that can be: all hooks in one turn of the loop. What is measured is mostly how they queue, here and there. */
async function burst(hooks: HookWatch, paths: readonly string[], rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all(paths.map((path) => hooks.send(path, nameOf(round))));
  }
}

function nameOf(index: number): 'ready' | 'notReady' {
  return index % 2 === 0 ? 'ready' : 'notReady';
}

/** From 0 to 1, the same in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
}

async function* cost(): AsyncIterable<Figure> {
  const small = await setUp(1);
  await afterPolls(small.media, 2);
  const baseMb = residentMb(small.service.pid);
  await small.close();
  const stage = await setUp(MANY);
  try {
    for (const path of stage.paths) stage.media.switchFeed(path, true);
    await afterPolls(stage.media, POLLS);
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
  readonly hooks: HookWatch;
  readonly paths: readonly string[];
  close(): Promise<void>;
}

async function setUp(count: number): Promise<Stage> {
  const paths = pathsOf(count);
  const media = await startMediaServer(paths);
  const service = await startChild('../../src/main.js', { MEDIAMTX_URL: media.url, EVENT_TOPICS: 'plain' });
  const { bearer } = await post(service, 'auth', BENCH_LOGIN);
  const ids = new Map<string, string>();
  for (const path of paths) {
    const camera = { name: path, mtx_path: path, is_enabled: true };
    ids.set(path, String((await post(service, 'cameras', camera, String(bearer)))['id']));
  }
  const subscriber = await connectRaw(service.mqttPort, BENCH_LOGIN.username, BENCH_LOGIN.password);
  await subscriber.subscribe('nestmtx/events/camera/#');
  return {
    service,
    media,
    hooks: watchHooks({ httpPort: service.httpPort, media, subscriber, ids }),
    paths,
    async close() {
      subscriber.close();
      await service.stop();
      await media.close();
    },
  };
}

/** Without cameras: what it publishes names the path. */
async function setUpRelay(): Promise<Pick<Stage, 'hooks' | 'paths' | 'service' | 'close'>> {
  const paths = pathsOf(FLAPPING);
  const service = await startChild('../programs/bare-relay.js');
  const subscriber = await connectRaw(service.mqttPort, BENCH_LOGIN.username, BENCH_LOGIN.password);
  await subscriber.subscribe('nestmtx/events/camera/#');
  const ids = new Map(paths.map((path) => [path, path]));
  const media = { switchFeed: () => undefined };
  return {
    service,
    hooks: watchHooks({ httpPort: service.httpPort, media, subscriber, ids }),
    paths,
    async close() {
      subscriber.close();
      await service.stop();
    },
  };
}

function pathsOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `camera-${index}`);
}

async function afterPolls(media: MediaServer, count: number): Promise<void> {
  const end = media.polls + count;
  while (media.polls < end) await new Promise((resolve) => setTimeout(resolve, 100));
}
