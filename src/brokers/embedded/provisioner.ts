/** Owns instances on the embedded broker: it keeps no accounts of its own, so it confirms, ends connections and tidies up. */

import type { AccountDirectory } from '../../core/accounts/accounts.ts';
import type { Capabilities, InstanceSpec, Provisioner } from '../../core/instances/provisioner.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { EmbeddedBroker } from './embedded.ts';

export interface EmbeddedProvisionerSetup {
  readonly broker: Pick<EmbeddedBroker, 'settle' | 'disconnect' | 'evict' | 'sessionsEverywhere' | 'instances'>;
  /**
   * Decides every login from the records: an instance can log in as soon as its record says so. One that is being removed must
   * be denied there and still be known as a topic root until `deprovision` has resolved.
   */
  readonly directory: Pick<AccountDirectory, 'login'>;
  /** The key of an instance's account, by user name, also when there is no record of it any more. */
  readonly accountKeyOf: (user: string) => string;
}

const CAPABILITIES: Capabilities = {
  mqtt5: true,
  sharedSubscriptions: true,
  kick: 'immediate',
  retainedPurge: 'complete',
  clientIdIsolation: true,
  passwordOverlap: true,
};

export function createEmbeddedProvisioner({ broker, directory, accountKeyOf }: EmbeddedProvisionerSetup): Provisioner {
  async function provision({ user, generation, passwords, enabled }: InstanceSpec): Promise<void> {
    for (const password of enabled ? passwords : []) {
      const account = await directory.login({ username: user, password, address: undefined });
      if (account !== undefined) continue;
      throw new ApiError('unavailable', { message: `The broker does not let ${user} in yet` });
    }
    // Nobody can be connected yet as one that is new.
    if (generation > 1 || !enabled) await broker.settle(accountKeyOf(user));
  }

  return {
    kind: 'embedded',
    capabilities: CAPABILITIES,
    provision,
    disconnect: (user) => broker.disconnect(accountKeyOf(user)),
    deprovision: (user) => broker.evict(accountKeyOf(user), user),
    sessions: async (user) =>
      (await broker.sessionsEverywhere(accountKeyOf(user))).map(({ since, ...session }) => {
        return { ...session, since: new Date(since).toISOString() };
      }),
    /** The records are the accounts, so none can be missing; what has lost its record may have left something. */
    async reconcile(desired) {
      const wanted = new Set(desired.map(({ user }) => user));
      const removed = broker.instances().filter((user) => !wanted.has(user));
      for (const user of removed) await broker.evict(accountKeyOf(user), user);
      return { removed, added: [] };
    },
    close: async () => undefined,
  };
}
