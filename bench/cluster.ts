/** Owns the figures of a cluster: three NATS servers and three bridges as processes of their own, on one machine, beside Debian's mosquitto alone. */

import { type Figure, figure, median, percentile } from './figure.ts';
import { type Bridge, type Bridges, startBridges } from './stage/bridges.ts';
import { BENCH_LOGIN, residentMb } from './stage/child.ts';
import { createsOnLogPerSecond } from './stage/cluster-store.ts';
import {
  AT_ONCE,
  AT_ONE,
  atOnce,
  create,
  LOGINS,
  makeCameras,
  perSecondAlone,
  tellEvents,
  untilCreated,
  untilLed,
  untilLogin,
} from './stage/cluster-work.ts';
import { commandsToCreate, startMosquitto } from './stage/mosquitto.ts';
import { type NatsServers, startNatsServers } from './stage/nats.ts';
import { connectRaw, knock } from './stage/raw-client.ts';
import { fireVolley, type Outcome, type Target } from './stage/volley.ts';

const ROUNDS = 5;
const [MESSAGES_0, MESSAGES_1] = [50_000, 20_000];
/** Messages under way: mosquitto would lose some of more. */
const PACE = 500;
const [FEW, MANY] = [10, 10_000];
const CLIENTS = 60;
const CAMERAS = 2000;
const MOSQUITTO = "Debian's mosquitto, one node";
const GOAL = 'the goal';
const ALONE = 'one that stands alone';
/** What CLUSTER_NAME is without being set. */
const LOG = 'nestmtx-log';

export async function* benchCluster(): AsyncIterable<Figure> {
  const nats = await startNatsServers();
  if (!nats) throw new Error('nats-server is not installed: nothing to measure');
  let bridges: Bridges | undefined;
  try {
    bridges = await startBridges(nats.url, 3);
    const [a, b, c] = bridges.all;
    if (!a || !b || !c) throw new Error('a bridge is missing');
    yield* volleys(a, b);
    yield* accounts(nats, [a, b, c]);
    yield* removals([a, b, c]);
    yield* cameras(nats, a);
    yield* deaths(nats, [a, b, c]);
  } finally {
    await bridges?.stop();
    await nats.stop();
  }
}

/** From a client of one bridge to a client of another. */
async function* volleys(a: Bridge, b: Bridge): AsyncIterable<Figure> {
  const mosquitto = await startMosquitto();
  if (!mosquitto) throw new Error('mosquitto with dynamic security is not installed: nothing to compare with');
  try {
    await mosquitto.command(commandsToCreate(BENCH_LOGIN.username, BENCH_LOGIN.password));
    const here: Target = { port: a.mqttPort, readerPort: b.mqttPort, pid: a.pid, ...BENCH_LOGIN, root: 'bench' };
    const there: Target = { port: mosquitto.port, pid: mosquitto.pid, ...BENCH_LOGIN, root: BENCH_LOGIN.username };
    for (const [qos, messages] of [
      [0, MESSAGES_0],
      [1, MESSAGES_1],
    ] as const) {
      const [mine, other]: [Outcome[], Outcome[]] = [[], []];
      await fireVolley(here, 1, messages / 5, qos, false, PACE);
      for (let round = 0; round < ROUNDS; round += 1) {
        mine.push(await fireVolley(here, 1, messages, qos, false, PACE));
        other.push(await fireVolley(there, 1, messages, qos, false, PACE));
      }
      const of = (outcomes: readonly Outcome[], key: keyof Outcome) => median(outcomes.map((outcome) => outcome[key]));
      const name = `one to one across bridges, QoS ${qos}`;
      yield figure(
        `${name}: deliveries`,
        '/s',
        of(mine, 'perSecond'),
        of(other, 'perSecond'),
        MOSQUITTO,
        'ratio >= 0.6',
      );
      yield figure(`${name}: delivered of what was due`, '', of(mine, 'share'), of(other, 'share'), MOSQUITTO, '1');
    }
  } finally {
    await mosquitto.stop();
  }
}

