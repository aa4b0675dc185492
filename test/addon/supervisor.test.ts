/** Pins one call to Supervisor at a time: what is sent, what each answer means, and that neither token nor password gets into words. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectSupervisor, type Supervisor } from '../../addon/supervisor.ts';
import { ApiError } from '../../src/protocol/api-error.ts';
import { type FakeSupervisor, SUPERVISOR_TOKEN, startFakeSupervisor } from '../support/app/fake-supervisor.ts';
import { eventually } from '../support/eventually.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';

const MOSQUITTO = { host: 'core-mosquitto', port: 1883, ssl: false, username: 'addons', password: 'from Mosquitto' };
const OURS = { host: 'local-nestmtx-bridge', port: 1883, username: 'homeassistant', password: 'of our own' };

let standIn: FakeSupervisor;
let clock: ManualClock;
let supervisor: Supervisor;
beforeEach(async () => {
  standIn = await startFakeSupervisor();
  clock = manualClock();
  supervisor = connectSupervisor({ url: standIn.url, token: SUPERVISOR_TOKEN }, clock);
});
afterEach(() => standIn.close());

async function refusal(call: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApiError)) throw new Error('the call was not refused');
  return error;
}

describe('the MQTT service', () => {
  it('is asked for with the token, and read with its login', async () => {
    standIn.offer(MOSQUITTO);
    expect(await supervisor.mqttService()).toMatchObject(MOSQUITTO);
    expect([standIn.requests.length, standIn.strangers]).toEqual([1, 0]);
  });

  it('is undefined while no app provides one', async () => {
    expect(await supervisor.mqttService()).toBeUndefined();
  });

  it.each([401, 403])('is forbidden without the right to it (HTTP %i)', async (status) => {
    standIn.misbehave({ status, body: { result: 'error', message: 'No access to mqtt service!' } });
    expect((await refusal(supervisor.mqttService())).code).toBe('forbidden');
  });

  it.each([
    ['an error of its own', { status: 500, body: 'Internal Server Error' }],
    ['no JSON', { status: 200, body: '<html>' }],
    ['a failure that calls itself a success', { status: 200, body: { result: 'error', data: MOSQUITTO } }],
    ['no host', { status: 200, body: { result: 'ok', data: { port: 1883 } } }],
    ['a port that is none', { status: 200, body: { result: 'ok', data: { ...MOSQUITTO, port: '1883' } } }],
    ['a password that is no text', { status: 200, body: { result: 'ok', data: { ...MOSQUITTO, password: 7 } } }],
    ['a closed connection', 'hangs up' as const],
  ])('is not taken from %s', async (_what, misbehaviour) => {
    standIn.misbehave(misbehaviour);
    const { code, message } = await refusal(supervisor.mqttService());
    expect(code).toBe('upstream_failed');
    expect(message).not.toContain(MOSQUITTO.password);
  });

  it('is not waited for longer than ten seconds', async () => {
    standIn.misbehave('never answers');
    const refused = refusal(supervisor.mqttService());
    await eventually(() => standIn.requests.length === 1);
    clock.advance(10_000);
    expect((await refused).message).toContain('does not answer in time');
    expect(clock.waiting).toBe(0);
  });

  it('fails in words without the token where Supervisor is not there', async () => {
    const away = connectSupervisor({ url: 'http://127.0.0.1:1', token: SUPERVISOR_TOKEN }, clock);
    const { code, message } = await refusal(away.mqttService());
    expect([code, message]).toEqual(['upstream_failed', 'Supervisor cannot be reached']);
  });
});

describe('our broker', () => {
  it('is provided in the form that Supervisor takes', async () => {
    expect(await supervisor.provideMqtt(OURS)).toBe(true);
    expect(standIn.offered).toMatchObject({ ...OURS, ssl: false });
  });

  it('is not taken while another app provides one', async () => {
    standIn.offer(MOSQUITTO);
    expect(await supervisor.provideMqtt(OURS)).toBe(false);
    expect(standIn.offered?.host).toBe(MOSQUITTO.host);
  });

  it('is announced to Home Assistant as the service mqtt', async () => {
    await supervisor.announceMqtt(OURS);
    expect(standIn.requests).toEqual([
      {
        method: 'POST',
        path: '/discovery',
        body: { service: 'mqtt', config: { ...OURS, ssl: false, protocol: '3.1.1' } },
      },
    ]);
  });

  it('fails clearly where Supervisor does not take it', async () => {
    standIn.misbehave({ status: 400, body: { result: 'error', message: OURS.password } });
    for (const call of [supervisor.provideMqtt(OURS), supervisor.announceMqtt(OURS)]) {
      const { code, message } = await refusal(call);
      expect(code).toBe('upstream_failed');
      expect(message).not.toContain(OURS.password);
    }
  });
});
