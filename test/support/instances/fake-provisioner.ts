/** Owns a broker that keeps its accounts in a map, refuses when told to, and lets a test see what it was told. */

import type { Capabilities, InstanceSpec, Provisioner } from '../../../src/core/instances/provisioner.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';

type Deed = 'provision' | 'deprovision' | 'disconnect' | 'reconcile';

interface Account {
  readonly passwords: readonly string[];
  readonly enabled: boolean;
}

export interface FakeProvisioner extends Provisioner {
  /** By user name. */
  readonly accounts: ReadonlyMap<string, Account>;
  /** What it was asked to do, in order, as `deed user`. */
  readonly deeds: readonly string[];
  /** Fails this deed from now on, with this error; undefined ends that. */
  failWith(deed: Deed, error?: ApiError | undefined): void;
  /** Does nothing more of this until the result is called. */
  hold(deed: Deed): () => void;
  /** What somebody else does on the broker. */
  meddle(change: (accounts: Map<string, Account>) => void): void;
}

export const DOWN = new ApiError('unavailable', { message: 'secret driver words', cause: new Error('ECONNREFUSED') });

const CAPABILITIES: Capabilities = {
  mqtt5: true,
  sharedSubscriptions: false,
  kick: 'immediate',
  retainedPurge: 'complete',
  clientIdIsolation: true,
  passwordOverlap: true,
};

export function fakeProvisioner(more: Partial<Capabilities> = {}): FakeProvisioner {
  const accounts = new Map<string, Account>();
  const deeds: string[] = [];
  const failures = new Map<Deed, ApiError>();
  const held = new Map<Deed, Promise<void>>();

  async function begin(deed: Deed, user: string): Promise<void> {
    deeds.push(`${deed} ${user}`.trimEnd());
    await held.get(deed);
    const failure = failures.get(deed);
    if (failure) throw failure;
  }

  const accountOf = ({ passwords, enabled }: InstanceSpec): Account => ({ passwords, enabled });

  return {
    kind: 'mosquitto',
    capabilities: { ...CAPABILITIES, ...more },
    accounts,
    deeds,
    failWith(deed, error) {
      if (error) failures.set(deed, error);
      else failures.delete(deed);
    },
    hold(deed) {
      let release: () => void = () => undefined;
      held.set(
        deed,
        new Promise((resolve) => {
          release = resolve;
        }),
      );
      return release;
    },
    meddle: (change) => change(accounts),
    async provision(spec) {
      await begin('provision', spec.user);
      accounts.set(spec.user, accountOf(spec));
    },
    async deprovision(user) {
      await begin('deprovision', user);
      accounts.delete(user);
      return { kicked: 2, offlineDropped: 1, retainedPurged: 'unknown' };
    },
    async disconnect(user) {
      await begin('disconnect', user);
      return 3;
    },
    sessions: async () => [
      { clientId: 'porch', address: '192.0.2.7', since: '2026-11-21T16:00:00.000Z', protocolVersion: 5 },
    ],
    async reconcile(desired) {
      await begin('reconcile', '');
      const wanted = new Map(desired.map((spec) => [spec.user, accountOf(spec)]));
      const removed = [...accounts.keys()].filter((user) => !wanted.has(user));
      const added = [...wanted.keys()].filter((user) => !accounts.has(user));
      for (const user of removed) accounts.delete(user);
      for (const [user, account] of wanted) accounts.set(user, account);
      return { removed, added };
    },
    close: async () => undefined,
  };
}
