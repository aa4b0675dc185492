/** Owns the figures of rented instances: what their number costs, how fast they are connected to, and how fast they are gone. */

import { connectAsync } from 'mqtt';
import { type Figure, figure, median, percentile } from './figure.ts';
import { type InstanceService, type Rented, startInstanceService } from './stage/instance-service.ts';
import { commandsToCreate, type Mosquitto, startMosquitto } from './stage/mosquitto.ts';
import { connectRaw, type RawClient } from './stage/raw-client.ts';

const SIZES = [100, 10_000, 100_000] as const;
const ROUNDS = 5;
const CREATES = 300;
const AT_ONCE = 16;
const LISTS = 500;
const CONNECTS = 1000;
const [CLIENTS, RETAINED, QUEUED] = [200, 500, 100];

export async function* benchInstances(): AsyncIterable<Figure> {
  const services = [];
  for (const size of SIZES) services.push({ size, service: await startInstanceService(size) });
  const mosquitto = await startMosquitto();
  if (!mosquitto) process.stderr.write('mosquitto with dynamic security is not installed: nothing to compare with\n');
  try {
    yield* creates(services);
    const [small] = services;
    const large = services.at(-1);
    if (!small || !large) return;
    yield* lists(large.service);
    yield* connects(small.service, mosquitto);
    yield* removals(small.service, mosquitto);
    if (mosquitto) yield* createsThere(mosquitto);
  } finally {
    for (const { service } of services) await service.stop();
    await mosquitto?.stop();
  }
}

interface Sized {
  readonly size: number;
  readonly service: InstanceService;
}

/** In turns: disks differ too much from one minute to the next. */
async function* creates(services: readonly Sized[]): AsyncIterable<Figure> {
  const measured = services.map((sized) => ({ ...sized, times: [] as number[], rates: [] as number[] }));
  for (const { service } of measured) await timed(CREATES, () => service.create());
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { service, times, rates } of measured) {
      times.push(...(await timed(CREATES, () => service.create())));
      rates.push(await perSecond(CREATES, () => service.create()));
    }
  }
  const [first] = measured;
  for (const { size, times, rates } of measured) {
    const [against, goal] = ['with 100', 'ratio >= 0.77'];
    const name = `durable creates over REST with ${size} instances`;
    yield figure(`${name}, ${AT_ONCE} at once`, '/s', median(rates), median(first?.rates ?? []), against, goal);
    yield figure(`${name}: p50`, 'ms', median(times), median(first?.times ?? []), against, 'ratio <= 1.3');
    const [p99, p99OfFirst] = [percentile(times, 0.99), percentile(first?.times ?? [], 0.99)];
    yield figure(`${name}: p99`, 'ms', p99, p99OfFirst, against, 'ratio <= 1.3');
  }
}

/** Beside a list without rows, which is what a request costs anyway. */
async function* lists(large: InstanceService): AsyncIterable<Figure> {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
  const letter = () => letters[Math.floor(Math.random() * letters.length)] ?? '';
  const offset = () => Math.floor(Math.random() * 99_000);
  const paths: Readonly<Record<string, () => string>> = {
    'page of 100': () => `/v1/mqtt?offset=${offset()}&limit=100`,
    'search by two letters, first 25': () => `/v1/mqtt?search_value=${letter()}${letter()}&limit=25`,
    'search by one letter, first 25': () => `/v1/mqtt?search_value=${letter()}&limit=25`,
    'search by four letters': () => `/v1/mqtt?search_value=${letter()}${letter()}${letter()}${letter()}`,
  };
  for (const [name, path] of Object.entries(paths)) {
    await timed(50, () => large.call('GET', path()));
    const here = await timed(LISTS, () => large.call('GET', path()));
    const there = await timed(LISTS, () => large.call('GET', '/v1/mqtt?limit=0'));
    const title = `list at 100,000 of one owner, ${name}`;
    yield figure(
      `${title}: p99`,
      'ms',
      percentile(here, 0.99),
      percentile(there, 0.99),
      'a list without rows',
      'p99 <= 10 ms',
    );
    yield figure(`${title}: p50`, 'ms', median(here), median(there), 'a list without rows', 'told');
  }
}

