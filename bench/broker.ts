/** Owns the figures of the embedded broker, beside Debian's mosquitto in the same run: both with logins and rights. */

import { type Figure, figure, median } from './figure.ts';
import { BENCH_LOGIN, type Child, residentMb, startChild } from './stage/child.ts';
import { commandsToCreate, type Mosquitto, startMosquitto } from './stage/mosquitto.ts';
import { fireVolley, logInRepeatedly, type Outcome, openIdle, type Target } from './stage/volley.ts';

const ROUNDS = 5;
const CONNECTS = 2000;
const IDLE = 2000;
const SETTLE_MS = 3000;
const MOSQUITTO = "Debian's mosquitto";

interface Volley {
  readonly name: string;
  readonly readers: number;
  readonly messages: number;
  readonly qos: 0 | 1;
  readonly goal: string;
}

const VOLLEYS: readonly Volley[] = [
  { name: 'one to one, QoS 0', readers: 1, messages: 100_000, qos: 0, goal: 'ratio >= 1' },
  { name: 'one to one, QoS 1', readers: 1, messages: 50_000, qos: 1, goal: 'ratio >= 1' },
  { name: 'one to 100, QoS 0', readers: 100, messages: 3000, qos: 0, goal: 'ratio >= 1.5' },
  { name: 'one to 1,000, QoS 0', readers: 1000, messages: 300, qos: 0, goal: 'ratio >= 1.5' },
];

export async function* benchBroker(): AsyncIterable<Figure> {
  const service = await startChild('../../src/main.js');
  const mosquitto = await startMosquitto();
  if (!mosquitto) throw new Error('mosquitto with dynamic security is not installed: nothing to compare with');
  try {
    const here = ours(service);
    const there = await theirs(mosquitto);
    for (const volley of VOLLEYS) yield* compare(volley, here, there);
    yield* connects(here, there);
  } finally {
    await service.stop();
    await mosquitto.stop();
  }
  yield* idle();
}

async function* compare(
  { name, readers, messages, qos, goal }: Volley,
  here: Target,
  there: Target,
): AsyncIterable<Figure> {
  const fire = (target: Target, part = 1) => fireVolley(target, readers, Math.ceil(messages * part), qos);
  // Once for the compiler.
  await fire(here, 0.2);
  const [mine, other]: [Outcome[], Outcome[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    mine.push(await fire(here));
    other.push(await fire(there));
  }
  const of = (outcomes: readonly Outcome[], key: keyof Outcome) => median(outcomes.map((outcome) => outcome[key]));
  yield figure(`${name}: deliveries`, '/s', of(mine, 'perSecond'), of(other, 'perSecond'), MOSQUITTO, goal);
  const [cpu, otherCpu] = [of(mine, 'cpuUsPerDelivery'), of(other, 'cpuUsPerDelivery')];
  yield figure(`${name}: CPU a delivery`, 'us', cpu, otherCpu, MOSQUITTO, 'ratio <= 0.5');
  yield figure(`${name}: delivered of what was due`, '', of(mine, 'share'), of(other, 'share'), MOSQUITTO, '1');
}

async function* connects(here: Target, there: Target): AsyncIterable<Figure> {
  const [mine, other]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    mine.push(await logInRepeatedly(here, CONNECTS, 20));
    other.push(await logInRepeatedly(there, CONNECTS, 20));
  }
  yield figure('connects with login, 20 at once', '/s', median(mine), median(other), MOSQUITTO, 'ratio >= 0.6');
}

async function* idle(): AsyncIterable<Figure> {
  const service = await startChild('../../src/main.js');
  try {
    await pause(SETTLE_MS);
    const before = residentMb(service.pid);
    yield figure('resident, idle', 'MB', before, 80, 'the goal', 'at most 80');
    const sockets = await openIdle(ours(service), IDLE);
    await pause(SETTLE_MS);
    const added = residentMb(service.pid) - before;
    yield figure(`resident for ${IDLE} idle connections`, 'MB', added, 60, 'the goal', 'at most 60');
    yield figure('bytes an idle connection', 'KB', (added * 1024) / IDLE, 1.7, 'mosquitto, measured elsewhere', 'told');
    for (const socket of sockets) socket.destroy();
  } finally {
    await service.stop();
  }
}

function ours({ mqttPort, pid }: Child): Target {
  return { port: mqttPort, pid, ...BENCH_LOGIN, root: 'bench' };
}

async function theirs(mosquitto: Mosquitto): Promise<Target> {
  await mosquitto.command(commandsToCreate(BENCH_LOGIN.username, BENCH_LOGIN.password));
  return { port: mosquitto.port, pid: mosquitto.pid, ...BENCH_LOGIN, root: BENCH_LOGIN.username };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
