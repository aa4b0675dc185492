/** Pins that a removal which has resolved is final, while hundreds of clients publish, read, wait and come back (contract 3.5). */

import { afterEach, describe, expect, it } from 'vitest';
import type { InstanceSpec, Provisioner } from '../../../src/core/instances/provisioner.ts';
import { type EmbeddedInstances, startEmbeddedInstances } from '../../support/brokers/embedded-instances.ts';
import { dynsecIsMissing } from '../../support/brokers/mosquitto-dynsec.ts';
import { startMosquittoInstances } from '../../support/brokers/mosquitto-instances.ts';
import type { TestClient, TestClientOptions } from '../../support/brokers/mqtt-client.ts';
import { startClusterInstances } from '../../support/cluster/instances.ts';
import { natsIsMissing } from '../../support/cluster/nats.ts';

interface Broker {
  readonly provisioner: Provisioner;
  connect(username: string, password: string, options?: Partial<TestClientOptions>): Promise<TestClient>;
  /** Changes the application's records, where the broker asks them. */
  put(spec: InstanceSpec): void;
  deny(user: string): void;
  /** Somebody who may read everything, where there is such an account. */
  watcher(): Promise<TestClient | undefined>;
  stop(): Promise<void>;
}

const [CLIENTS, READERS, RETAINED, QUEUED] = [200, 4, 500, 100];
const ALICE: InstanceSpec = { id: 'a', user: 'Alice123', passwords: ['Secret1'], generation: 1, enabled: true };
const ROOTS = [ALICE.user, `/${ALICE.user}`];
const AWAY = { clientId: 'away', clean: false, properties: { sessionExpiryInterval: 600 } };

let broker: Broker;

afterEach(() => broker.stop());

const ROOM = { limits: { tenant: { connections: 1000 } } };

async function embedded(start: () => Promise<Omit<EmbeddedInstances, 'broker'>>): Promise<Broker> {
  const { records, stop, ...instances } = await start();
  return { ...instances, put: records.put, deny: records.deny, watcher: async () => undefined, stop };
}

async function mosquitto(): Promise<Broker> {
  const { mosquitto: program, ...instances } = await startMosquittoInstances();
  const { username, password } = program.control;
  const ignore = () => undefined;
  return { ...instances, put: ignore, deny: ignore, watcher: () => instances.connect(username, password) };
}

async function isRefused(): Promise<boolean> {
  return broker.connect(ALICE.user, 'Secret1').then(
    (client) => client.destroy().then(() => false),
    () => true,
  );
}

/** The instance with everything it can have. Resolves with all its clients, of which the first few read. */
async function fill(): Promise<TestClient[]> {
  broker.put(ALICE);
  await broker.provisioner.provision(ALICE);
  const away = await broker.connect(ALICE.user, 'Secret1', AWAY);
  await away.subscribe(`${ALICE.user}/queued`);
  await away.end();
  const connecting = Array.from({ length: CLIENTS }, () => broker.connect(ALICE.user, 'Secret1'));
  const clients = await Promise.all(connecting);
  for (const reader of clients.slice(0, READERS)) await reader.subscribe(ROOTS.map((root) => `${root}/#`));
  const sender = clients.at(-1);
  for (let n = 0; n < RETAINED; n += 1) {
    await sender?.publish(`${ROOTS[n % 2]}/kept/${n}`, 'kept', { retain: true });
  }
  for (let n = 0; n < QUEUED; n += 1) await sender?.publish(`${ALICE.user}/queued`, 'queued', { qos: 1 });
  return clients;
}

/** Publishes as fast as it may until its connection ends and for a moment longer, or for a thousand messages. */
async function fire(client: TestClient, payload: () => string): Promise<void> {
  let more = 1000;
  void client.closed.then(() => {
    more = 5;
  });
  for (let n = 0; n < more; n += 1) {
    client.publish(`${ROOTS[n % 2]}/fire`, payload(), { qos: n % 2 === 0 ? 0 : 1 }).catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function fireSuite(
  open: () => Promise<Broker>,
  counts: { kicked: number | 'unknown'; offlineDropped: number | 'unknown' },
): void {
  it('hears nothing more of an instance, from or to it, once it is removed under fire', async () => {
    broker = await open();
    const clients = await fill();
    const watcher = await broker.watcher();
    if (watcher) await watcher.subscribe(ROOTS.map((root) => `${root}/#`));
    let phase = 'before';
    const firing = clients.map((client) => fire(client, () => phase));
    await clients[0]?.next((message) => message.text === 'before');

    const storm = Array.from({ length: 20 }, isRefused);
    broker.deny(ALICE.user);
    const receipt = await broker.provisioner.deprovision(ALICE.user);
    phase = 'after';
    expect(receipt).toMatchObject({ offlineDropped: counts.offlineDropped, retainedPurged: RETAINED });
    if (typeof counts.kicked === 'number') expect(receipt.kicked).toBeGreaterThanOrEqual(counts.kicked);
    else expect(receipt.kicked).toBe('unknown');

    expect(await isRefused()).toBe(true);
    await Promise.all(clients.map(({ closed }) => closed));
    await Promise.all([...firing, ...storm]);

    const heirSpec = { ...ALICE, id: 'b', generation: 2 };
    broker.put(heirSpec);
    await broker.provisioner.provision(heirSpec);
    const heir = await broker.connect(ALICE.user, 'Secret1');
    await heir.subscribe(ROOTS.map((root) => `${root}/#`));
    await heir.publish(`${ALICE.user}/heir`, 'mine', { qos: 1 });
    await heir.next(`${ALICE.user}/heir`);
    expect(heir.received.map(({ text }) => text)).toEqual(['mine']);
    const everyone = [...clients, ...(watcher ? [watcher] : [])];
    const heard = everyone.flatMap(({ received }) => received.map(({ text }) => text));
    expect(heard).toContain('before');
    expect(heard).not.toContain('after');
    if (counts.offlineDropped !== 'unknown') {
      const back = await broker.connect(ALICE.user, 'Secret1', AWAY);
      await back.subscribe(`${ALICE.user}/last`);
      await back.publish(`${ALICE.user}/last`, 'last', { qos: 1 });
      await back.next(`${ALICE.user}/last`);
      expect(back.received.map(({ text }) => text)).toEqual(['last']);
    }
  });
}

describe('on the embedded broker', () =>
  fireSuite(() => embedded(() => startEmbeddedInstances(ROOM)), { kicked: CLIENTS, offlineDropped: 1 }));

describe.skipIf(natsIsMissing)('on two brokers of a cluster', () =>
  fireSuite(() => embedded(() => startClusterInstances(ROOM)), { kicked: CLIENTS, offlineDropped: 1 }),
);

describe.skipIf(dynsecIsMissing)('on mosquitto', () =>
  fireSuite(mosquitto, { kicked: 'unknown', offlineDropped: 'unknown' }),
);