/** How fast they are made, and how soon the others know them, with few and with many. */
async function* accounts(nats: NatsServers, bridges: readonly Bridge[]): AsyncIterable<Figure> {
  const [a, b] = bridges;
  if (!a || !b) return;
  for (let made = 0; made < FEW; made += 1) await create(a);
  const few = await untilLogin(a, b);
  const [bytes, resident] = [await nats.stream(LOG), bridges.map(({ pid }) => residentMb(pid))];
  const begun = performance.now();
  const number = MANY - FEW - LOGINS - AT_ONE;
  await atOnce(number, (index) => create(bridges[index % bridges.length] ?? a));
  const perSecond = (number / (performance.now() - begun)) * 1000;
  const inStore = await createsOnLogPerSecond(nats.url, AT_ONCE);
  yield figure(`durable creates in a store on the log, ${AT_ONCE} at once`, '/s', inStore, 3000, GOAL, '>= 3,000');
  const after = await nats.stream(LOG);
  const grown = median(bridges.map(({ pid }, i) => residentMb(pid) - (resident[i] ?? 0)));
  yield figure('log, an account', 'bytes', (after.bytes - bytes.bytes) / number, Number.NaN, 'nothing', 'told');
  yield figure(
    'resident memory of a bridge, garbage included, an account',
    'bytes',
    (grown * 1024 * 1024) / number,
    Number.NaN,
    'nothing',
    'told',
  );
  const begunAtOne = performance.now();
  await atOnce(AT_ONE, () => create(a));
  const perSecondAtOne = (AT_ONE / (performance.now() - begunAtOne)) * 1000;
  const alone = await perSecondAlone();
  const overRest = `accounts over REST, ${AT_ONCE} at once`;
  yield figure(`${overRest}: spread over three bridges`, '/s', perSecond, alone, ALONE, 'told');
  yield figure(`${overRest}: at one of three`, '/s', perSecondAtOne, alone, ALONE, 'told');
  const many = await untilLogin(a, b);
  const name = 'created on one bridge until logged in on another';
  yield figure(`${name}, ${FEW} accounts: p50`, 'ms', median(few), 20, GOAL, '<= 20');
  yield figure(`${name}, ${MANY} accounts: p50`, 'ms', median(many), median(few), `with ${FEW}`, '<= 20, ratio <= 1.3');
  yield figure(
    `${name}, ${MANY} accounts: p99`,
    'ms',
    percentile(many, 0.99),
    percentile(few, 0.99),
    `with ${FEW}`,
    'told',
  );
}

/** From the request until the last of the clients on all bridges is closed. */
async function* removals(bridges: readonly Bridge[]): AsyncIterable<Figure> {
  const [a] = bridges;
  if (!a) return;
  const [closed, answered]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { _id, user, password } = await create(a);
    const clients = await Promise.all(
      Array.from({ length: CLIENTS }, (_, i) => connectRaw(bridges[i % bridges.length]?.mqttPort ?? 0, user, password)),
    );
    const begun = performance.now();
    const answer = a.call('DELETE', `/v1/mqtt/${_id}`).then(() => performance.now());
    await Promise.all(clients.map((client) => client.closed));
    closed.push(performance.now() - begun);
    answered.push((await answer) - begun);
    for (const { mqttPort } of bridges) {
      if ((await knock(mqttPort, user, password)) === 0) throw new Error('a deleted account was let in');
    }
  }
  const name = `delete with ${CLIENTS} clients on three bridges`;
  yield figure(`${name}: last socket closed`, 'ms', median(closed), 100, GOAL, '<= 100');
  yield figure(`${name}: answered`, 'ms', median(answered), 100, GOAL, 'told');
}

/** What a camera and an event of one cost, and how many are kept in a second, beside a bridge that stands alone. */
async function* cameras(nats: NatsServers, a: Bridge): AsyncIterable<Figure> {
  const [bytes, resident] = [(await nats.stream(LOG)).bytes, residentMb(a.pid)];
  const { ids, perSecond: made } = await makeCameras(a, CAMERAS);
  const grown = (residentMb(a.pid) - resident) * 1024 * 1024;
  const between = (await nats.stream(LOG)).bytes;
  const told = await tellEvents(a, ids);
  const after = (await nats.stream(LOG)).bytes;
  const alone = await startBridges(undefined, 1);
  const [one] = alone.all;
  const here = one && (await makeCameras(one, CAMERAS));
  const [madeAlone, toldAlone] = [
    here?.perSecond ?? Number.NaN,
    one && here ? await tellEvents(one, here.ids) : Number.NaN,
  ];
  await alone.stop();
  yield figure('log, a camera', 'bytes', (between - bytes) / CAMERAS, Number.NaN, 'nothing', 'told');
  yield figure(
    'resident memory of a bridge, garbage included, a camera',
    'bytes',
    grown / CAMERAS,
    Number.NaN,
    'nothing',
    'told',
  );
  yield figure('log, an event of a camera', 'bytes', (after - between) / CAMERAS, Number.NaN, 'nothing', 'told');
  yield figure(`cameras made, ${AT_ONCE} at once`, '/s', made, madeAlone, ALONE, 'told');
  yield figure('events of cameras kept, each with its state', '/s', told, toldAlone, ALONE, 'told');
}

/** The last, since it leaves less than there was. */
async function* deaths(nats: NatsServers, bridges: readonly Bridge[]): AsyncIterable<Figure> {
  const [a, b] = bridges;
  if (!a || !b) return;
  await nats.killLeaderOf(LOG);
  const name = 'is killed, until a creation is acknowledged';
  yield figure(`the NATS server that leads the log ${name}`, 's', await untilCreated(b), 5, GOAL, '<= 5');
  // The first one that was started leads.
  a.kill();
  yield figure(`the bridge that leads ${name} on another`, 's', await untilCreated(b), 1, GOAL, '<= 1');
  yield figure('and until another one leads', 's', await untilLed(bridges.slice(1)), 5, GOAL, '<= 5');
}
