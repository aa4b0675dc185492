/** Owns the figures of the Node-RED nodes: a request against the same by core's mqtt nodes in one flow, and a storm of events with its memory. */

import { type Figure, figure, median, percentile } from './figure.ts';
import type { Volley } from './programs/event-source.ts';
import { BENCH_LOGIN, cpuMsOf, post, residentMb, startChild } from './stage/child.ts';
import { eventFlow, requestFlow, SIDES } from './stage/node-flows.ts';
import { type NodeRed, startNodeRed } from './stage/node-red.ts';
import { connectRaw, publishPacket, type RawClient } from './stage/raw-client.ts';

const ROUNDS = 15;
const SEQUENTIAL = 500;
const PARALLEL = 2000;
const IN_FLIGHT = 20;
const CORE = 'core mqtt nodes and a function, same flow';

const PER_SECOND = 10_000;
const SECONDS = 30;
const WARM_UP_SECONDS = 10;
const SAMPLE_MS = 500;

interface Trips {
  readonly times: readonly number[];
  readonly tookUs: number;
}

export async function* benchNodes(): AsyncIterable<Figure> {
  yield* requests();
  yield* events('plain', 'one topic form');
  yield* events('both', 'both topic forms');
}

async function* requests(): AsyncIterable<Figure> {
  const service = await startChild('../../src/main.js');
  const token = String((await post(service, 'auth', BENCH_LOGIN))['bearer']);
  const camera = await post(service, 'cameras', { name: 'bench', mtx_path: 'bench' }, token);
  const red = await startNodeRed(requestFlow(service.mqttPort, String(camera['id']), token));
  try {
    for (const side of SIDES) await ready(red, side);
    yield* compare(red, 1, SEQUENTIAL);
    yield* compare(red, IN_FLIGHT, PARALLEL);
  } finally {
    await red.stop();
    await service.stop();
  }
}

async function* compare(red: NodeRed, inFlight: number, count: number): AsyncIterable<Figure> {
  const times: Record<(typeof SIDES)[number], number[]> = { ours: [], core: [] };
  const rates: Record<(typeof SIDES)[number], number[]> = { ours: [], core: [] };
  const trips = async (side: string) => (await red.post(side, { count, inFlight })) as Trips;
  for (const side of SIDES) await trips(side);
  for (let round = 0; round < ROUNDS; round += 1) {
    // Who goes first takes turns: neither is always measured in the garbage of the other.
    for (const side of round % 2 === 0 ? SIDES : [...SIDES].reverse()) {
      const done = await trips(side);
      times[side].push(...done.times);
      rates[side].push((count / done.tookUs) * 1e6);
    }
  }
  const name = `request node, ${inFlight} in flight`;
  const p99 = [percentile(times.ours, 0.99), percentile(times.core, 0.99)] as const;
  yield figure(`${name}: p50`, 'us', median(times.ours), median(times.core), CORE, 'ratio <= 1.2');
  yield figure(`${name}: p99`, 'us', ...p99, CORE, 'told');
  yield figure(`${name}: rate`, 'requests/s', median(rates.ours), median(rates.core), CORE, 'told');
}

/** The nodes connect after the deploy; until then neither flow comes to its end. */
async function ready(red: NodeRed, side: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const isUp = await red.post(side, { count: 1, inFlight: 1 }, 1000).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    if (Date.now() > deadline) throw new Error(`${side} does not answer`);
  }
}

async function* events(topics: Volley['topics'], form: string): AsyncIterable<Figure> {
  const source = await startChild('../programs/event-source.js');
  const control = await connectRaw(source.mqttPort, BENCH_LOGIN.username, BENCH_LOGIN.password);
  await control.subscribe('nestmtx/responses/bench');
  const red = await startNodeRed(eventFlow(source.mqttPort));
  const count = async (body: object) => (await red.post('count', body)) as { count: number; heapMb: number };
  try {
    await heard(control, count);
    await fire(control, { perSecond: PER_SECOND, seconds: WARM_UP_SECONDS, topics });
    await drained(count);
    const before = await count({ heap: true, reset: true });
    const memory = sample(red.pid);
    const begunMs = performance.now();
    const cpuBeforeMs = cpuMsOf(red.pid);
    await fire(control, { perSecond: PER_SECOND, seconds: SECONDS, topics });
    const seconds = (performance.now() - begunMs) / 1000;
    const samples = memory.stop();
    await drained(count);
    const cpuMs = cpuMsOf(red.pid) - cpuBeforeMs;
    const after = await count({ heap: true });
    const all = PER_SECOND * SECONDS;
    const name = `event node, ${form}`;
    yield figure(`${name}: rate`, 'events/s', after.count / seconds, all / seconds, 'published', '10000, ratio 1');
    yield figure(`${name}: lost`, 'events', all - after.count, all, 'published', '0');
    yield figure(`${name}: heap after collection`, 'MB', after.heapMb, before.heapMb, 'before', 'ratio <= 1.05');
    // A sawtooth: whatever is garbage stays until the collector comes.
    const [lowest, highest] = [Math.min(...samples), Math.max(...samples)];
    yield figure(`${name}: resident memory, highest`, 'MB', highest, lowest, 'lowest', 'told');
    yield figure(
      `${name}: CPU of Node-RED per event`,
      'us',
      (cpuMs * 1000) / after.count,
      100,
      'goal: one core is enough',
      '<= 100 us',
    );
  } finally {
    control.close();
    await red.stop();
    await source.stop();
  }
}

/** The flow runs some time after it was deployed, and the node has subscribed when one event has come through. */
async function heard(control: RawClient, count: (body: object) => Promise<{ count: number }>): Promise<void> {
  const deadline = Date.now() + 10_000;
  const came = () =>
    count({}).then(
      (now) => now.count,
      () => 0,
    );
  while ((await came()) === 0) {
    if (Date.now() > deadline) throw new Error('the event node hears nothing');
    await fire(control, { perSecond: 10, seconds: 0.1, topics: 'plain' });
  }
}

/** What is published last takes a moment: over when a count stays the same. */
async function drained(count: (body: object) => Promise<{ count: number }>): Promise<void> {
  for (let before = -1, now = 0; now !== before; ) {
    before = now;
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    now = (await count({})).count;
  }
}

function fire(control: RawClient, volley: Volley): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the events are not published')), volley.seconds * 6000 + 10_000);
    control.onPublish(() => {
      clearTimeout(late);
      resolve();
    });
    control.send(publishPacket('nestmtx/requests', JSON.stringify(volley)));
  });
}

/** Resident memory in MB, twice a second. */
function sample(pid: number): { stop(): number[] } {
  const samples: number[] = [];
  const timer = setInterval(() => samples.push(residentMb(pid)), SAMPLE_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return samples;
    },
  };
}
