/** Owns the figures of the request API: round trip and throughput against a bare echo on the same broker, events, memory and start. */

import { type Figure, figure, median, percentile } from './figure.ts';
import { BENCH_LOGIN, type Child, residentMb, startChild } from './stage/child.ts';
import { manyAtOnce, oneByOne } from './stage/load.ts';
import { connectRaw, publishPacket, type RawClient } from './stage/raw-client.ts';

const ROUNDS = 5;
const SEQUENTIAL = 2000;
const PARALLEL = 10_000;
const IN_FLIGHT = 64;
const ECHO = 'bare echo, same broker';
const ANSWERS = 'nestmtx/responses/bench';

export async function* benchApi(): AsyncIterable<Figure> {
  const [service, echo] = [await startChild('../../src/main.js'), await startChild('../programs/echo-server.js')];
  try {
    const token = await logIn(service);
    const requests = {
      'users.read with a token': { command: 'read', module: 'users', entity: '1', requestId: 'bench', token },
      'version.list': { command: 'list', module: 'version', requestId: 'bench' },
    };
    for (const [name, request] of Object.entries(requests)) {
      yield* compare(name, publishPacket('nestmtx/requests', JSON.stringify(request)), service, echo);
    }
    yield await events(service, echo, token);
  } finally {
    await service.stop();
    await echo.stop();
  }
  yield* footprint();
}

async function* compare(name: string, packet: Buffer, service: Child, echo: Child): AsyncIterable<Figure> {
  const [ours, other] = [await client(service), await client(echo)];
  const trips: { ours: number[]; other: number[] } = { ours: [], other: [] };
  const rates: { ours: number[]; other: number[] } = { ours: [], other: [] };
  await oneByOne(ours, () => packet, SEQUENTIAL);
  await oneByOne(other, () => packet, SEQUENTIAL);
  for (let round = 0; round < ROUNDS; round += 1) {
    trips.ours.push(...(await oneByOne(ours, () => packet, SEQUENTIAL)));
    trips.other.push(...(await oneByOne(other, () => packet, SEQUENTIAL)));
    rates.ours.push(await manyAtOnce(ours, packet, IN_FLIGHT, PARALLEL));
    rates.other.push(await manyAtOnce(other, packet, IN_FLIGHT, PARALLEL));
  }
  ours.close();
  other.close();
  yield figure(`${name}: round trip p50`, 'us', median(trips.ours), median(trips.other), ECHO, 'ratio <= 1.5');
  yield figure(
    `${name}: round trip p99`,
    'us',
    percentile(trips.ours, 0.99),
    percentile(trips.other, 0.99),
    ECHO,
    'told',
  );
  yield figure(`${name}: 64 in flight`, 'requests/s', median(rates.ours), median(rates.other), ECHO, 'ratio >= 0.6');
}

/** From the request that emits an event to the event at another subscriber. */
async function events(service: Child, echo: Child, token: string): Promise<Figure> {
  const caller = await connectRaw(service.mqttPort, BENCH_LOGIN.username, BENCH_LOGIN.password);
  const camera = await ask(service, { command: 'create', module: 'cameras', payload: { name: 'bench' }, token });
  const subscriber = await connectRaw(service.mqttPort, BENCH_LOGIN.username, BENCH_LOGIN.password);
  await subscriber.subscribe(`nestmtx/events/camera/${camera['id']}/+`);
  const packets = ['ready', 'notReady'].map((event) => {
    const payload = { domain: 'camera', entity: camera['id'], event };
    return publishPacket(
      'nestmtx/requests',
      JSON.stringify({ command: 'create', module: 'events', requestId: 'emit', payload, token }),
    );
  });
  const pair: RawClient = { ...subscriber, send: caller.send };
  const emit = (index: number) => packets[index % 2] ?? Buffer.alloc(0);
  await oneByOne(pair, emit, 500);
  const times = await oneByOne(pair, emit, SEQUENTIAL);
  const other = await client(echo);
  const trips = await oneByOne(other, () => publishPacket('nestmtx/requests', '{}'), SEQUENTIAL);
  for (const open of [caller, subscriber, other]) open.close();
  return figure('emit to subscriber, durable, p50', 'us', median(times), median(trips), ECHO, 'p50 <= 5000 us');
}

async function* footprint(): AsyncIterable<Figure> {
  const starts: number[] = [];
  let rssMb = 0;
  for (let round = 0; round < 3; round += 1) {
    const begun = performance.now();
    const service = await startChild('../../src/main.js');
    await ask(service, { command: 'list', module: 'health' });
    starts.push(performance.now() - begun);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    rssMb = residentMb(service.pid);
    await service.stop();
  }
  yield figure('start to first answer', 'ms', median(starts), 1500, 'goal', '<= 1500 ms');
  yield figure('resident memory, idle', 'MB', rssMb, 90, 'goal', '<= 90 MB');
}

async function client(child: Child): Promise<RawClient> {
  const raw = await connectRaw(child.mqttPort, BENCH_LOGIN.username, BENCH_LOGIN.password);
  await raw.subscribe(ANSWERS);
  return raw;
}

async function logIn(service: Child): Promise<string> {
  const { bearer } = await ask(service, { command: 'create', module: 'auth', payload: BENCH_LOGIN });
  return String(bearer);
}

/** One request over HTTP, to prepare something. */
async function ask(
  service: Child,
  request: { command: string; module: string; payload?: object; token?: string },
): Promise<Record<string, unknown>> {
  const response = await fetch(`http://127.0.0.1:${service.httpPort}/api/${request.module}`, {
    method: request.command === 'create' ? 'POST' : 'GET',
    headers: {
      'content-type': 'application/json',
      ...(request.token ? { authorization: `Bearer ${request.token}` } : {}),
    },
    ...(request.payload ? { body: JSON.stringify(request.payload) } : {}),
  });
  return (await response.json()) as Record<string, unknown>;
}
