/** Pins the search for Home Assistant's broker: for ever, each change told once, and nothing forgotten that was found. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { searchBroker } from '../../addon/broker-search.ts';
import { connectSupervisor } from '../../addon/supervisor.ts';
import { toldBroker } from '../../src/brokers/external/broker-source.ts';
import { type FakeSupervisor, SUPERVISOR_TOKEN, startFakeSupervisor } from '../support/app/fake-supervisor.ts';
import { eventually } from '../support/eventually.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { type RecordingLog, recordingLog } from '../support/recording-log.ts';

const MOSQUITTO = { host: 'core-mosquitto', port: 1883, username: 'addons', password: 'never to be logged' };
const ADDRESS = { protocol: 'mqtt', ...MOSQUITTO };

let standIn: FakeSupervisor;
let clock: ManualClock;
let log: RecordingLog;
let broker: ReturnType<typeof toldBroker>;
let stop: () => void = () => undefined;
beforeEach(async () => {
  standIn = await startFakeSupervisor();
  [clock, log, broker] = [manualClock(), recordingLog(), toldBroker()];
});
afterEach(async () => {
  stop();
  await standIn.close();
});

function search(ca?: string): void {
  // The time limits of calls run on another clock: what waits on ours is the next question.
  const supervisor = connectSupervisor({ url: standIn.url, token: SUPERVISOR_TOKEN }, manualClock());
  stop = searchBroker({ supervisor, broker, ownHost: 'local-nestmtx-bridge', ca, log, clock, random: () => 0.99 });
}

const isAnswered = () => eventually(() => clock.waiting === 1);

async function askAgain(pauseMs: number): Promise<void> {
  clock.advance(pauseMs);
  await isAnswered();
}

it('finds a broker that is there at once, and looks again every minute', async () => {
  standIn.offer(MOSQUITTO);
  search();
  await isAnswered();
  expect(broker.current).toEqual(ADDRESS);
  clock.advance(59_999);
  expect(standIn.requests).toHaveLength(1);
  await askAgain(1);
  expect(standIn.requests).toHaveLength(2);
});

it('waits for one that comes late, with growing pauses, and says so once', async () => {
  search();
  await isAnswered();
  for (let attempt = 0; attempt < 8; attempt += 1) await askAgain(30_000);
  expect(broker.current).toBeUndefined();
  standIn.offer(MOSQUITTO);
  await askAgain(30_000);
  expect(broker.current).toEqual(ADDRESS);
  expect(log.visible().map((line) => line.slice(0, 48))).toEqual([
    'warn: Home Assistant has no MQTT broker at the m',
    'info: Home Assistant has told where its MQTT bro',
  ]);
});

it('follows a change of the login, and tells whoever listens', async () => {
  standIn.offer(MOSQUITTO);
  let changes = 0;
  broker.onChange(() => {
    changes += 1;
  });
  search();
  await isAnswered();
  await askAgain(60_000);
  standIn.offer({ ...MOSQUITTO, password: 'another one' });
  await askAgain(60_000);
  expect(broker.current).toEqual({ ...ADDRESS, password: 'another one' });
  expect(changes).toBe(2);
});

it('keeps the address while the broker restarts: whoever is connected finds out by itself', async () => {
  standIn.offer(MOSQUITTO);
  search();
  await isAnswered();
  standIn.offer(undefined);
  await askAgain(60_000);
  expect(broker.current).toEqual(ADDRESS);
});

it('goes on through every fault of Supervisor, and says each kind once', async () => {
  standIn.misbehave({ status: 403, body: { result: 'error', message: 'No access to mqtt service!' } });
  search();
  await isAnswered();
  await askAgain(30_000);
  standIn.misbehave({ status: 500, body: 'Internal Server Error' });
  await askAgain(30_000);
  await askAgain(30_000);
  standIn.misbehave(undefined);
  standIn.offer(MOSQUITTO);
  await askAgain(30_000);
  expect(broker.current).toEqual(ADDRESS);
  expect(log.visible().map((line) => line.split(':')[0])).toEqual(['error', 'warn', 'info']);
});

it('does not take our own broker for that of Home Assistant', async () => {
  standIn.offer({ ...MOSQUITTO, host: 'local-nestmtx-bridge' });
  search();
  await isAnswered();
  expect(broker.current).toBeUndefined();
  expect(log.visible()[0]).toContain('is our own');
});

it('wants TLS where the broker does, with the authority that is configured', async () => {
  standIn.offer({ ...MOSQUITTO, port: 8883, ssl: true });
  search('PEM of the authority');
  await isAnswered();
  expect(broker.current).toEqual({ ...ADDRESS, protocol: 'mqtts', port: 8883, tls: { ca: 'PEM of the authority' } });
});

it('logs no password and no token', async () => {
  standIn.offer(MOSQUITTO);
  search();
  await isAnswered();
  const words = JSON.stringify(log.lines);
  expect(words).toContain(MOSQUITTO.host);
  expect(words).not.toContain(MOSQUITTO.password);
  expect(words).not.toContain(SUPERVISOR_TOKEN);
});

it('asks no more when it is stopped, also in the middle of a question', async () => {
  standIn.misbehave('never answers');
  search();
  await eventually(() => standIn.requests.length === 1);
  stop();
  clock.advance(3_600_000);
  standIn.misbehave(undefined);
  expect([standIn.requests.length, clock.waiting]).toEqual([1, 0]);
});