async function* connects(service: InstanceService, mosquitto: Mosquitto | undefined): AsyncIterable<Figure> {
  const instance = await service.create();
  await mosquitto?.command(commandsToCreate(instance.user, instance.password));
  const ours: number[] = [];
  const other: number[] = [];
  for (let warmUp = 0; warmUp < 3; warmUp += 1) await perSecond(CONNECTS, () => comeAndGo(service.mqttPort, instance));
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await perSecond(CONNECTS, () => comeAndGo(service.mqttPort, instance)));
    if (mosquitto) other.push(await perSecond(CONNECTS, () => comeAndGo(mosquitto.port, instance)));
  }
  yield figure('connects with authentication', '/s', median(ours), median(other), 'mosquitto dynamic security', 'told');
}

async function comeAndGo(port: number, { user, password }: Rented): Promise<void> {
  const client = await connectRaw(port, user, password);
  client.close();
  await client.closed;
}

/** From the request to the last closed socket. */
async function* removals(service: InstanceService, mosquitto: Mosquitto | undefined): AsyncIterable<Figure> {
  const [ours, answered, other]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const instance = await service.create();
    const clients = await crowd(service.mqttPort, instance);
    const begun = performance.now();
    const answer = service.call('DELETE', `/v1/mqtt/${instance._id}`).then(() => performance.now());
    await Promise.all(clients.map(({ closed }) => closed));
    ours.push(performance.now() - begun);
    answered.push((await answer) - begun);
    if (!mosquitto) continue;
    await mosquitto.command(commandsToCreate(instance.user, instance.password));
    const others = await crowd(mosquitto.port, instance);
    const begunThere = performance.now();
    const commands = [{ command: 'deleteClient', username: instance.user }];
    await Promise.all([mosquitto.command(commands), ...others.map(({ closed }) => closed)]);
    other.push(performance.now() - begunThere);
  }
  const name = `delete with ${CLIENTS} clients, ${RETAINED} retained, ${QUEUED} queued`;
  const against = 'mosquitto deleteClient, which leaves retained and queued behind';
  yield figure(`${name}: last socket closed`, 'ms', median(ours), median(other), against, '<= 50 ms');
  yield figure(`${name}: answered`, 'ms', median(answered), median(other), against, 'told');
}

async function crowd(port: number, { user, password }: Rented): Promise<RawClient[]> {
  const url = `mqtt://127.0.0.1:${port}`;
  const away = await connectAsync(url, { username: user, password, clientId: `away-${user}`, clean: false });
  await away.subscribeAsync(`${user}/queued`, { qos: 1 });
  await away.endAsync();
  const sender = await connectAsync(url, { username: user, password });
  const kept = Array.from({ length: RETAINED }, (_, number) =>
    sender.publishAsync(`${user}/kept/${number}`, 'kept', { qos: 1, retain: true }),
  );
  const queued = Array.from({ length: QUEUED }, () => sender.publishAsync(`${user}/queued`, 'queued', { qos: 1 }));
  await Promise.all([...kept, ...queued]);
  await sender.endAsync();
  return Promise.all(Array.from({ length: CLIENTS }, () => connectRaw(port, user, password)));
}

/** Mosquitto writes its whole file at each change. */
async function* createsThere(mosquitto: Mosquitto): AsyncIterable<Figure> {
  let made = 0;
  const create = () => {
    made += 1;
    return mosquitto.command(commandsToCreate(`bench${made}`, 'benchmark password'));
  };
  let few = Number.NaN;
  for (const size of [100, 1000]) {
    while (made < size) await create();
    const time = median(await timed(20, create));
    if (size === 100) few = time;
    yield figure(`create on mosquitto alone with ${size} accounts: p50`, 'ms', time, few, 'with 100', 'told');
  }
}

/** Milliseconds of each, one after another. */
async function timed(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let done = 0; done < count; done += 1) {
    const begun = performance.now();
    await work();
    times.push(performance.now() - begun);
  }
  return times;
}

async function perSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  let left = count;
  const begun = performance.now();
  const worker = async () => {
    for (; left > 0; ) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return (count / (performance.now() - begun)) * 1000;
}
