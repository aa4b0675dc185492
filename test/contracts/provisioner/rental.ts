/** Owns the instances that one contract test rents: with fresh names, and every client closed at the end. */

import type { InstanceSpec, Provisioner, Receipt } from '../../../src/core/instances/provisioner.ts';
import type { BrokerTraits, ClientOptions, InstanceClient, ProvisionerUnderTest } from './under-test.ts';

/** As the application would do it: records first, then the broker. */
export interface Rental {
  readonly provisioner: Provisioner;
  readonly traits: BrokerTraits;
  readonly opened: ProvisionerUnderTest;
  /** A spec under a name that no other test uses; neither recorded nor provisioned. */
  spec(changes?: Partial<InstanceSpec>): InstanceSpec;
  provision(spec: InstanceSpec): Promise<InstanceSpec>;
  /** A new instance. */
  rent(): Promise<InstanceSpec>;
  remove(spec: InstanceSpec): Promise<Receipt>;
  connect(spec: InstanceSpec, options?: ClientOptions & { readonly password?: string }): Promise<InstanceClient>;
  /** The code that a login is refused with. */
  refusal(username: string, password: string, version?: 4 | 5): Promise<unknown>;
  /** Everything that has been sent to a client when this was called has arrived when it resolves. */
  settled(client: InstanceClient, spec: InstanceSpec): Promise<void>;
  end(): Promise<void>;
}

let rented = 0;

export function openRental(opened: ProvisionerUnderTest): Rental {
  const { provisioner, traits, records } = opened;
  const clients: InstanceClient[] = [];

  async function provision(spec: InstanceSpec): Promise<InstanceSpec> {
    records.put(spec);
    await provisioner.provision(spec);
    return spec;
  }

  function spec(changes: Partial<InstanceSpec> = {}): InstanceSpec {
    rented += 1;
    return {
      id: `id${rented}`,
      user: `User${rented}x`,
      passwords: ['Secret1'],
      generation: 1,
      enabled: true,
      ...changes,
    };
  }

  return {
    provisioner,
    traits,
    opened,
    spec,
    provision,
    rent: () => provision(spec()),
    async remove({ user }) {
      records.deny(user);
      const receipt = await provisioner.deprovision(user);
      records.forget(user);
      return receipt;
    },
    async connect({ user, passwords: [current = ''] }, { password = current, ...options } = {}) {
      const client = await opened.connect(user, password, options);
      clients.push(client);
      return client;
    },
    async refusal(username, password, version = 5) {
      const outcome = await opened.connect(username, password, { version }).then(
        (client) => client,
        (error: unknown) => error,
      );
      if (outcome instanceof Error && 'code' in outcome) return outcome.code;
      throw new Error(`${username} was let in`, { cause: outcome });
    },
    async settled(client, { user }) {
      rented += 1;
      const topic = `${user}/settled/${rented}`;
      await client.subscribe(topic);
      await client.publish(topic, 'x', { qos: 1 });
      await client.next(topic);
    },
    async end() {
      for (const client of clients) await client.destroy();
    },
  };
}
