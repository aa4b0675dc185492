/** Owns the figures of a tenant that does its worst: what another tenant, the API, the event loop and the memory notice of it (I-26). */

import { type Figure, figure, percentile } from './figure.ts';
import { BENCH_LOGIN, residentMb } from './stage/child.ts';
import { type InstanceService, type Rented, startInstanceService } from './stage/instance-service.ts';
import { oneByOne } from './stage/load.ts';
import { connectRaw, publishPacket, type RawClient } from './stage/raw-client.ts';
import { freePort, longestTurnMs } from './stage/turns.ts';

const READERS = [1, 10, 100, 900];
const BURST = 40_000;
const QUIET_MS = 5000;
const FLOOD_MS = 5000;
const CALM_AT_MS = 1000;

interface Others {
  readonly trip: () => Promise<number>;
  readonly request: () => Promise<number>;
  close(): void;
}

interface Seen {
  readonly trips: readonly number[];
  readonly requests: readonly number[];
  readonly turnMs: number;
}

export async function* benchNeighbour(): AsyncIterable<Figure> {
  const turnsPort = await freePort();
  const service = await startInstanceService(0, {
    flags: ['--import', new URL('programs/turns.js', import.meta.url).href],
    env: { BENCH_TURNS_PORT: String(turnsPort) },
  });
  try {
    const [worst, victim] = [await service.create(), await service.create()];
    const others = await openOthers(service, victim);
    // Once for the compiler.
    await watch(others, turnsPort, 2000);
    for (const readers of READERS) {
      for (const forever of [false, true]) yield* attack(service, { worst, others, turnsPort }, readers, forever);
    }
    others.close();
  } finally {
    await service.stop();
  }
}

interface Stage {
  readonly worst: Rented;
  readonly others: Others;
  readonly turnsPort: number;
}

async function* attack(
  service: InstanceService,
  { worst, others, turnsPort }: Stage,
  readers: number,
  forever: boolean,
): AsyncIterable<Figure> {
  const name = `${readers} readers, ${forever ? 'a flood without end' : `one burst of ${BURST}`}`;
  const quiet = await watch(others, turnsPort, QUIET_MS);
  const before = residentMb(service.pid);
  const clients: RawClient[] = [];
  for (let index = 0; index < readers; index += 1) {
    const reader = await connectRaw(service.mqttPort, worst.user, worst.password);
    await reader.subscribe(`${worst.user}/f`);
    clients.push(reader);
  }
  const publisher = await connectRaw(service.mqttPort, worst.user, worst.password);
  clients.push(publisher);
  await longestTurnMs(turnsPort);
  const batch = Buffer.concat(Array<Buffer>(50).fill(publishPacket(`${worst.user}/f`, 'x')));
  const stopFlood = flood(publisher, batch, forever ? Number.POSITIVE_INFINITY : BURST / 50);
  const under = await watch(others, turnsPort, FLOOD_MS);
  const added = residentMb(service.pid) - before;
  stopFlood();
  for (const client of clients) client.close();
  await pause(CALM_AT_MS);
  const after = await watch(others, turnsPort, 1000);
  yield* told(name, quiet, under);
  yield figure(`${name}: resident over quiet`, 'MB', added, 150, 'the goal', 'at most 150');
  const [p50, p50Quiet] = [percentile(after.trips, 0.5), percentile(quiet.trips, 0.5)];
  yield figure(`${name}: a second later, round trip p50`, 'ms', p50, p50Quiet, 'before', 'about 1');
}

function* told(name: string, quiet: Seen, under: Seen): Iterable<Figure> {
  yield figure(`${name}: longest turn`, 'ms', under.turnMs, quiet.turnMs, 'quiet', 'at most 20');
  for (const [what, key] of [
    ['a neighbour, round trip p99', 'trips'],
    ['API, p99', 'requests'],
  ] as const) {
    const [now, then] = [percentile(under[key], 0.99), percentile(quiet[key], 0.99)];
    yield figure(`${name}: ${what}`, 'ms', now, then, 'quiet', 'ratio <= 3 or at most 50 ms');
  }
}

async function openOthers(service: InstanceService, victim: Rented): Promise<Others> {
  const tenant = await connectRaw(service.mqttPort, victim.user, victim.password);
  await tenant.subscribe(`${victim.user}/x`);
  const admin = await connectRaw(service.mqttPort, BENCH_LOGIN.username, BENCH_LOGIN.password);
  await admin.subscribe('nestmtx/responses/bench');
  const ping = publishPacket(`${victim.user}/x`, 'x');
  const request = JSON.stringify({ command: 'list', module: 'version', requestId: 'bench' });
  const ask = publishPacket('nestmtx/requests', request);
  return {
    trip: () => timed(tenant, ping),
    request: () => timed(admin, ask),
    close() {
      tenant.close();
      admin.close();
    },
  };
}

async function timed(client: RawClient, packet: Buffer): Promise<number> {
  const [us = Number.NaN] = await oneByOne(client, () => packet, 1);
  return us / 1000;
}

/** A round trip and a request every few milliseconds. */
async function watch({ trip, request }: Others, turnsPort: number, ms: number): Promise<Seen> {
  await longestTurnMs(turnsPort);
  const [trips, requests]: [number[], number[]] = [[], []];
  const end = performance.now() + ms;
  while (performance.now() < end) {
    trips.push(await trip());
    requests.push(await request());
    await pause(5);
  }
  return { trips, requests, turnMs: await longestTurnMs(turnsPort) };
}

/** As fast as the socket takes it, leaving this program's own loop its turns. */
function flood(publisher: RawClient, batch: Buffer, batches: number): () => void {
  let left = batches;
  let stopped = false;
  const go = () => {
    for (let index = 0; index < 20 && left > 0 && publisher.waitingBytes < 1_000_000; index += 1) {
      publisher.send(batch);
      left -= 1;
    }
    if (!stopped && left > 0) setTimeout(go, 1);
  };
  go();
  return () => {
    stopped = true;
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
