/** Pins as a property that no byte of one instance ever reaches another, whatever both try (contract 3.4). */

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Provisioner } from '../../../src/core/instances/provisioner.ts';
import { type EmbeddedInstances, startEmbeddedInstances } from '../../support/brokers/embedded-instances.ts';
import { dynsecIsMissing } from '../../support/brokers/mosquitto-dynsec.ts';
import { startMosquittoInstances } from '../../support/brokers/mosquitto-instances.ts';
import type { TestClient, TestClientOptions } from '../../support/brokers/mqtt-client.ts';
import { startClusterInstances } from '../../support/cluster/instances.ts';
import { natsIsMissing } from '../../support/cluster/nats.ts';
import { type Attempt, attempts, type Pair, pairs, type Seat } from './tenant-attempts.ts';

interface Broker {
  readonly provisioner: Provisioner;
  connect(username: string, password: string, options?: Partial<TestClientOptions>): Promise<TestClient>;
  put(user: string): void;
  forget(user: string): void;
  stop(): Promise<void>;
}

const RUNS = 60;

/** One instance at work: every message of it names it, and everything that reaches it is kept. */
class Tenant {
  readonly #clients: TestClient[] = [];
  readonly #broker: Broker;
  readonly #user: string;
  #client: TestClient | undefined;
  #isOpen = false;

  constructor(broker: Broker, user: string) {
    this.#broker = broker;
    this.#user = user;
  }

  get heard(): string[] {
    return this.#clients.flatMap(({ received }) => received.map(({ text }) => text));
  }

  async work(seat: Seat, plan: readonly Attempt[]): Promise<void> {
    await this.#sit(seat);
    await this.#try({ kind: 'subscribe', filters: [`${this.#user}/#`, `/${this.#user}/#`] });
    for (const attempt of plan) {
      if (!this.#isOpen) await this.#sit(seat);
      await this.#try(attempt);
    }
    await this.#leave(false);
  }

  /** What is retained, and that messages still come through. */
  async look(): Promise<void> {
    await this.#sit({ version: 5, clientId: `last-${this.#user}`, clean: true });
    await this.#client?.subscribe([`${this.#user}/#`, `/${this.#user}/#`]);
    await this.#client?.publish(`/${this.#user}/last`, `${this.#user}:last`, { qos: 1 });
    await this.#client?.next((message) => message.text.endsWith(':last'));
    await this.#leave(false);
  }

  async #try(attempt: Attempt): Promise<void> {
    const payload = `${this.#user}:${attempt.kind}`;
    if (attempt.kind === 'sit') {
      await this.#leave(attempt.breaks);
      await this.#sit(attempt.seat);
    } else if (attempt.kind === 'subscribe') {
      await this.#unlessClosed((client) => client.subscribe(attempt.filters));
    } else {
      const { topic, qos, retain } = attempt;
      await this.#unlessClosed((client) => client.publish(topic, payload, { qos, retain }));
    }
  }

  /** A will outside may be refused: then without one. */
  async #sit({ willTopic, ...seat }: Seat): Promise<void> {
    const will = { topic: willTopic ?? '', payload: Buffer.from(`${this.#user}:will`), qos: 1, retain: true } as const;
    const properties = seat.version === 5 && !seat.clean && { properties: { sessionExpiryInterval: 60 } };
    const connect = (options: Partial<TestClientOptions>) =>
      this.#broker.connect(this.#user, this.#user, { ...seat, ...properties, ...options });
    const client = willTopic === undefined ? await connect({}) : await connect({ will }).catch(() => connect({}));
    this.#isOpen = true;
    this.#client = client;
    this.#clients.push(client);
    void client.closed.then(() => {
      this.#isOpen &&= this.#client !== client;
    });
  }

  async #leave(breaks: boolean): Promise<void> {
    if (this.#client === undefined) return;
    if (breaks || !this.#isOpen) await this.#client.destroy();
    else await this.#client.end();
  }

  async #unlessClosed(work: (client: TestClient) => Promise<unknown>): Promise<void> {
    if (this.#client === undefined) return;
    await Promise.race([work(this.#client).catch(() => 'refused'), this.#client.closed]);
  }
}

function isolationProperty(open: () => Promise<Broker>): void {
  let broker: Broker;

  beforeAll(async () => {
    broker = await open();
  });
  afterAll(() => broker.stop());

  async function tryOut({ users, plans, seats }: Pair): Promise<string[][]> {
    const tenants = users.map((user) => new Tenant(broker, user));
    for (const user of users) {
      broker.put(user);
      await broker.provisioner.provision({ id: user, user, passwords: [user], generation: 1, enabled: true });
    }
    try {
      await Promise.all(tenants.map((tenant, index) => tenant.work(seats[index] ?? seats[0], plans[index] ?? [])));
      await Promise.all(tenants.map((tenant) => tenant.look()));
      return tenants.map(({ heard }) => heard);
    } finally {
      for (const user of users) {
        await broker.provisioner.deprovision(user);
        broker.forget(user);
      }
    }
  }

  it('lets an instance hear itself and nobody else', async () => {
    let [runs, heardThemselves] = [0, 0];
    const property = fc.asyncProperty(pairs(attempts), async (pair) => {
      runs += 1;
      const heard = await tryOut(pair);
      for (const [index, user] of pair.users.entries()) {
        expect(heard[index]?.filter((text) => !text.startsWith(`${user}:`))).toEqual([]);
        heardThemselves += (heard[index]?.length ?? 0) - 1;
      }
    });
    await fc.assert(property, { numRuns: RUNS });
    expect(heardThemselves).toBeGreaterThan(runs);
  });
}

function withRecords({ records, ...instances }: Omit<EmbeddedInstances, 'broker'>): Broker {
  return {
    ...instances,
    put: (user) => records.put({ id: user, user, passwords: [user], generation: 1, enabled: true }),
    forget: (user) => records.forget(user),
  };
}

describe('on the embedded broker', () => isolationProperty(async () => withRecords(await startEmbeddedInstances())));

describe.skipIf(natsIsMissing)('on two brokers of a cluster', () =>
  isolationProperty(async () => withRecords(await startClusterInstances())),
);

describe.skipIf(dynsecIsMissing)('on mosquitto', () => {
  isolationProperty(async () => {
    return { ...(await startMosquittoInstances()), put: () => undefined, forget: () => undefined };
  });
});
