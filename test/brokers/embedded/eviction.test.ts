/** Pins what evicting an instance from the embedded broker waits for and counts, where its clients do not play along. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import type { InstanceSpec } from '../../../src/core/instances/provisioner.ts';
import { type EmbeddedInstances, startEmbeddedInstances } from '../../support/brokers/embedded-instances.ts';
import { connectRaw, type RawMqtt } from '../../support/brokers/raw-mqtt.ts';
import { eventually } from '../../support/eventually.ts';
import { accountKeyOf } from '../../support/instances/records.ts';

const ALICE: InstanceSpec = { id: 'a', user: 'Alice123', passwords: ['Secret1'], generation: 1, enabled: true };

/** The broker itself would not end the connection of a client that stands still within a test. */
const PATIENT = { drainTimeoutMs: 3_600_000 };

let instances: EmbeddedInstances;
let raws: RawMqtt[];

beforeEach(async () => {
  instances = await startEmbeddedInstances({ limits: PATIENT });
  raws = [];
  instances.records.put(ALICE);
});

afterEach(async () => {
  for (const raw of raws) raw.destroy();
  await instances.stop();
});

async function connect(version: 4 | 5): Promise<RawMqtt> {
  const raw = await connectRaw(instances.broker.port, { version, username: ALICE.user, password: 'Secret1' });
  raws.push(raw);
  return raw;
}

/** A connection that waits for its client to read; there is another one when it is done. */
async function freeze(version: 4 | 5): Promise<void> {
  const frozen = await connect(version);
  await frozen.next('connack');
  frozen.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: `${ALICE.user}/#`, qos: 0 }] });
  await frozen.next('suback');
  frozen.socket.pause();
  const flood = await connect(version);
  await flood.next('connack');
  const payload = Buffer.alloc(200_000);
  for (let sent = 0; sent < 100; sent += 1) {
    flood.send({ cmd: 'publish', topic: `${ALICE.user}/x`, payload, qos: 0, dup: false, retain: false });
  }
  // Far more than sockets hold: it has gone as far as it will when nothing moves any more.
  let [unsent, still] = [0, 0];
  await eventually(() => {
    still = flood.socket.writableLength === unsent ? still + 1 : 0;
    unsent = flood.socket.writableLength;
    return still > 20;
  }, 'the messages to stand still');
}

it.each([4, 5] as const)('does not wait for a client of version %i that reads nothing any more', async (version) => {
  await freeze(version);
  instances.records.deny(ALICE.user);
  expect(await instances.provisioner.deprovision(ALICE.user)).toMatchObject({ kicked: 2 });
  expect(instances.broker.sessions(accountKeyOf(ALICE.user))).toEqual([]);
});

it('lets nobody in whose password was being checked when the instance was removed', async () => {
  const release = instances.records.holdLogins();
  const late = await connect(5);
  await eventually(() => instances.records.attempts === 1, 'the login');
  instances.records.deny(ALICE.user);
  await instances.provisioner.deprovision(ALICE.user);
  release();
  expect((await late.next('connack')).reasonCode).not.toBe(0);
  expect(instances.broker.sessions(accountKeyOf(ALICE.user))).toEqual([]);
});

it('throws out who was let in while the others were on their way out', async () => {
  const first = await instances.connect(ALICE.user, 'Secret1');
  const release = instances.records.holdLogins();
  const late = await connect(5);
  await eventually(() => instances.records.attempts === 2, 'the second login');
  const removal = instances.provisioner.deprovision(ALICE.user);
  release();
  expect(await removal).toMatchObject({ kicked: 2 });
  await Promise.all([first.closed, late.closed]);
});

it('counts those whom the loss of rights has thrown out a moment before, once', async () => {
  const kept = { clientId: 'kept', clean: false, properties: { sessionExpiryInterval: 60 } };
  const clients = [
    await instances.connect(ALICE.user, 'Secret1', kept),
    await instances.connect(ALICE.user, 'Secret1'),
  ];
  instances.records.deny(ALICE.user);
  await Promise.all(clients.map(({ closed }) => closed));
  const { deprovision } = instances.provisioner;
  expect(await deprovision(ALICE.user)).toEqual({ kicked: 2, offlineDropped: 0, retainedPurged: 0 });
  expect(await deprovision(ALICE.user)).toEqual({ kicked: 0, offlineDropped: 0, retainedPurged: 0 });
});

it('has thrown out whom a change concerns when it is confirmed, and does not count them later', async () => {
  await freeze(5);
  const disabled = { ...ALICE, enabled: false };
  instances.records.put(disabled);
  await instances.provisioner.provision(disabled);
  expect(instances.broker.sessions(accountKeyOf(ALICE.user))).toEqual([]);
  expect(await instances.provisioner.deprovision(ALICE.user)).toMatchObject({ kicked: 0 });
});

it('says so when the records do not let an instance in that should be', async () => {
  const other = { ...ALICE, passwords: ['Secret1', 'Secret2'] };
  await expect(instances.provisioner.provision(other)).rejects.toMatchObject({ code: 'unavailable' });
  await expect(instances.provisioner.provision(other)).rejects.not.toThrow(/Secret/);
});
