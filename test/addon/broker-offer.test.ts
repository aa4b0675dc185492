/** Pins the offer of our broker: made where nobody else makes one, repeated where it was forgotten, never in somebody's way. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { offerBroker } from '../../addon/broker-offer.ts';
import { connectSupervisor } from '../../addon/supervisor.ts';
import { type FakeSupervisor, SUPERVISOR_TOKEN, startFakeSupervisor } from '../support/app/fake-supervisor.ts';
import { eventually } from '../support/eventually.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { type RecordingLog, recordingLog } from '../support/recording-log.ts';

const OURS = { host: 'local-nestmtx-bridge', port: 1883, username: 'homeassistant', password: 'never to be logged' };
const MOSQUITTO = { host: 'core-mosquitto', port: 1883, username: 'addons', password: 'x' };

let standIn: FakeSupervisor;
let clock: ManualClock;
let log: RecordingLog;
let stop: () => void = () => undefined;
beforeEach(async () => {
  standIn = await startFakeSupervisor();
  [clock, log] = [manualClock(), recordingLog()];
});
afterEach(async () => {
  stop();
  await standIn.close();
});

function offer(broker = OURS): void {
  // The time limits of calls run on another clock: what waits on ours is the next attempt.
  const supervisor = connectSupervisor({ url: standIn.url, token: SUPERVISOR_TOKEN }, manualClock());
  stop = offerBroker({ supervisor, broker, log, clock, random: () => 0.99 });
}

const announcements = () => standIn.requests.filter(({ path }) => path === '/discovery');
const isDone = () => eventually(() => clock.waiting === 1);

async function later(ms: number): Promise<void> {
  clock.advance(ms);
  await isDone();
}

it('provides the broker where there is none, and announces it to Home Assistant once', async () => {
  offer();
  await isDone();
  expect(standIn.offered).toMatchObject(OURS);
  await later(60_000);
  expect(announcements()).toHaveLength(1);
  expect(log.visible()).toEqual(['info: our MQTT broker is provided to Home Assistant and its apps']);
});

it('provides it again when Supervisor has forgotten it, as it does when the host starts', async () => {
  offer();
  await isDone();
  standIn.offer(undefined);
  await later(60_000);
  expect(standIn.offered).toMatchObject(OURS);
});

it('finds what an earlier start has provided, and is content', async () => {
  standIn.offer(OURS);
  offer();
  await isDone();
  expect(standIn.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /services/mqtt',
    'POST /discovery',
  ]);
});

it('steps back for another app, says so once, and comes forward when that one is gone', async () => {
  standIn.offer(MOSQUITTO);
  offer();
  await isDone();
  await later(60_000);
  expect([standIn.offered, announcements()]).toEqual([MOSQUITTO, []]);
  expect(log.visible()).toHaveLength(1);
  standIn.offer(undefined);
  await later(60_000);
  expect(standIn.offered).toMatchObject(OURS);
});

it('says what to do when Supervisor holds an older login', async () => {
  standIn.offer({ ...OURS, password: 'of an earlier life' });
  offer();
  await isDone();
  expect(log.visible()[0]).toContain('restart the host');
});

it('tries on while Supervisor is away, and never takes anything back', async () => {
  standIn.misbehave('hangs up');
  offer();
  await isDone();
  await later(30_000);
  standIn.misbehave(undefined);
  await later(30_000);
  await isDone();
  stop();
  expect(standIn.offered).toMatchObject(OURS);
  expect(standIn.requests.map(({ method }) => method)).not.toContain('DELETE');
  expect(JSON.stringify(log.lines)).not.toContain(OURS.password);
});
