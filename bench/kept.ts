/** Owns the figures of what the embedded broker keeps: what that costs, beside the same service with BROKER_PERSISTENCE=off. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { type Figure, figure, median, percentile } from './figure.ts';
import { BENCH_LOGIN, type Child, residentMb, startChild } from './stage/child.ts';
import { acknowledgeOneByOne, fireVolley, type Outcome, type Target } from './stage/volley.ts';

const ROUNDS = 5;
const STARTS = 7;
const MESSAGES = 30_000;
/** As many as a queue may hold. */
const ONE_BY_ONE = 500;
const RETAINED = 10_000;
const SETTLE_MS = 5000;
const WITHOUT = 'BROKER_PERSISTENCE=off';

export async function* benchKept(): AsyncIterable<Figure> {
  const [kept, lost] = [await startService(true), await startService(false)];
  try {
    yield* volleys(targetOf(kept), targetOf(lost));
    yield* oneByOne(targetOf(kept), targetOf(lost));
  } finally {
    await kept.stop();
    await lost.stop();
  }
  yield* idle();
  yield* starts();
}

async function* volleys(kept: Target, lost: Target): AsyncIterable<Figure> {
  for (const [name, readers, messages] of [
    ['QoS 1 to a kept session', 1, MESSAGES],
    ['QoS 1 to 10 kept sessions', 10, MESSAGES / 10],
    ['QoS 1 to 100 kept sessions', 100, MESSAGES / 100],
  ] as const) {
    const [mine, other]: [Outcome[], Outcome[]] = [[], []];
    // The first round warms up.
    for (let round = 0; round <= ROUNDS; round += 1) {
      const here = await fireVolley(kept, readers, messages, 1, true);
      const there = await fireVolley(lost, readers, messages, 1, true);
      if (round === 0) continue;
      mine.push(here);
      other.push(there);
    }
    const of = (outcomes: readonly Outcome[], key: keyof Outcome) => median(outcomes.map((outcome) => outcome[key]));
    yield figure(`${name}: deliveries`, '/s', of(mine, 'perSecond'), of(other, 'perSecond'), WITHOUT, 'told');
    const [cpu, otherCpu] = [of(mine, 'cpuUsPerDelivery'), of(other, 'cpuUsPerDelivery')];
    yield figure(`${name}: CPU a delivery`, 'us', cpu, otherCpu, WITHOUT, 'told');
    yield figure(`${name}: delivered of what was due`, '', of(mine, 'share'), of(other, 'share'), WITHOUT, '1');
  }
}

async function* oneByOne(kept: Target, lost: Target): AsyncIterable<Figure> {
  const [mine, other]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    mine.push(...(await acknowledgeOneByOne(kept, ONE_BY_ONE)));
    other.push(...(await acknowledgeOneByOne(lost, ONE_BY_ONE)));
  }
  const name = 'QoS 1 for a session that is away, until acknowledged';
  yield figure(`${name}, median`, 'us', median(mine), median(other), WITHOUT, 'told');
  yield figure(`${name}, 99 of 100`, 'us', percentile(mine, 0.99), percentile(other, 0.99), WITHOUT, 'told');
}

async function* idle(): AsyncIterable<Figure> {
  const [mine, other] = [await idleMb(true), await idleMb(false)];
  yield figure('resident, idle', 'MB', mine, other, WITHOUT, 'at most 80');
}

async function idleMb(persistence: boolean): Promise<number> {
  const service = await startService(persistence);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const resident = residentMb(service.pid);
  await service.stop();
  return resident;
}

async function* starts(): AsyncIterable<Figure> {
  const parent = await mkdtemp(join(tmpdir(), 'nestmtx-bench-'));
  const [none, few, many] = [join(parent, 'none'), join(parent, 'few'), join(parent, 'many')];
  const times: Record<'none' | 'few' | 'many', number[]> = { none: [], few: [], many: [] };
  try {
    const service = await startService(true, many);
    await retainMany(service);
    await service.stop();
    // The first one makes what an empty folder needs.
    for (let round = 0; round <= STARTS; round += 1) {
      const [here, there, full] = [await startMs(true, few), await startMs(false, none), await startMs(true, many)];
      if (round === 0) continue;
      times.few.push(here);
      times.none.push(there);
      times.many.push(full);
    }
  } finally {
    await rm(parent, { recursive: true });
  }
  const lost = median(times.none);
  yield figure('start until ready', 'ms', median(times.few), lost, WITHOUT, 'told');
  yield figure(`the same with ${RETAINED} retained messages`, 'ms', median(times.many), lost, WITHOUT, 'told');
}

async function startMs(persistence: boolean, dir: string): Promise<number> {
  const begin = performance.now();
  const service = await startService(persistence, dir);
  const elapsed = performance.now() - begin;
  await service.stop();
  return elapsed;
}

async function retainMany({ mqttPort }: Child): Promise<void> {
  const client = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`, BENCH_LOGIN);
  const payload = 'x'.repeat(200);
  for (let index = 0; index < RETAINED; index += 100) {
    const part = Array.from({ length: 100 }, (_, offset) => `home/room/${index + offset}/state`);
    await Promise.all(part.map((topic) => client.publishAsync(topic, payload, { qos: 1, retain: true })));
  }
  await client.endAsync();
}

function startService(persistence: boolean, dir?: string): Promise<Child> {
  const env = { BROKER_PERSISTENCE: persistence ? 'on' : 'off', ...(dir === undefined ? {} : { DATA_DIR: dir }) };
  return startChild('../../src/main.js', env);
}

function targetOf({ mqttPort, pid }: Child): Target {
  return { port: mqttPort, pid, ...BENCH_LOGIN, root: 'bench' };
}
